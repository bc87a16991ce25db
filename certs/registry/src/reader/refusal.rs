//! Why could the registry not be read?

use std::time::Duration;

use crate::restoration::NotTaken;

/// Why the registry was not read. Each is silence until a later check succeeds.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReadRefusal {
    /// Another file lies at the path than the one that is open.
    #[error("another file lies at {0} than the one that was being read")]
    AnotherFile(String),
    /// The database said no.
    #[error("the registry cannot be read: {0}")]
    Database(String),
    /// Its history is another than the one applied, and nothing makes it ours.
    #[error(
        "registry_forked: its history is another one: the event of version {applied} is not the one that was applied here \
         (it stands at version {found}); {why}. Put the right registry back, or have it restored by ca-tools restore"
    )]
    Forked {
        /// Its version.
        found: u64,
        /// The version applied last.
        applied: u64,
        /// Why it is not taken for a restored one.
        why: NotTaken,
    },
    /// It did not answer in time.
    #[error("the registry has not answered within {0:?}")]
    Hung(Duration),
    /// Rows are there that its pages do not show: a key that is none, or a NULL where none may be.
    #[error("unreadable rows: table {table} has {there} rows, but only {read} can be read by their keys")]
    Incomplete {
        /// The table.
        table: &'static str,
        /// Rows read.
        read: usize,
        /// Rows there.
        there: usize,
    },
    /// No file lies at the path.
    #[error("there is no registry at {0}")]
    Missing(String),
    /// Its row of id and version is not there, or not one we read.
    #[error("this is no registry: {0}")]
    NoRegistry(String),
    /// It is behind a version that was applied already: a backup, or a replica that lags.
    #[error(
        "the registry stands at version {found}, but version {applied} was applied already: an older one is not accepted"
    )]
    Older {
        /// Its version.
        found: u64,
        /// The highest version applied.
        applied: u64,
    },
    /// Another registry than the one whose versions were applied.
    #[error(
        "this is another registry ({found}) than the one followed so far ({followed}). If that is meant, stop the gateway and remove its state file"
    )]
    OtherRegistry {
        /// Its id.
        found: String,
        /// The id of the one followed.
        followed: String,
    },
    /// One row is not what the registry's rows are.
    #[error("unreadable row: table {table}, {key}, field {field}: {why}")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// Which row.
        key: String,
        /// Which field.
        field: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl From<sqlx::Error> for ReadRefusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.to_string())
    }
}
