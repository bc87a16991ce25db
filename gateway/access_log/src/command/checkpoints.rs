//! Checkpoints of several files (rotated ones, or the desk's copy) in the order of the log's lines.

use std::iter::Peekable;
use std::path::PathBuf;

use super::super::checkpoint::{Checkpoint, PublicLogKey};
use super::super::verify::{Place, VouchedLine};
use super::files::{Lines, Next};

pub(super) struct Merged<'a>(Vec<Peekable<CheckpointFile<'a>>>);

struct CheckpointFile<'a> {
    lines: Lines,
    place: Place,
    keys: &'a [PublicLogKey],
}

impl<'a> Merged<'a> {
    pub(super) fn of(paths: &[PathBuf], keys: &'a [PublicLogKey]) -> Result<Self, String> {
        let mut files = Vec::new();
        for (file, path) in paths.iter().enumerate() {
            let lines = Lines::of(path).map_err(|error| format!("{}: {error}", path.display()))?;
            files.push(CheckpointFile { lines, place: Place { file, line: 0 }, keys }.peekable());
        }
        Ok(Self(files))
    }
}

impl Iterator for Merged<'_> {
    type Item = VouchedLine;

    fn next(&mut self) -> Option<VouchedLine> {
        let ranked = self.0.iter_mut().enumerate().map(|(at, file)| (rank(file.peek()), at));
        let (_, nearest) = ranked.min()?;
        self.0[nearest].next()
    }
}

/// What cannot be read is told at once; a file at its end has nothing to tell.
fn rank(line: Option<&VouchedLine>) -> u64 {
    match line {
        Some(VouchedLine { read: Err(_), .. }) => 0,
        Some(VouchedLine { read: Ok(checkpoint), .. }) => checkpoint.seq,
        None => u64::MAX,
    }
}

impl Iterator for CheckpointFile<'_> {
    type Item = VouchedLine;

    fn next(&mut self) -> Option<VouchedLine> {
        self.place.line += 1;
        match self.lines.read() {
            Ok(Next::Line(line)) => {
                let read = Checkpoint::read(&String::from_utf8_lossy(line), self.keys);
                Some(VouchedLine { place: self.place, read })
            }
            // A gateway that was killed leaves a torn last checkpoint; it vouches for nothing.
            Ok(Next::Torn(_) | Next::End) | Err(_) => None,
        }
    }
}
