//! What can be said of restores only.

use std::path::PathBuf;

use registry::LoginId;

/// What can be said of restores only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RestoreRefusal {
    /// It is said to be lost, and it is there and whole.
    #[error("the journal {} is there and goes on from this backup", .0.display())]
    JournalIsThere(PathBuf),
    /// The journal was begun after the backup was made.
    #[error("the journal {} begins at version {}, after this backup", .0.display(), .1)]
    JournalBeginsLater(PathBuf, i64),
    /// Others know more than the journal.
    #[error("the journal {} ends at version {}, and {} is known", .0.display(), .1, .2)]
    JournalEndsEarly(PathBuf, i64, i64),
    /// A list was published after the journal's end.
    #[error("a revocation list was published after version {0}, where the journal ends")]
    ListIsNewer(i64),
    /// All but these two lose their roles, and neither may let anybody in again.
    #[error("neither of the two may approve")]
    NeitherApproves,
    /// There is no journal.
    #[error("there is no journal at {}", .0.display())]
    NoJournal(PathBuf),
    /// There are two operators, and one acts alone.
    #[error("a second operator must agree")]
    NoSecond,
    /// Not an operator in service who may agree.
    #[error("{0} is not an operator in service who may agree")]
    NotASecond(LoginId),
    /// A head that was named is of another history.
    #[error("the head named at version {0} is of another history than this backup")]
    OtherHistory(i64),
    /// Nobody but the office has chosen it.
    #[error("{0} has still the initial password")]
    InitialPassword(LoginId),
    /// Who acts has not shown who they are.
    #[error("{0} has not shown their password")]
    NoPassword(LoginId),
    /// Another password.
    #[error("the password of {0} is another one")]
    WrongPassword(LoginId),
}

impl RestoreRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::JournalIsThere(_) => "journal_is_there",
            Self::JournalBeginsLater(..) | Self::JournalEndsEarly(..) | Self::ListIsNewer(_) | Self::NoJournal(_) => {
                "journal_lacks"
            }
            Self::NeitherApproves | Self::NoSecond | Self::NotASecond(_) => "second_operator",
            Self::InitialPassword(_) => "initial_password",
            Self::NoPassword(_) => "no_password",
            Self::OtherHistory(_) => "other_history",
            Self::WrongPassword(_) => "wrong_password",
        }
    }
}
