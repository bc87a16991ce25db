//! How to go on with a file that is being written, and rotated?
//!
//! The handle stays with its file when that is renamed. When another stands at the path, the rest
//! of the old one is read, then those rotated in between, then the new one.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::journal::rotated;
use super::files::Lines;
use super::show::Shown;

/// As quick as people look.
const PAUSE: Duration = Duration::from_millis(100);

/// Shows what is there and what comes; ends when nobody looks any more.
pub(super) fn follow<W: Write>(path: &Path, shown: &mut Shown<W>) -> io::Result<()> {
    let mut lines = Lines::of(path)?;
    loop {
        drain(&mut lines, shown)?;
        shown.flush()?;
        let Some((newest, between)) = newer_than(&lines, path)? else {
            std::thread::sleep(PAUSE);
            continue;
        };
        // What was written between our last look and the rename.
        drain(&mut lines, shown)?;
        for path in between {
            drain(&mut Lines::of(&path)?, shown)?;
        }
        lines = newest;
    }
}

fn drain<W: Write>(lines: &mut Lines, shown: &mut Shown<W>) -> io::Result<()> {
    while let Some(line) = lines.read_ready()? {
        shown.line(line)?;
    }
    Ok(())
}

/// The file that now stands at the path, and those rotated after ours.
fn newer_than(lines: &Lines, path: &Path) -> io::Result<Option<(Lines, Vec<PathBuf>)>> {
    let ours = lines.file().metadata()?;
    let is_ours = |other: &Metadata| (other.dev(), other.ino()) == (ours.dev(), ours.ino());
    let newest = match Lines::of(path) {
        Ok(newest) => newest,
        // Between two renames there is no file for a moment.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if is_ours(&newest.file().metadata()?) {
        return Ok(None);
    }
    let newest_is = newest.file().metadata()?.ino();
    let mut between = Vec::new();
    for (_, path) in rotated(path)?.into_iter().rev() {
        let other = fs::metadata(&path)?;
        if is_ours(&other) {
            between.reverse();
            return Ok(Some((newest, between)));
        }
        // The newest may have been rotated since it was opened.
        if other.ino() != newest_is {
            between.push(path);
        }
    }
    // Ours was moved elsewhere: what is older than it cannot be told from what is newer.
    let between = Vec::new();
    Ok(Some((newest, between)))
}
