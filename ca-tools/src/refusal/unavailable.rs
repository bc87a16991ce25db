//! Why the registry does not answer. Nothing was changed.

use super::JournalRefusal;

/// The registry does not answer, or not like a registry. Nothing was changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unavailable {
    /// There is no such file.
    #[error("there is no registry at {0}")]
    Missing(String),
    /// There is one already.
    #[error("there is a registry already at {0}")]
    AlreadyThere(String),
    /// Another program holds it.
    #[error("the registry is locked by another program")]
    Locked,
    /// A change cannot be entered in the journal.
    #[error(transparent)]
    Journal(#[from] JournalRefusal),
    /// No room on the disk.
    #[error("the disk under the registry is full")]
    DiskFull,
    /// The server takes no changes.
    #[error("the registry's server takes no changes: {0}")]
    ServerReadOnly(String),
    /// The server does not let us work, for a reason that has a name.
    #[error("the registry cannot be reached: {1}")]
    Server(ServerFault, String),
    /// The server gave up waiting.
    #[error("the registry's server ended the work for taking too long")]
    TookTooLong,
    /// Not to be written by this user.
    #[error("the registry may not be written by this user: {0}")]
    ReadOnly(String),
    /// The server or the file cannot be reached.
    #[error("the registry cannot be reached: {0}")]
    Unreachable(String),
    /// The server that answers does not prove to be the one that was named.
    #[error("the registry's server does not prove who it is: {0}")]
    Untrusted(String),
    /// Not a registry, or one of another version.
    #[error("this is not a registry, or not one of this version: {0}")]
    NotARegistry(String),
    /// A cell that says what no writer of ours wrote.
    #[error("the registry holds what it should not: {0}")]
    Corrupt(String),
    /// Anything else the database said.
    #[error("the registry refused: {0}")]
    Other(String),
}

/// For what reason a server does not let us work.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServerFault {
    /// Another name, or another password.
    Login,
    /// No such database.
    NoDatabase,
    /// All its connections are taken.
    NoPlace,
    /// What stands in between changes the connection with each statement.
    PooledByStatement,
    /// What stands in between takes no settings of a connection.
    PoolTakesNoSettings,
    /// It starts, or stops.
    StartsOrStops,
}
