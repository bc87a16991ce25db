//! Is this person's ID open on another device, too? (B1-5: an ID is one person's, not shared, not lent.)
//!
//! Someone may well work on a PC and a tablet, so it is told to those who watch and is no refusal; a house may choose
//! that the older session ends. It is asked once the new session is open: of two logins at the same moment at least the
//! later finds the other, and which of the two is older, both say alike.

use std::sync::Arc;
use std::time::SystemTime;

use certs::{DeviceNo, Timestamp};
use registry::{Device, DeviceStage, LoginId, Snapshot};

use super::act::Act;
use super::session_end;
use super::visit::mark_of;
use crate::access_log::Kind;
use crate::config::Concurrent;
use crate::policy;
use crate::refusal::Refusal;
use crate::session::{self, SessionKey, SessionRecord, Why};

/// The session that was just opened.
#[derive(Clone, Copy)]
pub(super) struct Mine<'a> {
    pub(super) id: &'a LoginId,
    pub(super) key: &'a SessionKey,
    pub(super) device: DeviceNo,
    pub(super) opened_at: Timestamp,
}

/// Tells of each session of the ID that would be let in now on another device, under the request that opened this one;
/// and, where the house wishes, ends all but the newest.
pub(super) async fn note(act: &Act, registry: &Snapshot, mine: Mine<'_>) -> Result<(), Refusal> {
    let others = elsewhere(act, registry, mine).await?;
    if !others.is_empty() {
        act.house().metrics.used_concurrently();
    }
    let mut newest = true;
    for other in &others {
        let device = other.device();
        tracing::warn!(user = other.login_id().as_str(), %device, "an ID is in use on another device, too");
        let mut line = act.door.facts.line(Kind::IdConcurrentUse, SystemTime::now());
        line.request_id = Some(act.request_id);
        line.user = Some(other.login_id().as_str());
        line.device = Some(device);
        line.session = Some(mark_of(other.key()));
        act.house().log.written(&line).await.map_err(|_| Refusal::LogUnavailable)?;
        match act.rules.config.sessions.concurrent {
            Concurrent::Allow => {}
            Concurrent::EndOlder if is_older(other, mine) => {
                session_end::end(act, (other.key(), other.login_id()), Why::LoggedInElsewhere).await?;
            }
            Concurrent::EndOlder => newest = false,
        }
    }
    if newest { Ok(()) } else { session_end::end(act, (mine.key, mine.id), Why::LoggedInElsewhere).await }
}

async fn elsewhere(act: &Act, registry: &Snapshot, mine: Mine<'_>) -> Result<Vec<Arc<SessionRecord>>, Refusal> {
    let live = act.house().sessions.live(mine.id).await.map_err(|_| Refusal::SessionStoreUnavailable)?;
    let counts = |record: &Arc<SessionRecord>| {
        let in_service = |device: Device| device.stage == DeviceStage::Approved && !device.suspended;
        record.device() != mine.device
            && registry.device(record.device()).is_some_and(in_service)
            && policy::still_there(record, registry).is_ok()
            && session::verify(Some(Arc::clone(record)), act.rules.lasting(), act.now).is_ok()
    };
    Ok(live.into_iter().filter(counts).collect())
}

/// By the time, and within one second by the keys: the same for whoever asks.
fn is_older(other: &SessionRecord, mine: Mine<'_>) -> bool {
    let order = |at: Timestamp, key: &SessionKey| (at, key.first_octets::<32>());
    order(other.opened_at(), other.key()) < order(mine.opened_at, mine.key)
}
