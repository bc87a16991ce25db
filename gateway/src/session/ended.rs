//! How does a session end, and by which word is that told?

use std::sync::Arc;

use certs::Timestamp;

use super::key::SessionKey;
use super::record::SessionRecord;
use crate::refusal::Refusal;

/// How a session ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ended {
    /// Why.
    pub why: SessionEnd,
    /// When.
    pub at: Timestamp,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SessionEnd {
    /// The person logged out.
    Logout,
    /// Left alone for too long.
    Idle,
    /// Over its longest time.
    Absolute,
    /// Its cookie came from another device.
    OtherDevice,
    /// The person's password was changed.
    PasswordChanged,
    /// The person's ID was deleted or put on hold.
    UserGone,
    /// Somebody logged in anew in the same browser.
    LoggedInAgain,
    /// The same ID logged in on another device, and the house wants it on one at a time.
    LoggedInElsewhere,
    /// The same ID has opened more sessions on this device since than it may have there; the oldest gives way.
    TooMany,
    /// The window of a maintenance account ended, or was closed.
    MaintenanceClosed,
    /// The device is out of use for ever, or its last certificate was revoked.
    DeviceRevoked,
    /// The device's office was put on hold or left.
    OfficeSuspended,
    /// The store is not what it was, and has forgotten what may have become of it.
    Forgotten,
    /// Sessions were in the memory of a gateway that ended.
    GatewayEnded,
}

impl SessionEnd {
    pub(super) const ALL: [Self; 14] = [
        Self::Logout,
        Self::Idle,
        Self::Absolute,
        Self::OtherDevice,
        Self::PasswordChanged,
        Self::UserGone,
        Self::LoggedInAgain,
        Self::LoggedInElsewhere,
        Self::TooMany,
        Self::MaintenanceClosed,
        Self::DeviceRevoked,
        Self::OfficeSuspended,
        Self::Forgotten,
        Self::GatewayEnded,
    ];

    /// 0 means live, so these start at 1.
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Logout => 1,
            Self::Idle => 2,
            Self::Absolute => 3,
            Self::OtherDevice => 4,
            Self::PasswordChanged => 5,
            Self::UserGone => 6,
            Self::LoggedInAgain => 7,
            Self::LoggedInElsewhere => 8,
            Self::TooMany => 9,
            Self::DeviceRevoked => 10,
            Self::OfficeSuspended => 11,
            Self::Forgotten => 12,
            Self::GatewayEnded => 13,
            Self::MaintenanceClosed => 14,
        }
    }

    pub(super) fn of_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }

    /// The word in the line; that of the refusal, where the next request is told it.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Idle => Refusal::SessionIdle.reason(),
            Self::Absolute => Refusal::SessionAbsolute.reason(),
            Self::OtherDevice => Refusal::SessionCertMismatch.reason(),
            Self::PasswordChanged => "password_changed",
            Self::UserGone => "user_gone",
            Self::LoggedInAgain => "logged_in_again",
            Self::LoggedInElsewhere => "logged_in_elsewhere",
            Self::TooMany => "too_many_sessions",
            Self::MaintenanceClosed => Refusal::MaintenanceClosed.reason(),
            Self::DeviceRevoked => "device_revoked",
            Self::OfficeSuspended => Refusal::OfficeSuspended.reason(),
            Self::Forgotten => "store_forgot",
            Self::GatewayEnded => "gateway_ended",
        }
    }
}

/// An end that no line tells of yet, and that this gateway is to tell: no other is given it meanwhile.
#[derive(Clone, Debug)]
pub struct UntoldEnd {
    /// Whose end.
    pub key: SessionKey,
    /// The session as it ended; nothing where the store has kept no record of it.
    pub record: Option<Arc<SessionRecord>>,
}

/// Seconds for which an end is one gateway's to tell. Whoever dies before its line stands is followed by another then.
pub(super) const LEASE: i64 = 300;

/// Where to go on among all sessions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LivePage(pub(super) u64);

impl LivePage {
    /// Where to begin.
    pub const FIRST: Self = Self(0);
}
