//! Where a house's journal and its key are.

use std::path::{Path, PathBuf};

/// Where a house's journal and its key are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JournalFiles {
    /// The journal, 0600.
    pub journal: PathBuf,
    /// What signs its lines, backups and restores; PKCS#8 PEM, 0600.
    pub key: PathBuf,
    /// Its public half, which gateways are given; SPKI PEM, 0644.
    pub public: PathBuf,
}

impl JournalFiles {
    /// All of them in the folder of the CA's files.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            journal: folder.join("journal.log"),
            key: folder.join("journal.key"),
            public: folder.join("journal.pub"),
        }
    }
}
