//! Room is kept on the disks of registry and journal for the acts that protect.
//!
//! When a disk is full, a lost device must still be stopped. So each disk holds a reserve, really allocated, and ordinary
//! changes are refused by name while there is still some room ([`LEAST`]); an act that protects lets the reserve go. It is
//! made again as soon as there is room. A PostgreSQL server's disk is not ours to look at.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::FallocateFlags;
use rustix::io::Errno;

use crate::folder::folder_of;

/// What is held on each disk: the registry's log of changes (4 MiB before it is worked off) and thousands of lines.
const RESERVE: u64 = 4 << 20;
/// With less room than this left beside the reserve, only what protects is changed.
const LEAST: u64 = 4 << 20;
/// With less than this, somebody is told.
pub(crate) const LOW: u64 = 256 << 20;

/// Is this an act that takes something away: a way in, a right, a doubt? Told by the word of its event.
fn protects(action: &str) -> bool {
    matches!(
        action,
        "application.reject"
            | "ca.retire"
            | "cert.close-intents"
            | "cert.finish-renewal"
            | "cert.revoke"
            | "cert.revoke-list"
            | "crl.publish"
            | "device.clone_suspected"
            | "device.reject"
            | "device.report-lost"
            | "device.suspend"
            | "device.suspend-list"
            | "incident.open-stop"
            | "incident.stop"
            | "journal.start"
            | "office.replace"
            | "office.suspend"
            | "office.withdraw"
            | "password.wrong"
            | "registry.restore"
            | "room.close"
            | "room.remove"
            | "room.remove-list"
            | "ticket.kill"
            | "ticket.wrong-code"
            | "user.change-password"
            | "user.delete"
            | "user.initial-password-lapse"
            | "user.maintenance"
            | "user.maintenance-close"
            | "user.reset-password"
            | "user.suspend"
            | "user.suspend-list"
    )
}

/// The disks on which changes are written.
#[derive(Clone, Debug)]
pub(crate) struct Disks {
    files: Vec<(DiskOf, PathBuf)>,
}

/// What a disk is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DiskOf {
    Journal,
    Registry,
}

impl DiskOf {
    /// The word in metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Registry => "registry",
        }
    }
}

/// Too little room is left for an ordinary change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct DiskFull(pub(crate) DiskOf);

impl Disks {
    /// Those of the journal's file, and of the registry's where it is one.
    pub(crate) fn of(journal: &Path, registry: Option<&Path>) -> Self {
        let mut files = vec![(DiskOf::Journal, journal.to_owned())];
        files.extend(registry.map(|path| (DiskOf::Registry, path.to_owned())));
        Self { files }
    }

    /// Makes room for a change of this kind.
    pub(crate) fn admit(&self, action: &str) -> Result<(), DiskFull> {
        let protects = protects(action);
        for (of, file) in &self.files {
            let reserve = reserve(file);
            // A disk that does not say how full it is refuses by itself.
            let free = free(file).unwrap_or(u64::MAX);
            let held = reserve.metadata().is_ok_and(|held| held.len() >= RESERVE);
            if free < LEAST && protects {
                if held && std::fs::remove_file(&reserve).is_ok() {
                    tracing::warn!(
                        disk = of.as_str(),
                        "the disk is full: the reserve was let go for an act that protects"
                    );
                }
            } else if free < LEAST || !protects && !held && free < LEAST + RESERVE {
                return Err(DiskFull(*of));
            } else if !held && free >= LEAST + RESERVE {
                // Where it cannot be made, `doctor` says that it is not there.
                let _ = hold(&reserve);
            }
        }
        Ok(())
    }

    /// How much room is left on each, and whether its reserve is there.
    pub(crate) fn look(&self) -> Vec<(DiskOf, u64, bool)> {
        let looked = self.files.iter().filter_map(|(of, file)| {
            let held = reserve(file).metadata().is_ok_and(|held| held.len() >= RESERVE);
            Some((*of, free(file)?, held))
        });
        looked.collect()
    }
}

/// `registry.db` → `registry.db.reserve`.
fn reserve(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".reserve");
    name.into()
}

fn free(file: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder_of(file)).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Allocates it; where the filesystem cannot promise room, by writing.
fn hold(reserve: &Path) -> io::Result<()> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(reserve)?;
    let held = match rustix::fs::fallocate(&file, FallocateFlags::empty(), 0, RESERVE) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => written(&file),
        held => held.map_err(io::Error::from),
    };
    if held.is_err() {
        let _ = std::fs::remove_file(reserve);
    }
    held
}

fn written(mut file: &File) -> io::Result<()> {
    // Octets that no filesystem takes for a hole.
    io::copy(&mut io::Read::take(io::repeat(1), RESERVE), &mut file).map(|_| ())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;
    use crate::test_support::Folder;

    /// The text of every file of the writer.
    fn written(folder: &std::path::Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => written(&path, text),
                false => text.push_str(&std::fs::read_to_string(path).unwrap()),
            }
        }
    }

    #[test]
    fn what_protects_is_told_by_the_words_that_events_have() {
        let mut text = String::new();
        for room in ["src/acts", "src/proposal"] {
            written(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(room), &mut text);
        }
        let here = include_str!("disks.rs").split("fn protects").nth(1).unwrap().split("/// The disks").next().unwrap();
        let words: Vec<_> = here.split('"').skip(1).step_by(2).collect();
        assert!(words.len() > 20 && words.iter().all(|word| protects(word)), "{words:?}");
        for word in words {
            assert!(text.contains(&format!("\"{word}\"")), "no event is called {word}");
        }
        assert!(!protects("device.resume") && !protects("user.add"));
    }

    #[test]
    fn room_is_really_held() {
        let folder = Folder::new();
        let disks = Disks::of(&folder.path("journal.log"), Some(&folder.path("registry.db")));
        disks.admit("office.register").unwrap();
        for name in ["registry.db.reserve", "journal.log.reserve"] {
            let held = std::fs::metadata(folder.path(name)).unwrap();
            assert!(held.blocks() * 512 >= RESERVE, "{name}");
        }
        assert!(disks.look().iter().all(|(_, _, held)| *held));
    }
}
