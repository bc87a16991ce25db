//! A key that is nothing but random octets: made where there is none, whole or not there, its owner's alone.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::file::{KeyFileRefusal, MODE, OTHERS};
use crate::folder::sync_folder_of;

/// 256 bits.
const LENGTH: usize = 32;

/// The octets in this file; drawn where there is no such file. Of two programs that draw at once both get the same.
///
/// # Errors
/// It cannot be written or read, is open to others, or holds another number of octets.
pub(crate) fn drawn_octets(path: &Path) -> Result<Zeroizing<[u8; LENGTH]>, KeyFileRefusal> {
    let there = path.try_exists().map_err(|why| unreadable(path, &why.to_string()))?;
    if !there {
        make(path).map_err(|why| KeyFileRefusal::Unwritable(path.to_owned(), why.to_string()))?;
    }
    found_octets(path)
}

/// The octets in this file.
///
/// # Errors
/// As [`drawn_octets`], or there is no such file.
pub(crate) fn found_octets(path: &Path) -> Result<Zeroizing<[u8; LENGTH]>, KeyFileRefusal> {
    let file = File::open(path).map_err(|why| unreadable(path, &why.to_string()))?;
    read(path, file)
}

/// Whether what stands there was left by a machine that lost its power while it was made: it is empty, or nothing but zeros.
///
/// # Errors
/// It is there and cannot be read.
pub(crate) fn never_written(path: &Path) -> Result<bool, KeyFileRefusal> {
    let mut octets = Vec::new();
    match File::open(path).and_then(|file| file.take(LENGTH as u64 + 1).read_to_end(&mut octets)) {
        Ok(_) => Ok(octets.iter().all(|octet| *octet == 0)),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(why) => Err(unreadable(path, &why.to_string())),
    }
}

fn read(path: &Path, file: File) -> Result<Zeroizing<[u8; LENGTH]>, KeyFileRefusal> {
    let mode = file.metadata().map_err(|why| unreadable(path, &why.to_string()))?.mode();
    if mode & OTHERS != 0 {
        return Err(KeyFileRefusal::OpenToOthers(path.to_owned(), mode & 0o7777));
    }
    let mut found = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
    file.take(LENGTH as u64 + 1).read_to_end(&mut found).map_err(|why| unreadable(path, &why.to_string()))?;
    let octets: [u8; LENGTH] = found
        .as_slice()
        .try_into()
        .map_err(|_| unreadable(path, &format!("is no key of {LENGTH} octets: put it back from a backup")))?;
    Ok(Zeroizing::new(octets))
}

/// Written aside and linked to its place: a key cut short by a full disk or a power cut never stands there, and of two
/// who were quick at once the second finds the first one's.
fn make(path: &Path) -> io::Result<()> {
    let no_luck = |_| io::Error::other("no random numbers");
    let (mut octets, mut name) = (Zeroizing::new([0; LENGTH]), [0; 8]);
    rand::fill(&mut *octets).map_err(no_luck)?;
    rand::fill(&mut name).map_err(no_luck)?;
    let name = hex::encode(name);
    let mut aside = std::ffi::OsString::from(".");
    aside.push(path.file_name().unwrap_or_default());
    aside.push(format!(".{name}"));
    let aside = Aside(path.with_file_name(aside));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(&aside.0)?;
    file.write_all(&*octets)?;
    file.sync_all()?;
    match std::fs::hard_link(&aside.0, path) {
        Ok(()) => {}
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
        Err(why) => return Err(why),
    }
    drop(aside);
    sync_folder_of(path)
}

struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // Not there where it could not be made.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn unreadable(path: &Path, why: &str) -> KeyFileRefusal {
    KeyFileRefusal::Unreadable(path.to_owned(), why.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::test_support::Folder;

    #[test]
    fn octets_are_drawn_once_and_are_the_owners_alone() {
        let folder = Folder::new();
        let path = folder.path("mail.key");
        let first = drawn_octets(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!((*drawn_octets(&path).unwrap(), *found_octets(&path).unwrap()), (*first, *first));
        assert!(found_octets(&folder.path("other.key")).is_err());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left aside");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(drawn_octets(&path), Err(KeyFileRefusal::OpenToOthers(path.clone(), 0o640)));
    }

    #[test]
    fn a_file_cut_short_or_too_long_is_told_and_left_as_it_is() {
        let folder = Folder::new();
        let path = folder.path("mail.key");
        for length in [0, LENGTH - 1, LENGTH + 1] {
            std::fs::write(&path, vec![7; length]).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            assert!(matches!(drawn_octets(&path), Err(KeyFileRefusal::Unreadable(..))), "{length}");
            assert_eq!(std::fs::read(&path).unwrap().len(), length);
        }
    }

    #[test]
    fn two_who_draw_at_once_have_the_same_key() {
        let folder = Folder::new();
        let path = folder.path("mail.key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let drawing: Vec<_> = (0..8).map(|_| scope.spawn(|| *drawn_octets(&path).unwrap())).collect();
            drawing.into_iter().map(|drawing| drawing.join().unwrap()).collect()
        });
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
