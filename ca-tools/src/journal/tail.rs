//! Where does a journal end? Its last whole line; what a program that died left of a line begun does not count.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// The last whole line, and where it ends.
#[derive(Debug)]
pub(super) struct Tail {
    /// Without its end; `None` of a file without a whole line.
    pub(super) line: Option<String>,
    /// Octets up to and with the end of the last whole line.
    pub(super) end: u64,
}

/// How much is read at once, from the end backwards.
const PIECE: u64 = 64 * 1024;

pub(super) fn tail(file: &File) -> io::Result<Tail> {
    let length = file.metadata()?.len();
    let (mut held, mut from) = (Vec::new(), length);
    let mut end = None;
    loop {
        if end.is_none() {
            end = held.iter().rposition(|octet| *octet == b'\n').map(|at| at + 1);
        }
        if let Some(end) = end {
            // The end of the line before.
            let before = held[..end - 1].iter().rposition(|octet| *octet == b'\n');
            if before.is_some() || from == 0 {
                let line = &held[before.map_or(0, |at| at + 1)..end - 1];
                let line = String::from_utf8(line.to_vec()).map_err(io::Error::other)?;
                return Ok(Tail { line: Some(line), end: from + end as u64 });
            }
        } else if from == 0 {
            return Ok(Tail { line: None, end: 0 });
        }
        // Twice as much as was looked at: a long line is found in few steps.
        let piece = PIECE.max(held.len() as u64).min(from);
        let mut more = vec![0; usize::try_from(piece).map_err(io::Error::other)?];
        from -= piece;
        file.read_exact_at(&mut more, from)?;
        end = end.map(|end| end + more.len());
        more.append(&mut held);
        held = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Folder;

    #[test]
    fn the_last_whole_line_is_found_however_long_and_whatever_was_begun_behind_it() {
        let folder = Folder::new();
        let long = "x".repeat(300_000);
        let table = [
            (String::new(), None, 0),
            ("begun".to_owned(), None, 0),
            ("one\n".to_owned(), Some("one".to_owned()), 4),
            ("one\ntwo\nbeg".to_owned(), Some("two".to_owned()), 8),
            (format!("one\n{long}\nbeg"), Some(long.clone()), 300_005),
            (format!("{long}\n"), Some(long.clone()), 300_001),
        ];
        for (text, line, end) in table {
            let path = folder.file("journal", &text);
            let found = tail(&File::open(path).unwrap()).unwrap();
            assert_eq!((found.line, found.end), (line, end), "{} octets", text.len());
        }
    }
}
