//! One record each: what the registry says of an office, a person, a device, a certificate, a room.
//!
//! These are facts as they were read. Whether they let anyone in is decided elsewhere.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use certs::{DeviceNo, Fingerprint, Timestamp, Validity};

use names::{LoginId, OfficeNo, Role, RoomRef};

/// An office (事業所).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Office {
    /// 事業所番号.
    pub office: OfficeNo,
    /// The name people know it by.
    pub name: Arc<str>,
    /// Its state.
    pub state: OfficeState,
}

/// Where an office stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OfficeState {
    /// In use.
    Registered,
    /// On hold; can come back.
    Suspended,
    /// 利用終了, for ever.
    Withdrawn,
    /// Its number changed; another office took over.
    Replaced,
}

/// A person with an ID (システム利用者).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SystemUser {
    /// カシワニネットID.
    pub login_id: LoginId,
    /// The office they work for.
    pub office: OfficeNo,
    /// Operator roles; empty for a care worker.
    pub roles: Vec<Role>,
    /// Their state.
    pub state: SystemUserState,
    /// What proves the second factor.
    pub password: Password,
    /// Failed logins before this time no longer count (`user unlock`, `reset-password`).
    pub failures_count_from: Timestamp,
    /// The years (年度) whose training (研修会) they attended, the earliest first.
    pub trained: Vec<i64>,
    /// When it is let in at all.
    pub opening: Opening,
}

/// When an ID is let in, whatever its state.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Opening {
    /// A person's: at any time.
    Always,
    /// A maintenance account's (保守用のID): in its window, where it has one, and at no other time.
    Within(Option<Window>),
}

/// A span that was approved: its first second, and the first one after it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    /// Its first second.
    pub from: Timestamp,
    /// The first second after it.
    pub until: Timestamp,
}

impl Opening {
    /// Whether it is open at this moment.
    #[must_use]
    pub fn is_open(self, now: Timestamp) -> bool {
        match self {
            Self::Always => true,
            Self::Within(window) => window.is_some_and(|window| window.from <= now && now < window.until),
        }
    }

    /// Since when it is open; nothing where that is from ever, or where it is closed.
    #[must_use]
    pub fn since(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Always | Self::Within(None) => None,
            Self::Within(Some(window)) => self.is_open(now).then_some(window.from),
        }
    }
}

/// Where a person's ID stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SystemUserState {
    /// May log in.
    Active,
    /// On hold; can come back.
    Suspended,
    /// Gone for ever; the ID is never given again.
    Deleted,
}

/// A password as the registry keeps it. Never printed.
#[derive(Clone, Eq, PartialEq)]
pub struct Password {
    /// Argon2id in PHC format.
    pub hash: Arc<str>,
    /// Handed out by the city: good for changing it and nothing else.
    pub initial: bool,
    /// When it was set. A session opened on an older password has ended.
    pub set_at: Timestamp,
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Password").field("initial", &self.initial).field("set_at", &self.set_at).finish_non_exhaustive()
    }
}

/// A PC, tablet or phone.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Device {
    /// Its number.
    pub device: DeviceNo,
    /// The office it belongs to.
    pub office: OfficeNo,
    /// Its operating system.
    pub os: Os,
    /// Whose it is.
    pub ownership: Ownership,
    /// How far it came.
    pub stage: DeviceStage,
    /// On hold, whatever the stage.
    pub suspended: bool,
    /// The approval's last second.
    pub approved_until: Option<Timestamp>,
    /// The people it serves; `None` means everyone of its office.
    pub users: Option<Arc<HashSet<LoginId>>>,
}

/// Operating systems the city supports (handbook P11).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Os {
    Windows,
    Macos,
    Linux,
    Android,
    Ios,
}

/// Who owns a device.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ownership {
    /// 事業所所有.
    Office,
    /// 個人所有.
    Byod,
}

/// How far a device came on its way into service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DeviceStage {
    /// Applied for.
    Applied,
    /// Inspected, not yet approved.
    Inspected,
    /// Approved: may hold a certificate.
    Approved,
    /// Turned down.
    Rejected,
    /// Out of use for ever.
    Retired,
}

/// A certificate that was signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Certificate {
    /// SHA-256 of its DER.
    pub fingerprint: Fingerprint,
    /// The device it was issued to.
    pub device: DeviceNo,
    /// What the registry says its dates are.
    pub validity: Validity,
    /// Its state.
    pub state: CertificateState,
    /// How its key is kept.
    pub assurance: Assurance,
}

/// Where a certificate stands, time aside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CertificateState {
    /// In use.
    Issued,
    /// Another took its place; from `since` on it no longer counts.
    Superseded {
        /// The first second on which it is refused.
        since: Timestamp,
        /// Until when the one that took its place is good, if known.
        successor_not_after: Option<Timestamp>,
    },
    /// Withdrawn for ever.
    Revoked,
}

/// How a certificate's key is kept (the assertion's `amr`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Assurance {
    /// In software.
    Swk,
    /// In hardware.
    Hwk,
}

/// A patient's room.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Room {
    /// Its reference in paths.
    pub room: RoomRef,
    /// Still open.
    pub open: bool,
    /// The people invited, each with the first second on which the invitation is none any more, where it has an end.
    pub members: HashMap<LoginId, Option<Timestamp>>,
}

impl Room {
    /// Whether this person is invited at this moment. An invitation ends by itself, as a certificate does.
    #[must_use]
    pub fn invites(&self, person: &LoginId, now: Timestamp) -> bool {
        self.members.get(person).is_some_and(|until| until.is_none_or(|until| now < until))
    }

    /// The end of this person's invitation, where it has one.
    #[must_use]
    pub fn invited_until(&self, person: &LoginId) -> Option<Timestamp> {
        self.members.get(person).copied().flatten()
    }
}
