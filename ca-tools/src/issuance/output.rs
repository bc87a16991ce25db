//! Files handed out: whole or not there, readable by their owner alone, nobody's work overwritten.
//!
//! The place is tried before anything is issued, because an issued certificate cannot be taken back.
//! Until it is whole, a file has no name (`O_TMPFILE`, open(2)): a program that is killed leaves no
//! key behind. On a filesystem that cannot do that, it has a hidden one.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FallocateFlags, Mode, OFlags};
use rustix::io::Errno;

use crate::folder::{folder_of, sync_folder_of};
use crate::language::Text;
use crate::password::readable;

/// Room that is held before a certificate is issued: more than any file handed out needs. Issued and
/// not written for want of room, it would be worth nothing and stand in the way of the next.
const RESERVED: u64 = 64 * 1024;

/// What happens to a file that is there already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Overwrite {
    Refuse,
    Replace,
}

/// A file that will be at its place once [`Output::finish`] has returned.
#[derive(Debug)]
pub(crate) struct Output {
    target: PathBuf,
    hidden: PathBuf,
    file: BufWriter<File>,
    kept: Kept,
    overwrite: Overwrite,
}

/// How a file is kept until it is whole.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kept {
    Named,
    Nameless,
}

impl Output {
    /// Makes sure that the place can be written, and holds it.
    pub(crate) fn at(target: &Path, overwrite: Overwrite) -> Result<Self, OutputRefusal> {
        if target.is_dir() || target.file_name().is_none() {
            return Err(OutputRefusal::NotAFile(target.to_owned()));
        }
        if overwrite == Overwrite::Refuse && target.symlink_metadata().is_ok() {
            return Err(OutputRefusal::AlreadyThere(target.to_owned()));
        }
        let failed = |why: io::Error| OutputRefusal::Unwritable(target.to_owned(), why.to_string());
        let drawn = readable(8).map_err(|why| failed(io::Error::other(why)))?;
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(format!(".{}", drawn.as_str()));
        let hidden = target.with_file_name(name);
        let owners_alone = Mode::RUSR | Mode::WUSR;
        let nameless =
            rustix::fs::open(folder_of(target), OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC, owners_alone);
        let (file, kept) = match nameless {
            Ok(file) => (File::from(file), Kept::Nameless),
            Err(Errno::OPNOTSUPP | Errno::ISDIR) => {
                let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&hidden);
                (file.map_err(failed)?, Kept::Named)
            }
            Err(why) => return Err(failed(why.into())),
        };
        let output = Self { target: target.to_owned(), hidden, file: BufWriter::new(file), kept, overwrite };
        match rustix::fs::fallocate(output.file.get_ref(), FallocateFlags::KEEP_SIZE, 0, RESERVED) {
            // Some filesystems cannot promise room; they tell when it is written.
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(output),
            Err(why) => Err(failed(why.into())),
        }
    }

    /// Where it will be.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// For content that is written piece by piece; what [`Self::finish`] is given comes after it.
    pub(crate) fn content(&mut self) -> &mut BufWriter<File> {
        &mut self.file
    }

    /// Writes the content and brings it to its place, on disk when this returns.
    pub(crate) fn finish(mut self, content: &[u8]) -> Result<(), OutputRefusal> {
        self.write(content).map_err(|why| {
            if why.kind() == io::ErrorKind::AlreadyExists {
                OutputRefusal::AlreadyThere(self.target.clone())
            } else {
                OutputRefusal::Unwritable(self.target.clone(), why.to_string())
            }
        })
    }

    /// The same for what is no secret: everybody may read it.
    pub(crate) fn finish_public(self, content: &[u8]) -> Result<(), OutputRefusal> {
        let readable = self.file.get_ref().set_permissions(Permissions::from_mode(0o644));
        readable.map_err(|why| OutputRefusal::Unwritable(self.target.clone(), why.to_string()))?;
        self.finish(content)
    }

    fn write(&mut self, content: &[u8]) -> io::Result<()> {
        self.file.write_all(content)?;
        self.file.flush()?;
        let file = self.file.get_ref();
        // Gives back what was held and not needed.
        file.set_len(file.metadata()?.len())?;
        file.sync_all()?;
        match (self.overwrite, self.kept) {
            // A link, unlike a rename, fails where somebody was quicker.
            (Overwrite::Refuse, Kept::Nameless) => self.link(&self.target)?,
            (Overwrite::Refuse, Kept::Named) => std::fs::hard_link(&self.hidden, &self.target)?,
            // Only where there is a file to replace does it need a hidden name, for a moment.
            (Overwrite::Replace, Kept::Nameless) => match self.link(&self.target) {
                Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {
                    self.link(&self.hidden)?;
                    std::fs::rename(&self.hidden, &self.target)?;
                }
                linked => linked?,
            },
            (Overwrite::Replace, Kept::Named) => std::fs::rename(&self.hidden, &self.target)?,
        }
        sync_folder_of(&self.target)
    }

    /// Gives the nameless file a name, as open(2) shows under `O_TMPFILE`.
    fn link(&self, name: &Path) -> io::Result<()> {
        let held = format!("/proc/self/fd/{}", self.file.get_ref().as_raw_fd());
        Ok(rustix::fs::linkat(CWD, held, CWD, name, AtFlags::SYMLINK_FOLLOW)?)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Not there where it had no name, or was renamed.
        let _ = std::fs::remove_file(&self.hidden);
    }
}

/// Why a file was not written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum OutputRefusal {
    /// There is one.
    #[error("{} is there already", .0.display())]
    AlreadyThere(PathBuf),
    /// A folder.
    #[error("{} is not a file", .0.display())]
    NotAFile(PathBuf),
    /// The disk or the folder.
    #[error("{}: {}", .0.display(), .1)]
    Unwritable(PathBuf, String),
}

impl OutputRefusal {
    /// For people.
    pub(crate) fn text(&self) -> Text {
        match self {
            Self::AlreadyThere(path) => Text::new(
                format!(
                    "{} はすでにあります。別の名前を指定するか、上書きするなら --yes を付けてください。",
                    path.display()
                ),
                format!("{} is there already: name another file, or add --yes to replace it", path.display()),
            ),
            Self::NotAFile(path) => Text::new(
                format!("{} はファイル名ではありません。", path.display()),
                format!("{} is not a file", path.display()),
            ),
            Self::Unwritable(path, why) => Text::new(
                format!("{} に書き込めません（{why}）。", path.display()),
                format!("{} cannot be written: {why}", path.display()),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;
    use crate::test_support::Folder;

    #[test]
    fn a_file_is_whole_or_not_there_and_its_owners_alone() {
        let folder = Folder::new();
        let path = folder.path("device.p12");
        drop(Output::at(&path, Overwrite::Refuse).unwrap());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        Output::at(&path, Overwrite::Refuse).unwrap().finish(b"one").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        let refused = OutputRefusal::AlreadyThere(path.clone());
        assert_eq!(Output::at(&path, Overwrite::Refuse).err(), Some(refused));
        Output::at(&path, Overwrite::Replace).unwrap().finish(b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
    }

    #[test]
    fn of_two_who_write_the_same_file_the_second_is_refused() {
        let folder = Folder::new();
        let path = folder.path("device.p12");
        let (one, other) =
            (Output::at(&path, Overwrite::Refuse).unwrap(), Output::at(&path, Overwrite::Refuse).unwrap());
        one.finish(b"one").unwrap();
        assert_eq!(other.finish(b"other"), Err(OutputRefusal::AlreadyThere(path.clone())));
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
    }
}
