//! Why a change could not be entered in the journal. Nothing was changed.

use std::path::PathBuf;

/// Why a change could not be entered in the journal, or the journal not be used. Nothing was changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JournalRefusal {
    /// A line in it is not one that was written.
    #[error("line {} of {} does not hold: {}", .1, .0.display(), .2)]
    Broken(PathBuf, u64, &'static str),
    /// The disk is full.
    #[error("the disk under the journal is full")]
    DiskFull,
    /// The registry knows changes that the journal does not.
    #[error("the journal ends at version {1}, the registry stands at {2}")]
    EndsEarly(PathBuf, i64, i64),
    /// Its last line is not signed by this house.
    #[error("the last line of {} is not signed by this house's key", .0.display())]
    Forged(PathBuf),
    /// The key.
    #[error("{}: {}", .0.display(), .1)]
    Key(PathBuf, String),
    /// Another program holds it.
    #[error("the journal is held by another program")]
    Locked,
    /// There must be one, and there is none.
    #[error("there is no journal at {}", .0.display())]
    Missing(PathBuf),
    /// The system has no random numbers.
    #[error("no random numbers from the system")]
    NoRandomness,
    /// Of another house, or another history of this one.
    #[error("{} is the journal of another registry, or of another history of this one (at version {})", .0.display(), .1)]
    OtherHistory(PathBuf, i64),
    /// A row carries a version that no change has made.
    #[error("a row of {0} carries a version that no change has made")]
    Planted(String),
    /// The registry lacks changes that were committed.
    #[error("the registry stands at version {2}, the journal says that {1} was committed")]
    RegistryWentBack(PathBuf, i64, i64),
    /// It cannot be read.
    #[error("{}: {}", .0.display(), .1)]
    Unreadable(PathBuf, String),
    /// It cannot be written.
    #[error("the journal cannot be written: {0}")]
    Unwritable(String),
}
