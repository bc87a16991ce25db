//! Files handed out: whole or not there, readable by their owner alone, nobody's work overwritten.
//!
//! The place is tried before anything is issued, because an issued certificate cannot be taken back.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::language::Text;
use crate::password::readable;

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
    partial: PathBuf,
    file: BufWriter<File>,
    overwrite: Overwrite,
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
        let partial = target.with_file_name(name);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial).map_err(failed)?;
        Ok(Self { target: target.to_owned(), partial, file: BufWriter::new(file), overwrite })
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
        self.file.get_ref().sync_all()?;
        match self.overwrite {
            // A link, unlike a rename, fails where somebody was quicker.
            Overwrite::Refuse => std::fs::hard_link(&self.partial, &self.target)?,
            Overwrite::Replace => std::fs::rename(&self.partial, &self.target)?,
        }
        let folder = self.target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Gone already where it was renamed.
        let _ = std::fs::remove_file(&self.partial);
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
    use crate::program::Folder;

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
