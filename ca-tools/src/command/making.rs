//! The folder in which a house is made: it becomes DIR when all is in it, and goes away when not.
//!
//! A program that is killed cannot clear up. Its folder, in which sealed keys lie, is cleared by the next one that makes a
//! house there: it is locked for as long as its maker lives.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::error::CliError;
use crate::config::files;
use crate::folder::folder_of;
use crate::issuance::OutputRefusal;
use crate::password::readable;

/// Characters that tell one maker's folder from another's.
const DRAWN: usize = 8;

/// A folder that becomes DIR when all is in it, and goes away when not.
pub(super) struct Making {
    pub(super) path: PathBuf,
    _held: File,
}

impl Making {
    pub(super) fn beside(target: &Path) -> Result<Self, CliError> {
        clear(target).map_err(|why| unwritable(target, &why))?;
        let drawn = readable(DRAWN)?;
        let path = target.with_file_name(format!("{}{}", hidden(target), drawn.as_str()));
        folder(&path, 0o750)?;
        let held = File::open(&path).map_err(|why| unwritable(&path, &why))?;
        flock(&held, FlockOperation::NonBlockingLockExclusive).map_err(|why| unwritable(&path, &why.into()))?;
        Ok(Self { path, _held: held })
    }

    pub(super) fn finish(self, target: &Path) -> Result<(), CliError> {
        std::fs::rename(&self.path, target).map_err(|why| unwritable(target, &why))?;
        Ok(())
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        // Gone already where it was renamed.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// `/var/lib/sekisho/ca` → `.ca.`
fn hidden(target: &Path) -> String {
    format!(".{}.", target.file_name().unwrap_or_default().to_string_lossy())
}

/// Takes away what one that was killed left: ours, begun, and held by nobody.
fn clear(target: &Path) -> io::Result<()> {
    let beside = folder_of(target);
    // Where there is no such folder, making says so.
    let Ok(entries) = std::fs::read_dir(beside) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let drawn = name.strip_prefix(&hidden(target)).unwrap_or_default();
        if drawn.chars().count() != DRAWN || !entry.file_type()?.is_dir() || !is_begun(&entry.path()) {
            continue;
        }
        let held = File::open(entry.path())?;
        let ours = held.metadata()?.uid() == rustix::process::geteuid().as_raw();
        if ours && flock(&held, FlockOperation::NonBlockingLockExclusive).is_ok() {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// Whether a house was begun there: the root's folder is what is made first. An empty one may be another maker's that
/// has not locked it yet.
fn is_begun(folder: &Path) -> bool {
    folder.join(files::ROOT_KEY).parent().is_some_and(Path::is_dir)
}

pub(super) fn folder(path: &Path, mode: u32) -> Result<(), CliError> {
    DirBuilder::new().mode(mode).create(path).map_err(|why| unwritable(path, &why))
}

pub(super) fn unwritable(path: &Path, why: &io::Error) -> CliError {
    OutputRefusal::Unwritable(path.to_owned(), why.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Folder;

    #[test]
    fn what_a_killed_maker_left_is_cleared_by_the_next_and_nothing_else_is() {
        let beside = Folder::new();
        let target = beside.path("ca");
        let begun = |name: &str| {
            let path = beside.path(name);
            std::fs::create_dir_all(path.join("root")).unwrap();
            std::fs::write(path.join("issuing.key"), "sealed").unwrap();
            path
        };
        let left = begun(".ca.abcdefgh");
        let others = [begun(".ca.short"), begun(".other.abcdefgh"), begun("ca.abcdefgh")];
        std::fs::create_dir(beside.path(".ca.emptyone")).unwrap();
        let first = Making::beside(&target).unwrap();
        assert!(!left.exists());
        folder(&first.path.join("root"), 0o700).unwrap();
        let second = Making::beside(&target).unwrap();
        assert!(first.path.exists() && second.path.exists(), "one that is at work is left alone");
        assert!(others.iter().all(|path| path.exists()) && beside.path(".ca.emptyone").exists());
        second.finish(&target).unwrap();
        assert!(target.is_dir());
    }
}
