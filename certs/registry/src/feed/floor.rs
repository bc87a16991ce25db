//! Below which version is a registry an older one, also after a restart?
//!
//! The highest version applied is kept in a small file of the gateway's own. A registry that was put
//! back from a backup would let devices in that have been revoked since; it is refused, whoever put
//! it there and whenever the gateway was started.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::reader::{Head, ReadRefusal, SourceRefusal};

/// Which registry was followed, and how far.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Floor {
    registry: String,
    version: u64,
}

/// What keeps a feed from being started at all. A registry that is away does not.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RegistryRefusal {
    /// The state file cannot be read, so that an older registry could not be told.
    #[error("the state file {} cannot be read: {why}. Without it an older registry could not be told from the newest; mend it, or remove it if the registry is known to be the newest", .path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The thread that follows the registry could not be started.
    #[error("cannot start the thread that follows the registry: {0}")]
    Thread(String),
    /// The URL names no registry.
    #[error(transparent)]
    Url(#[from] SourceRefusal),
}

impl Floor {
    /// The floor that a snapshot of this head makes.
    pub(super) fn of(head: &Head) -> Self {
        Self { registry: head.registry_id.clone(), version: head.version }
    }

    /// What was kept before this start; nothing at the very first.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, RegistryRefusal> {
        let refuse = |why: String| RegistryRefusal::State { path: path.to_owned(), why };
        match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| refuse(error.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refuse(error.to_string())),
        }
    }

    /// Whether this registry may take the place of what was applied before.
    pub(super) fn admit(&self, found: &Head) -> Result<(), ReadRefusal> {
        if found.registry_id != self.registry {
            let (found, followed) = (found.registry_id.clone(), self.registry.clone());
            return Err(ReadRefusal::OtherRegistry { found, followed });
        }
        if found.version < self.version {
            return Err(ReadRefusal::Older { found: found.version, applied: self.version });
        }
        Ok(())
    }

    /// Keeps it: complete or not at all, and on the disk before this returns.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let mut beside = path.to_owned().into_os_string();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let mut file = File::create(&beside)?;
        file.write_all(serde_json::to_string(self)?.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(registry_id: &str, version: u64) -> Head {
        Head { registry_id: registry_id.to_owned(), version }
    }

    #[test]
    fn neither_an_older_nor_another_registry_is_admitted() {
        let floor = Floor::of(&head("a", 7));
        assert_eq!(floor.admit(&head("a", 7)), Ok(()));
        assert_eq!(floor.admit(&head("a", 8)), Ok(()));
        assert_eq!(floor.admit(&head("a", 6)), Err(ReadRefusal::Older { found: 6, applied: 7 }));
        assert_eq!(
            floor.admit(&head("b", 9)),
            Err(ReadRefusal::OtherRegistry { found: "b".to_owned(), followed: "a".to_owned() })
        );
    }

    #[test]
    fn a_half_written_state_file_is_refused_and_a_missing_one_is_the_first_start() {
        let folder = std::env::temp_dir().join(format!("floor-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("state");
        assert_eq!(Floor::read(&path), Ok(None));
        let floor = Floor::of(&head("a", 7));
        floor.write(&path).unwrap();
        assert_eq!(Floor::read(&path), Ok(Some(floor)));
        fs::write(&path, "{\"registry\":\"a\",").unwrap();
        assert!(matches!(Floor::read(&path), Err(RegistryRefusal::State { .. })));
        fs::remove_dir_all(&folder).unwrap();
    }
}
