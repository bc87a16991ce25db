//! Is this person's ID open on another device, too? (B1-5: an ID is one person's, not shared, not lent.)
//!
//! Someone may well work on a PC and a tablet, so it is told to those who watch and is no refusal; a house may choose
//! that the older session ends.

use std::sync::Arc;
use std::time::SystemTime;

use certs::DeviceNo;
use registry::{Device, DeviceStage, LoginId, Snapshot};

use super::session_end;
use super::visit::{Visit, mark_of};
use crate::access_log::Kind;
use crate::config::Concurrent;
use crate::policy;
use crate::refusal::Refusal;
use crate::session::{self, SessionRecord, Why};

/// The sessions of `id` that would be let in now, on other devices than this one.
pub(super) async fn elsewhere(
    visit: &Visit,
    registry: &Snapshot,
    (id, here): (&LoginId, DeviceNo),
) -> Result<Vec<Arc<SessionRecord>>, Refusal> {
    let silent = |_| Refusal::SessionStoreUnavailable;
    let sessions = &visit.door.house.sessions;
    let mut live = Vec::new();
    for record in sessions.live(id).await.map_err(silent)? {
        let in_service = |device: Device| device.stage == DeviceStage::Approved && !device.suspended;
        let there = registry.device(record.device()).is_some_and(in_service);
        if record.device() == here || !there || policy::still_there(&record, registry).is_err() {
            continue;
        }
        sessions.last_seen(&record).await.map_err(silent)?;
        if session::verify(Some(Arc::clone(&record)), visit.rules.lasting(), visit.now).is_ok() {
            live.push(record);
        }
    }
    Ok(live)
}

/// Tells of each, under the request that opened the new one; and ends them, where the house wishes.
pub(super) async fn note(visit: &Visit, others: &[Arc<SessionRecord>]) -> Result<(), Refusal> {
    if !others.is_empty() {
        visit.door.house.metrics.used_concurrently();
    }
    for other in others {
        let device = other.device();
        tracing::warn!(user = other.login_id().as_str(), %device, "an ID is in use on another device, too");
        let mut line = visit.door.facts.line(Kind::IdConcurrentUse, SystemTime::now());
        line.request_id = Some(visit.line.request_id());
        line.user = Some(other.login_id().as_str());
        line.device = Some(device);
        line.session = Some(mark_of(other));
        visit.door.house.log.written(&line).await.map_err(|_| Refusal::LogUnavailable)?;
        match visit.rules.config.sessions.concurrent {
            Concurrent::Allow => {}
            Concurrent::EndOlder => session_end::end(visit, other, Why::LoggedInElsewhere).await?,
        }
    }
    Ok(())
}
