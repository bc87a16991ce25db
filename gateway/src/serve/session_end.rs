//! How does a session end in a request? In the store first, then in the log, and then it is told. Ends that nobody asks after
//! are told by `revocation/session_ends`.

use std::sync::Arc;
use std::time::SystemTime;

use access_log::{Kind, Line};
use certs::DeviceNo;
use registry::Snapshot;

use super::act::{self, Act};
use super::request_context::RequestContext;
use crate::policy;
use crate::refusal::Refusal;
use crate::revocation::session_ends;
use crate::session::{Ended, SessionEnd, SessionKey, SessionRecord};

/// A session that is over: the browser need not send its cookie again.
pub(super) fn already(context: &mut RequestContext, refusal: Refusal) -> Refusal {
    context.hints.forget_cookie = true;
    refusal
}

/// The cookie of one device on another: refused, and worth nothing any more on either.
pub(super) async fn foreign(context: &mut RequestContext, record: &Arc<SessionRecord>, refusal: Refusal) -> Refusal {
    context.hints.forget_cookie = true;
    context.hints.weighty = true;
    let record = Arc::clone(record);
    let ended = act::run(context, |act| async move {
        let ended = end(&act, record.key(), SessionEnd::OtherDevice).await;
        (act, ended)
    });
    match ended.await {
        Ok(()) => refusal,
        Err(unavailable) => unavailable,
    }
}

/// Somebody tries to log in where a session is open, and the password was looked at: whoever they are, right or wrong,
/// they do not find themselves in the session of whoever was there before.
pub(super) async fn by_login(act: &mut Act, key: &SessionKey, device: DeviceNo) -> Result<(), Refusal> {
    let found = act.gateway().sessions.fetch(key).await;
    let Some(record) = found.map_err(|_| Refusal::SessionStoreUnavailable)? else { return Ok(()) };
    act.hints.forget_cookie = true;
    let why = if record.device() == device { SessionEnd::LoggedInAgain } else { SessionEnd::OtherDevice };
    end(act, record.key(), why).await
}

/// Ends it, and says so if it had not ended before.
pub(super) async fn end(act: &Act, key: &SessionKey, why: SessionEnd) -> Result<(), Refusal> {
    let ended = act.gateway().sessions.end(key, Ended { why, at: act.now }).await;
    match ended.map_err(|_| Refusal::SessionStoreUnavailable)? {
        Some(record) => note(act, &record).await,
        None => Ok(()),
    }
}

/// Says of a session that it has ended, and waits until that is on disk.
pub(super) async fn note(act: &Act, record: &SessionRecord) -> Result<(), Refusal> {
    let written = act.gateway().log.written(&line(act, record)).await;
    // What waits for the disk is written when that is possible again: in either case there is a line.
    act.gateway().sessions.told(record.key());
    written.map_err(|_| Refusal::LogUnavailable)
}

/// As [`note`], and does not wait: another line behind it is waited for, and then it stands, too.
pub(super) fn put_down(act: &Act, record: &SessionRecord) {
    act.gateway().log.append(&line(act, record));
}

fn line<'a>(act: &'a Act, record: &'a SessionRecord) -> Line<'a> {
    let known = act.hints.known.as_ref();
    let mut line = act.client.facts.line(Kind::SessionEnd, SystemTime::now());
    line.request_id = Some(act.request_id);
    session_ends::say_of(&mut line, record.key(), Some(record));
    // Where the cookie was shown; the session's own device is in the line of its login.
    line.device = known.map(|known| known.device);
    line.office = known.map(|known| known.office.as_str());
    line
}

/// What is told of a session that the registry ended: what is wrong with the person, or that their window is closed, for as
/// long as it is.
pub(super) fn by_registry(
    context: &RequestContext,
    ended: Option<&Arc<SessionRecord>>,
    registry: &Snapshot,
    refusal: Refusal,
) -> Refusal {
    let of_person = |why| matches!(why, SessionEnd::UserGone | SessionEnd::MaintenanceClosed);
    let gone = |record: &&Arc<SessionRecord>| record.ended().is_some_and(|ended| of_person(ended.why));
    let Some(record) = ended.filter(gone) else { return refusal };
    context.learn_session(record);
    policy::still_there(record, (registry, context.now)).err().unwrap_or(refusal)
}
