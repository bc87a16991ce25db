//! From where does a follower go on, also after a restart?
//!
//! From the head it applied last, and from nowhere else. Which registry that was, its version, the hash of that version's
//! event and the number of the last restore are kept in a small file of the gateway's own. A registry that was put back
//! from a backup would let devices in that have been revoked since, and worked on, it soon stands at a higher version:
//! its event of our version is another one, and by that it is refused, whoever put it there and whenever the gateway was
//! started.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::reader::{ReadRefusal, SourceRefusal, Standing};
use crate::restoration::{JournalKey, Kept, NotTaken, Restored};

/// Which registry was followed, how far, and by which history.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Floor {
    registry: String,
    /// The number of the last restore taken; releases before this one kept none.
    #[serde(default)]
    epoch: u64,
    version: u64,
    /// The hash of the event of that version. Releases before this one kept none: it is learnt with the first reading.
    #[serde(default)]
    hash: Option<String>,
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
    /// The floor where a registry stands of which nothing was known; restores in it are judged by the next steps.
    pub(super) fn first(found: &Standing) -> Self {
        Self { registry: found.registry_id.clone(), epoch: 0, version: found.version, hash: Some(found.hash.clone()) }
    }

    /// The floor after what was found there has been applied, in a history of this epoch.
    pub(super) fn raised(&self, found: &Standing, epoch: u64) -> Self {
        Self { epoch, ..Self::first(found) }
    }

    /// The version applied last.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// The number of the last restore taken.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
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

    /// Whether what stands there goes on from what was applied; it was asked after the event of [`Self::version`].
    pub(super) fn admit(&self, found: &Standing) -> Result<(), ReadRefusal> {
        if found.registry_id != self.registry {
            let (found, followed) = (found.registry_id.clone(), self.registry.clone());
            return Err(ReadRefusal::OtherRegistry { found, followed });
        }
        let ours = self.hash.is_none() || found.mark == self.hash;
        match (found.version < self.version, ours) {
            // Of our epoch it is a copy of before; of another one it was made by a restore, and may pass our version any day.
            (true, _) if found.epoch == self.epoch => {
                Err(ReadRefusal::Older { found: found.version, applied: self.version })
            }
            (true, _) | (false, false) => Err(self.forked(found, NotTaken::NoRestore)),
            (false, true) => Ok(()),
        }
    }

    /// Another history is taken only by the house's word: the floor from which the restored registry is read.
    pub(super) fn restored(
        &self,
        kept: Option<&Kept>,
        found: &Standing,
        key: Option<&JournalKey>,
    ) -> Result<(Self, Restored), ReadRefusal> {
        let kept = kept.ok_or(NotTaken::NoRestore);
        let judged = kept.and_then(|kept| kept.judge(found, self.epoch, key));
        let restored = judged.map_err(|why| self.forked(found, why))?;
        Ok((self.raised(found, restored.epoch), restored))
    }

    fn forked(&self, found: &Standing, why: NotTaken) -> ReadRefusal {
        ReadRefusal::Forked { found: found.version, applied: self.version, why }
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

    fn standing(registry_id: &str, version: u64, mark: Option<&str>) -> Standing {
        let (registry_id, mark) = (registry_id.to_owned(), mark.map(str::to_owned));
        Standing { registry_id, version, hash: format!("of {version}"), mark, epoch: 0 }
    }

    #[test]
    fn only_what_goes_on_from_the_head_applied_is_admitted() {
        let floor = Floor::first(&standing("a", 7, None));
        assert_eq!(floor.admit(&standing("a", 7, Some("of 7"))), Ok(()));
        assert_eq!(floor.admit(&standing("a", 8, Some("of 7"))), Ok(()));
        let forked = |found| Err(ReadRefusal::Forked { found, applied: 7, why: NotTaken::NoRestore });
        for found in [7, 8, 900] {
            assert_eq!(floor.admit(&standing("a", found, Some("of another"))), forked(found));
            assert_eq!(floor.admit(&standing("a", found, None)), forked(found), "its event is gone");
        }
        assert_eq!(floor.admit(&standing("a", 6, None)), Err(ReadRefusal::Older { found: 6, applied: 7 }));
        let restored = Standing { epoch: 1, ..standing("a", 6, None) };
        assert_eq!(floor.admit(&restored), forked(6));
        assert_eq!(
            floor.admit(&standing("b", 9, Some("of 7"))),
            Err(ReadRefusal::OtherRegistry { found: "b".to_owned(), followed: "a".to_owned() })
        );
    }

    #[test]
    fn a_floor_of_an_earlier_release_is_read_and_knows_versions_only() {
        let floor: Floor = serde_json::from_str("{\"registry\":\"a\",\"version\":7}").unwrap();
        assert_eq!(floor.admit(&standing("a", 7, Some("of 7"))), Ok(()));
        assert_eq!(floor.admit(&standing("a", 6, None)), Err(ReadRefusal::Older { found: 6, applied: 7 }));
        let completed = floor.raised(&standing("a", 7, None), 0);
        let forked = ReadRefusal::Forked { found: 8, applied: 7, why: NotTaken::NoRestore };
        assert_eq!(completed.admit(&standing("a", 8, Some("of another"))), Err(forked));
    }

    #[test]
    fn a_half_written_state_file_is_refused_and_a_missing_one_is_the_first_start() {
        let folder = std::env::temp_dir().join(format!("floor-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("state");
        assert_eq!(Floor::read(&path), Ok(None));
        let floor = Floor::first(&standing("a", 7, None));
        floor.write(&path).unwrap();
        assert_eq!(Floor::read(&path), Ok(Some(floor)));
        fs::write(&path, "{\"registry\":\"a\",").unwrap();
        assert!(matches!(Floor::read(&path), Err(RegistryRefusal::State { .. })));
        fs::remove_dir_all(&folder).unwrap();
    }
}
