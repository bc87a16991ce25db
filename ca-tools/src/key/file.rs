//! Secrets on disk: readable by their owner alone, written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::folder::sync_folder_of;

/// Owner reads and writes.
pub(super) const MODE: u32 = 0o600;
/// What group and others must not have.
pub(super) const OTHERS: u32 = 0o077;
/// No secret of ours is longer.
const LONGEST: u64 = 64 * 1024;

/// Writes a secret to a new file of mode 0600, on disk when this returns.
///
/// # Errors
/// The file is there already (no key is ever overwritten), or cannot be written.
pub fn write_secret(path: &Path, secret: &str) -> Result<(), KeyFileRefusal> {
    let failed = |error: io::Error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            KeyFileRefusal::AlreadyThere(path.to_owned())
        } else {
            KeyFileRefusal::Unwritable(path.to_owned(), error.to_string())
        }
    };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(path).map_err(failed)?;
    let written = file.write_all(secret.as_bytes()).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // A key cut short would open with no passphrase and stand in the way of the next try.
        let _ = std::fs::remove_file(path);
        return Err(failed(error));
    }
    sync_folder_of(path).map_err(failed)
}

/// Reads a secret that only its owner can read.
///
/// # Errors
/// It is not there, not text, or open to others.
pub fn read_secret(path: &Path) -> Result<Zeroizing<String>, KeyFileRefusal> {
    let failed = |error: io::Error| KeyFileRefusal::Unreadable(path.to_owned(), error.to_string());
    let file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.mode();
    if mode & OTHERS != 0 {
        return Err(KeyFileRefusal::OpenToOthers(path.to_owned(), mode & 0o7777));
    }
    // Room for all of it at once, so that no copy is left behind by growing.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST as usize + 1));
    file.take(LONGEST + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > LONGEST {
        return Err(KeyFileRefusal::Unreadable(path.to_owned(), "longer than any key".to_owned()));
    }
    Ok(text)
}

/// Why a secret was not written or read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyFileRefusal {
    /// There is such a file.
    #[error("{} is there already; a key is never overwritten", .0.display())]
    AlreadyThere(PathBuf),
    /// Group or others can read it.
    #[error("{} can be read by others (mode {:04o}): chmod 600 it", .0.display(), .1)]
    OpenToOthers(PathBuf, u32),
    /// Not there, not text, or not ours to read.
    #[error("{}: {}", .0.display(), .1)]
    Unreadable(PathBuf, String),
    /// The disk or the folder.
    #[error("{}: {}", .0.display(), .1)]
    Unwritable(PathBuf, String),
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::test_support::Folder;

    #[test]
    fn a_secret_is_its_owner_s_alone_and_never_overwritten() {
        let folder = Folder::new();
        let path = folder.path("ca.key");
        write_secret(&path, "secret").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(read_secret(&path).unwrap().as_str(), "secret");
        assert_eq!(write_secret(&path, "other"), Err(KeyFileRefusal::AlreadyThere(path.clone())));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(read_secret(&path), Err(KeyFileRefusal::OpenToOthers(path.clone(), 0o640)));
        drop(folder);
        assert!(matches!(read_secret(&path), Err(KeyFileRefusal::Unreadable(..))));
        assert!(matches!(write_secret(&path, ""), Err(KeyFileRefusal::Unwritable(..))));
    }
}
