//! Why a login of the command line is worth nothing here.

use registry::LoginId;

/// Why the file of a login names nobody.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LoginRefusal {
    /// Made under another account or on another machine, or not as it was made.
    #[error("not made by this account on this machine")]
    Elsewhere,
    /// It was logged out, or ended with a change of the person.
    #[error("the login has ended")]
    Ended,
    /// Somebody else's file.
    #[error("the file belongs to another account")]
    FileOfAnother,
    /// Others may read it.
    #[error("the file is open to others (mode {0:04o})")]
    FileOpen(u32),
    /// Not used for too long.
    #[error("the login was not used for too long")]
    Idle,
    /// Suspended or deleted since.
    #[error("{0} is not in service")]
    NotInService(LoginId),
    /// A house's other registry.
    #[error("the login is of another registry")]
    OtherRegistry,
    /// Changed, or set anew, since.
    #[error("the password of {0} was changed since")]
    PasswordChanged(LoginId),
    /// A role of then is not held any more.
    #[error("{0} lost a role since")]
    RoleLost(LoginId),
    /// As old as none may become.
    #[error("the login is too old")]
    TooOld,
    /// The registry knows no such login.
    #[error("there is no such login")]
    Unknown,
}

impl LoginRefusal {
    /// As an event's detail has it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Elsewhere => "elsewhere",
            Self::Ended => "ended",
            Self::FileOfAnother => "file_of_another",
            Self::FileOpen(_) => "file_open",
            Self::Idle => "idle",
            Self::NotInService(_) => "not_in_service",
            Self::OtherRegistry => "other_registry",
            Self::PasswordChanged(_) => "password_changed",
            Self::RoleLost(_) => "role_lost",
            Self::TooOld => "too_old",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it is over for good: its file may go.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self {
            Self::Ended
            | Self::FileOfAnother
            | Self::FileOpen(_)
            | Self::Idle
            | Self::NotInService(_)
            | Self::PasswordChanged(_)
            | Self::RoleLost(_)
            | Self::TooOld => true,
            Self::Elsewhere | Self::OtherRegistry | Self::Unknown => false,
        }
    }

    pub(super) fn code(&self) -> &'static str {
        if self.is_over() { "login_over" } else { "login_refused" }
    }
}
