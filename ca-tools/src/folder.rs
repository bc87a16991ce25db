//! In which folder is a file? That of a bare name is the one where we are, which `Path::parent` calls nothing.

use std::fs::File;
use std::io;
use std::path::Path;

/// The folder of this file.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Has the disk hold that a file was made or renamed there: a name stands in its folder.
///
/// # Errors
/// The folder cannot be opened, or the disk says no.
pub(crate) fn sync_folder_of(file: &Path) -> io::Result<()> {
    File::open(folder_of(file))?.sync_all()
}
