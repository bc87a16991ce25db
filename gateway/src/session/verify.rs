//! Is there a live session, right now?

use std::sync::Arc;

use certs::{DeviceNo, Timestamp};
use registry::LoginId;

use super::{SessionEnd, SessionKey, SessionRecord};
use crate::refusal::Refusal;

/// Proof of a live ID-and-password session. That it belongs to this device is another question.
///
/// ```compile_fail
/// fn forge(record: std::sync::Arc<gateway::session::SessionRecord>) -> gateway::session::Session {
///     gateway::session::Session { record }
/// }
/// ```
#[must_use]
#[derive(Debug)]
pub struct Session {
    record: Arc<SessionRecord>,
}

/// How long a session lasts, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Lasting {
    /// Without activity.
    pub idle: i64,
    /// In any case.
    pub absolute: i64,
}

/// Judges what the store said of the cookie.
///
/// # Errors
/// No session, or how the session ended.
pub fn verify(record: Option<Arc<SessionRecord>>, lasting: Lasting, now: Timestamp) -> Result<Session, Refusal> {
    let record = record.ok_or(Refusal::NoSession)?;
    if let Some(ended) = record.ended() {
        return Err(match ended.why {
            SessionEnd::Idle => Refusal::SessionIdle,
            SessionEnd::Absolute => Refusal::SessionAbsolute,
            SessionEnd::OtherDevice => Refusal::SessionCertMismatch,
            SessionEnd::Logout
            | SessionEnd::PasswordChanged
            | SessionEnd::UserGone
            | SessionEnd::LoggedInAgain
            | SessionEnd::LoggedInElsewhere
            | SessionEnd::TooMany
            | SessionEnd::MaintenanceClosed
            | SessionEnd::DeviceRevoked
            | SessionEnd::OfficeSuspended
            | SessionEnd::Forgotten
            | SessionEnd::GatewayEnded => Refusal::NoSession,
        });
    }
    if now >= record.opened_at().plus(lasting.absolute) {
        return Err(Refusal::SessionAbsolute);
    }
    if now >= record.seen().plus(lasting.idle) {
        return Err(Refusal::SessionIdle);
    }
    Ok(Session { record })
}

impl Session {
    /// Its key in the store.
    #[must_use]
    pub fn key(&self) -> &SessionKey {
        self.record.key()
    }

    /// Whose it is.
    #[must_use]
    pub fn login_id(&self) -> &LoginId {
        self.record.login_id()
    }

    /// The device it was opened on.
    #[must_use]
    pub fn opened_on(&self) -> DeviceNo {
        self.record.device()
    }

    /// What the store said.
    #[must_use]
    pub fn record(&self) -> &Arc<SessionRecord> {
        &self.record
    }
}
