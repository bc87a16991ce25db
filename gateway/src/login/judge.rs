//! Who is it? Decides from what the registry says of the ID and what the hash said of the password.

use std::sync::Arc;

use certs::Timestamp;
use registry::{SystemUser, SystemUserState};

use super::failures::ReserveRefusal;
use super::lockout::LockedUntil;
use super::pool::{HashQueueFull, Verdict};
use crate::refusal::{LoginFault, Refusal};
use crate::session::StoreSilent;

/// What the registry says of a typed ID. All three walk the same way and take the same time.
#[derive(Debug)]
pub enum Candidate {
    /// There is such a person.
    Known(SystemUser),
    /// There was; the ID is never given again, and its password counts no more.
    Deleted,
    /// There never was.
    Unknown,
}

impl Candidate {
    /// From the registry's answer.
    #[must_use]
    pub fn of(user: Option<SystemUser>) -> Self {
        match user {
            None => Self::Unknown,
            Some(user) => match user.state {
                SystemUserState::Deleted => Self::Deleted,
                SystemUserState::Active | SystemUserState::Suspended => Self::Known(user),
            },
        }
    }

    /// The hash to compare with; `None` still costs a comparison.
    pub(super) fn hash(&self) -> Option<Arc<str>> {
        match self {
            Self::Known(user) => Some(Arc::clone(&user.password.hash)),
            Self::Deleted | Self::Unknown => None,
        }
    }

    /// From when on failures count; from ever where no operator could have unlocked it.
    pub(super) fn counts_from(&self) -> Timestamp {
        match self {
            Self::Known(user) => user.failures_count_from,
            Self::Deleted | Self::Unknown => Timestamp::from_unix(0),
        }
    }
}

/// Proof that the right password of an active ID was typed. Made only by `judge`.
#[must_use]
#[derive(Debug)]
pub struct Proven {
    user: SystemUser,
}

impl Proven {
    /// Whose password it was, as the registry knew them when it was compared.
    #[must_use]
    pub fn user(&self) -> &SystemUser {
        &self.user
    }
}

/// Decides. That the ID is on hold is told only to whoever knows its password.
pub(super) fn judge(candidate: Candidate, verdict: Verdict) -> Result<Proven, LoginRefusal> {
    match (candidate, verdict) {
        (Candidate::Unknown, _) => Err(LoginRefusal::Failed(LoginFault::UnknownId)),
        (Candidate::Deleted, _) => Err(LoginRefusal::Failed(LoginFault::DeletedId)),
        (Candidate::Known(_), Verdict::Differs) => Err(LoginRefusal::Failed(LoginFault::WrongPassword)),
        (Candidate::Known(user), Verdict::Matches) => match user.state {
            SystemUserState::Active => Ok(Proven { user }),
            SystemUserState::Suspended => Err(LoginRefusal::UserSuspended),
            SystemUserState::Deleted => Err(LoginRefusal::Failed(LoginFault::DeletedId)),
        },
    }
}

/// Why a login did not succeed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LoginRefusal {
    /// Unknown ID, deleted ID or wrong password: one page for all three.
    #[error("{0:?}")]
    Failed(LoginFault),
    /// This ID is locked after failures, whether or not it exists.
    #[error("the ID is locked until {until}")]
    Locked {
        /// When to try again.
        until: Timestamp,
    },
    /// Too many logins at once, or from this device.
    #[error("too many logins; again in {retry_after} s")]
    RateLimited {
        /// Seconds to wait.
        retry_after: i64,
    },
    /// Failures cannot be counted, so no guess may be made.
    #[error(transparent)]
    StoreSilent(#[from] StoreSilent),
    /// The right password of an ID on hold.
    #[error("the ID is on hold")]
    UserSuspended,
}

impl LoginRefusal {
    /// As everybody else calls it.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Failed(fault) => Refusal::LoginFailed(*fault),
            Self::Locked { .. } => Refusal::Locked,
            Self::RateLimited { .. } => Refusal::RateLimited,
            Self::StoreSilent(_) => Refusal::SessionStoreUnavailable,
            Self::UserSuspended => Refusal::UserSuspended,
        }
    }

    pub(super) fn held(refusal: ReserveRefusal, now: Timestamp) -> Self {
        match refusal {
            ReserveRefusal::IdLocked(LockedUntil { until }) => Self::Locked { until },
            ReserveRefusal::DeviceSlowed(LockedUntil { until }) => {
                Self::RateLimited { retry_after: (until.unix() - now.unix()).max(1) }
            }
            ReserveRefusal::StoreSilent(silent) => Self::StoreSilent(silent),
        }
    }
}

/// The queue is seconds long.
impl From<HashQueueFull> for LoginRefusal {
    fn from(_: HashQueueFull) -> Self {
        Self::RateLimited { retry_after: 10 }
    }
}
