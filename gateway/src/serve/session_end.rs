//! How does a session end otherwise than by logout? In the store first, then in the log, and then it is told.

use std::sync::Arc;
use std::time::SystemTime;

use access_log::Kind;
use certs::DeviceNo;
use registry::LoginId;

use super::act::{self, Act};
use super::request_context::{RequestContext, mark_of};
use crate::refusal::Refusal;
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
        let ended = end(&act, (record.key(), record.login_id()), SessionEnd::OtherDevice).await;
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
    end(act, (record.key(), record.login_id()), why).await
}

/// Ends it, and says so if it had not ended before.
pub(super) async fn end(act: &Act, whose: (&SessionKey, &LoginId), why: SessionEnd) -> Result<(), Refusal> {
    let first = act.gateway().sessions.end(whose.0, Ended { why, at: act.now }).await;
    if first.map_err(|_| Refusal::SessionStoreUnavailable)? { note(act, whose, why).await } else { Ok(()) }
}

/// Says of a session that it has ended, and waits until that is on disk.
pub(super) async fn note(act: &Act, (key, user): (&SessionKey, &LoginId), why: SessionEnd) -> Result<(), Refusal> {
    let mut line = act.client.facts.line(Kind::SessionEnd, SystemTime::now());
    line.request_id = Some(act.request_id);
    line.reason = Some(match why {
        SessionEnd::OtherDevice => Refusal::SessionCertMismatch.reason(),
        SessionEnd::LoggedInAgain => "logged_in_again",
        SessionEnd::LoggedInElsewhere => "logged_in_elsewhere",
        SessionEnd::TooMany => "too_many_sessions",
        SessionEnd::Logout => "logout",
        SessionEnd::Idle => Refusal::SessionIdle.reason(),
        SessionEnd::Absolute => Refusal::SessionAbsolute.reason(),
        SessionEnd::PasswordChanged => "password_changed",
        SessionEnd::UserGone => "user_gone",
    });
    line.user = Some(user.as_str());
    line.session = Some(mark_of(key));
    // Where the cookie was shown; the session's own device is in the line of its login.
    line.device = act.hints.known.as_ref().map(|known| known.device);
    line.office = act.hints.known.as_ref().map(|known| known.office.as_str());
    act.gateway().log.written(&line).await.map_err(|_| Refusal::LogUnavailable)
}
