//! How do bytes reach the disk whole or not at all?
//!
//! A group of lines counts only when `fdatasync` has returned. Until then, and after any error,
//! the file is cut back to its last whole group before the next try: also after a failed sync,
//! because what it left in the page cache may be marked clean and yet never reach the disk.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::disk::Space;
use super::settings::LogRefusal;

/// A file that only this process appends to.
#[derive(Debug)]
pub(super) struct AppendFile {
    path: PathBuf,
    file: File,
    /// Bytes known to be on disk.
    whole: u64,
    /// Held as long as we write; a lock on the file itself would move away with rotation.
    _lock: File,
}

/// Readable by the owner and the group that watches logs.
const MODE: u32 = 0o640;

impl AppendFile {
    pub(super) fn open(path: &Path) -> Result<Self, LogRefusal> {
        let beside = beside(path, "lock");
        let lock = appending(&beside).map_err(LogRefusal::io("cannot open", &beside))?;
        lock.try_lock().map_err(|refused| match refused {
            TryLockError::WouldBlock => LogRefusal::InUse { path: path.to_owned() },
            TryLockError::Error(error) => LogRefusal::io("cannot lock", &beside)(error),
        })?;
        let file = appending(path).map_err(LogRefusal::io("cannot open", path))?;
        let metadata = file.metadata().map_err(LogRefusal::io("cannot read", path))?;
        if !metadata.is_file() {
            return Err(LogRefusal::io("cannot append to", path)(io::Error::other("not a regular file")));
        }
        Ok(Self { path: path.to_owned(), file, whole: metadata.len(), _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What is left of the disk it lies on.
    pub(super) fn space(&self) -> io::Result<Space> {
        let disk = rustix::fs::fstatvfs(&self.file)?;
        let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
        Ok(Space { free: bytes(disk.f_bavail), whole: bytes(disk.f_blocks) })
    }

    /// Bytes on disk.
    pub(super) fn size(&self) -> u64 {
        self.whole
    }

    /// Cuts a torn end off.
    pub(super) fn cut_to(&mut self, size: u64) -> io::Result<()> {
        self.file.set_len(size)?;
        self.file.sync_data()?;
        self.whole = size;
        Ok(())
    }

    /// Brings a group of whole lines to disk. After an error nothing of it is in the file.
    pub(super) fn commit(&mut self, group: &[u8]) -> io::Result<()> {
        self.stand_in_place()?;
        let written = self.file.write_all(group).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => {
                self.whole += group.len() as u64;
                Ok(())
            }
            Err(error) => {
                // Readers need not see it; if this fails too, the next try begins with it.
                let _ = self.file.set_len(self.whole);
                Err(error)
            }
        }
    }

    /// Makes this file `PATH.000001` or the next free number, and begins a new one.
    pub(super) fn rotate(&mut self) -> io::Result<()> {
        let next = beside(&self.path, "next");
        let file = emptied(&next)?;
        let number = rotated(&self.path)?.last().map_or(1, |(number, _)| number + 1);
        let full = beside(&self.path, &format!("{number:06}"));
        fs::rename(&self.path, &full)?;
        let path = self.path.clone();
        self.begin(file, &next).inspect_err(|_| {
            // Go on in the full file, under its own name.
            let _ = fs::rename(&full, &path);
        })
    }

    /// Goes on in a new file where somebody has moved the old one away. Otherwise nothing.
    pub(super) fn reopen(&mut self) -> io::Result<()> {
        if self.is_at_its_path()? {
            return Ok(());
        }
        let next = beside(&self.path, "next");
        let file = emptied(&next)?;
        self.give_way()?;
        self.begin(file, &next)
    }

    fn begin(&mut self, file: File, next: &Path) -> io::Result<()> {
        self.sync_directory()?;
        fs::rename(next, &self.path)?;
        self.file = file;
        self.whole = 0;
        // The rename is made; a directory that cannot be synced is found again by its numbers.
        let _ = self.sync_directory();
        Ok(())
    }

    /// Before each group: the file is still there and still as long as we left it.
    fn stand_in_place(&mut self) -> io::Result<()> {
        let metadata = self.file.metadata()?;
        if metadata.nlink() == 0 {
            return self.put_back();
        }
        if metadata.len() < self.whole {
            tracing::error!(path = %self.path.display(), was = self.whole, is = metadata.len(), "access log was cut off by someone else");
            self.whole = metadata.len();
        }
        if metadata.len() > self.whole {
            self.file.set_len(self.whole)?;
        }
        Ok(())
    }

    /// The file was removed: its content still hangs on our handle, and is written back.
    fn put_back(&mut self) -> io::Result<()> {
        tracing::error!(path = %self.path.display(), "access log was removed; putting it back");
        self.give_way()?;
        let next = beside(&self.path, "next");
        let mut file = emptied(&next)?;
        self.file.rewind()?;
        let copied = io::copy(&mut Read::by_ref(&mut self.file).take(self.whole), &mut file)?;
        file.sync_data()?;
        fs::rename(&next, &self.path)?;
        self.file = file;
        self.whole = copied;
        self.sync_directory()
    }

    /// An empty file in our place may be replaced, another may not.
    fn give_way(&self) -> io::Result<()> {
        match fs::metadata(&self.path) {
            Ok(other) if other.len() > 0 => {
                Err(io::Error::other(format!("another file stands at {}; move it away", self.path.display())))
            }
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn is_at_its_path(&self) -> io::Result<bool> {
        let ours = self.file.metadata()?;
        match fs::metadata(&self.path) {
            Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        let directory = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
    }
}

/// The rotated files beside `path` with their numbers, oldest first.
pub(crate) fn rotated(path: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = path.file_name() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let other = entry?.file_name();
        let number = other
            .to_str()
            .zip(name.to_str())
            .and_then(|(other, name)| other.strip_prefix(name)?.strip_prefix('.'))
            .filter(|digits| digits.len() >= 6 && digits.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok());
        if let Some(number) = number {
            found.push((number, path.with_file_name(other)));
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn appending(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).append(true).create(true).mode(MODE).open(path)
}

fn emptied(path: &Path) -> io::Result<File> {
    let file = appending(path)?;
    file.set_len(0)?;
    Ok(file)
}
