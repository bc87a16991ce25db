//! How does a session end otherwise than by logout? In the store first, then in the log, and then it is told.

use std::time::SystemTime;

use certs::DeviceNo;

use super::visit::{Visit, mark_of};
use crate::access_log::Kind;
use crate::refusal::Refusal;
use crate::session::{Ended, SessionKey, SessionRecord, Why};

/// A session that is over: the browser need not send its cookie again.
pub(super) fn already(visit: &mut Visit, refusal: Refusal) -> Refusal {
    visit.learnt.forget_cookie = true;
    refusal
}

/// The cookie of one device on another: refused, and worth nothing any more on either.
pub(super) async fn foreign(visit: &mut Visit, record: &SessionRecord, refusal: Refusal) -> Refusal {
    visit.learnt.forget_cookie = true;
    visit.learnt.weighty = true;
    match end(visit, record, Why::OtherDevice).await {
        Ok(()) => refusal,
        Err(unavailable) => unavailable,
    }
}

/// Somebody tries to log in where a session is open, and the password was looked at: whoever they are, right or wrong,
/// they do not find themselves in the session of whoever was there before.
pub(super) async fn by_login(visit: &mut Visit, key: &SessionKey, device: DeviceNo) -> Result<(), Refusal> {
    let found = visit.door.house.sessions.fetch(key).await;
    let Some(record) = found.map_err(|_| Refusal::SessionStoreUnavailable)? else { return Ok(()) };
    visit.learnt.forget_cookie = true;
    let why = if record.device() == device { Why::LoggedInAgain } else { Why::OtherDevice };
    end(visit, &record, why).await
}

/// Ends it, and says so if it had not ended before.
pub(super) async fn end(visit: &Visit, record: &SessionRecord, why: Why) -> Result<(), Refusal> {
    let ended = Ended { why, at: visit.now };
    let first = visit.door.house.sessions.end(record.key(), ended).await;
    if !first.map_err(|_| Refusal::SessionStoreUnavailable)? {
        return Ok(());
    }
    let mut line = visit.door.facts.line(Kind::SessionEnd, SystemTime::now());
    line.request_id = Some(visit.line.request_id());
    line.reason = Some(match why {
        Why::OtherDevice => Refusal::SessionCertMismatch.reason(),
        Why::LoggedInAgain => "logged_in_again",
        Why::LoggedInElsewhere => "logged_in_elsewhere",
        Why::Logout => "logout",
        Why::Idle => Refusal::SessionIdle.reason(),
        Why::Absolute => Refusal::SessionAbsolute.reason(),
        Why::PasswordChanged => "password_changed",
        Why::UserGone => "user_gone",
    });
    line.user = Some(record.login_id().as_str());
    line.session = Some(mark_of(record));
    // Where the cookie was shown; the session's own device is in the line of its login.
    line.device = visit.learnt.known.as_ref().map(|known| known.device);
    line.office = visit.learnt.known.as_ref().map(|known| known.office.as_str());
    visit.door.house.log.written(&line).await.map_err(|_| Refusal::LogUnavailable)
}
