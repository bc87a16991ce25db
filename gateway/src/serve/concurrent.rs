//! Is this person's ID open on another device, too? (運用編14章②: an ID is one person's, not shared, not lent.)
//!
//! Someone may well work on a PC and a tablet, so it is told to those who watch and is no refusal; a house may choose
//! that the older session ends. It is asked once the new session is open, and what is older is said by the store: of two
//! logins at the same moment the later finds the other, and one session is left.

use std::sync::Arc;
use std::time::SystemTime;

use access_log::Kind;
use certs::DeviceNo;
use registry::{Device, DeviceStage, LoginId, Snapshot};

use super::act::Act;
use super::request_context::mark_of;
use super::session_end;
use crate::config::Concurrent;
use crate::policy;
use crate::refusal::Refusal;
use crate::session::{self, SessionEnd, SessionKey, SessionRecord};

/// The session that was just opened.
#[derive(Clone, Copy)]
pub(super) struct Mine<'a> {
    pub(super) id: &'a LoginId,
    pub(super) key: &'a SessionKey,
    pub(super) device: DeviceNo,
}

/// Tells of each session of the ID that would be let in now on another device, under the request that opened this one;
/// and, where the house wishes, ends those that were opened before it.
pub(super) async fn note(act: &Act, registry: &Snapshot, mine: Mine<'_>) -> Result<(), Refusal> {
    let live = act.gateway().sessions.live(mine.id).await.map_err(|_| Refusal::SessionStoreUnavailable)?;
    // What is behind mine will find mine, or has.
    let place = live.iter().position(|record| record.key() == mine.key).unwrap_or(0);
    let others: Vec<_> = live.iter().enumerate().filter(|(_, record)| counts(act, registry, record, mine)).collect();
    if !others.is_empty() {
        act.gateway().metrics.used_concurrently();
    }
    for (at, other) in others {
        tell(act, other).await?;
        match act.rules.config.sessions.concurrent {
            Concurrent::EndOlder if at < place => {
                session_end::end(act, other.key(), SessionEnd::LoggedInElsewhere).await?;
            }
            Concurrent::EndOlder | Concurrent::Allow => {}
        }
    }
    Ok(())
}

/// Whether a session is on another device, and would be let in there.
fn counts(act: &Act, registry: &Snapshot, record: &Arc<SessionRecord>, mine: Mine<'_>) -> bool {
    let in_service = |device: Device| device.stage == DeviceStage::Approved && !device.suspended;
    record.device() != mine.device
        && registry.device(record.device()).is_some_and(in_service)
        && policy::still_there(record, (registry, act.now)).is_ok()
        && session::verify(Some(Arc::clone(record)), act.rules.lasting(), act.now).is_ok()
}

async fn tell(act: &Act, other: &SessionRecord) -> Result<(), Refusal> {
    let device = other.device();
    tracing::warn!(user = other.login_id().as_str(), %device, "concurrent use: the ID is logged in on another device, too");
    let mut line = act.client.facts.line(Kind::IdConcurrentUse, SystemTime::now());
    line.request_id = Some(act.request_id);
    line.user = Some(other.login_id().as_str());
    line.device = Some(device);
    line.session = Some(mark_of(other.key()));
    act.gateway().log.written(&line).await.map_err(|_| Refusal::LogUnavailable)
}
