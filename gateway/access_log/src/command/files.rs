//! Which files, in which order, line by line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::seal::Seal;

/// Lines at the start of a file among which one must have a number, to know where the file belongs.
const LOOKED_AT: u64 = 100;
const BUFFER: usize = 256 << 10;
/// Octets of the longest line that is looked at: some hundred times what a gateway writes. What goes on longer is no log.
const LONGEST: usize = 1 << 20;
/// A living gateway may be in the middle of a write; it is given a moment to finish the line.
const PATIENCE: Duration = Duration::from_millis(50);
const TRIES: u32 = 5;

/// Lines of a file, one after the other in the same memory.
#[derive(Debug)]
pub(super) struct Lines {
    reader: BufReader<File>,
    text: Vec<u8>,
}

/// What stands next in a file; a line without its break.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Next<'a> {
    Line(&'a [u8]),
    /// The file ends within a line.
    Torn(&'a [u8]),
    End,
}

impl Lines {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self { reader: BufReader::with_capacity(BUFFER, File::open(path)?), text: Vec::new() })
    }

    pub(super) fn file(&self) -> &File {
        self.reader.get_ref()
    }

    /// The next line; waits a little for the rest of one that is being written.
    pub(super) fn read(&mut self) -> io::Result<Next<'_>> {
        self.text.clear();
        for _ in 0..TRIES {
            self.go_on()?;
            if self.text.is_empty() || self.text.ends_with(b"\n") {
                break;
            }
            std::thread::sleep(PATIENCE);
        }
        Ok(match self.text.as_slice() {
            [] => Next::End,
            [line @ .., b'\n'] => Next::Line(line),
            torn => Next::Torn(torn),
        })
    }

    /// The next line if it is whole already; a half one is kept until it is.
    pub(super) fn read_ready(&mut self) -> io::Result<Option<&[u8]>> {
        if self.text.ends_with(b"\n") {
            self.text.clear();
        }
        self.go_on()?;
        Ok(self.text.strip_suffix(b"\n"))
    }

    fn go_on(&mut self) -> io::Result<()> {
        let room = LONGEST.saturating_sub(self.text.len()) as u64;
        self.reader.by_ref().take(room).read_until(b'\n', &mut self.text)?;
        if self.text.len() < LONGEST || self.text.ends_with(b"\n") {
            return Ok(());
        }
        let why = format!("a line of more than {} KiB: this is no access log", LONGEST >> 10);
        Err(io::Error::new(io::ErrorKind::InvalidData, why))
    }
}

/// The files in the order in which they were written: a shell gives the newest first.
pub(super) fn in_order(files: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut numbered = Vec::new();
    for path in files {
        let first = first_number(path).map_err(|error| format!("{}: {error}", path.display()))?;
        numbered.push((first, path.clone()));
    }
    numbered.sort_by_key(|(first, _)| *first);
    numbered.dedup();
    Ok(numbered.into_iter().map(|(_, path)| path).collect())
}

/// One file after the other. The newest is opened first: a log that is rotated meanwhile takes its file along, and the one
/// that then stands in its place is not ours to read.
pub(super) fn each_file(
    files: &[PathBuf],
    read: &mut dyn FnMut(usize, &Path, Lines) -> io::Result<()>,
) -> Result<(), String> {
    let named = |path: &Path, error: io::Error| format!("{}: {error}", path.display());
    let Some((newest, older)) = files.split_last() else { return Ok(()) };
    let being_written = Lines::of(newest).map_err(|error| named(newest, error))?;
    for (file, path) in older.iter().enumerate() {
        Lines::of(path).and_then(|lines| read(file, path, lines)).map_err(|error| named(path, error))?;
    }
    read(older.len(), newest, being_written).map_err(|error| named(newest, error))
}

/// The number of the first line. An empty file is the newest.
fn first_number(path: &Path) -> io::Result<u64> {
    let mut lines = Lines::of(path)?;
    for before in 0..LOOKED_AT {
        match lines.read()? {
            Next::Line(line) => {
                if let Some(seal) = Seal::read(line) {
                    return Ok(seal.seq.saturating_sub(before));
                }
            }
            Next::Torn(_) | Next::End => break,
        }
    }
    Ok(u64::MAX)
}
