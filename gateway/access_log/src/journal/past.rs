//! What was written before us, and can it be continued?
//!
//! Read once at the start: the last stretch of the newest file, checked line by line, and the last
//! checkpoint. A torn last line is what a power cut or `kill -9` leaves; nobody was ever told that
//! it is on disk, so it is cut off, and the `start` line says so. Anything else that does not fit
//! is not ours to mend.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::super::checkpoint::{Checkpoint, PublicLogKey};
use super::super::seal::{Chain, LineHash, Seal};
use super::append_file::{AppendFile, rotated};
use super::settings::LogRefusal;

/// Many times the longest line.
const WINDOW: u64 = 1 << 20;
const LINE_BEGINS: &[u8] = b"{\"kind\":\"";
const STOP_BEGINS: &[u8] = b"{\"kind\":\"stop\"";

/// Where to go on.
#[derive(Debug)]
pub(super) struct Past {
    pub(super) chain: Chain,
    pub(super) ended: Ended,
    /// Bytes of a torn line that were cut off.
    pub(super) torn: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ended {
    /// There is no line yet.
    Never,
    /// The last line is a `stop`.
    InOrder,
    /// Killed, or the machine went down.
    Suddenly,
}

/// The checked end of a file.
struct Tail {
    lines: Vec<u8>,
    torn: u64,
}

/// Reads the past of these two files and cuts torn ends off.
pub(super) fn resume(
    log: &mut AppendFile,
    checkpoints: &mut AppendFile,
    keys: &[PublicLogKey],
    name: &str,
) -> Result<Past, LogRefusal> {
    let (lines, torn) = end_of(log)?;
    let (vouched, _) = end_of(checkpoints)?;
    let (chain, hashes) = follow(&lines).map_err(|why| LogRefusal::Tail { path: log.path().to_owned(), why })?;
    if let Some(line) = last_line(&vouched) {
        let checkpoint = std::str::from_utf8(line).map_err(|error| error.to_string());
        let checkpoint = checkpoint
            .and_then(|line| Checkpoint::read(line, keys).map_err(|refusal| refusal.to_string()))
            .map_err(|why| LogRefusal::Tail { path: checkpoints.path().to_owned(), why })?;
        agree(&checkpoint, chain, &hashes, log.path(), checkpoints.path(), name)?;
    }
    let ended = match last_line(&lines) {
        None => Ended::Never,
        Some(line) if line.starts_with(STOP_BEGINS) => Ended::InOrder,
        Some(_) => Ended::Suddenly,
    };
    Ok(Past { chain, ended, torn })
}

/// The last whole lines, of the newest file that has any; and how much of a torn one was cut off.
fn end_of(file: &mut AppendFile) -> Result<(Vec<u8>, u64), LogRefusal> {
    let path = file.path().to_owned();
    let newest = tail(&path)?;
    if newest.torn > 0 {
        file.cut_to(file.size() - newest.torn).map_err(LogRefusal::io("cannot cut a torn line off", &path))?;
    }
    if file.size() > 0 {
        return Ok((newest.lines, newest.torn));
    }
    let older = rotated(&path).map_err(LogRefusal::io("cannot list the files beside", &path))?;
    let Some((_, older)) = older.last() else { return Ok((Vec::new(), newest.torn)) };
    let before = tail(older)?;
    if before.torn > 0 || before.lines.is_empty() {
        return Err(LogRefusal::Tail { path: older.clone(), why: "its last line is not whole".to_owned() });
    }
    Ok((before.lines, newest.torn))
}

fn tail(path: &Path) -> Result<Tail, LogRefusal> {
    let (mut text, from_start) = last_bytes(path).map_err(LogRefusal::io("cannot read", path))?;
    let whole = text.iter().rposition(|&b| b == b'\n').map_or(0, |last| last + 1);
    let torn = &text[whole..];
    let begun = &torn[..torn.len().min(LINE_BEGINS.len())];
    let empty_blocks = torn.iter().all(|&b| b == 0);
    if (whole == 0 && !from_start) || !(LINE_BEGINS.starts_with(begun) || empty_blocks) {
        return Err(LogRefusal::Tail {
            path: path.to_owned(),
            why: "what stands there is no line of a log".to_owned(),
        });
    }
    let torn = torn.len() as u64;
    text.truncate(whole);
    if !from_start {
        let first = text.iter().position(|&b| b == b'\n').map_or(0, |first| first + 1);
        text.drain(..first);
    }
    Ok(Tail { lines: text, torn })
}

fn last_bytes(path: &Path) -> io::Result<(Vec<u8>, bool)> {
    let mut file = File::open(path)?;
    let skipped = file.metadata()?.len().saturating_sub(WINDOW);
    file.seek(SeekFrom::Start(skipped))?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    Ok((text, skipped == 0))
}

/// Walks along the lines; the end of their chain, and the number and hash of each.
fn follow(lines: &[u8]) -> Result<(Chain, Vec<(u64, LineHash)>), String> {
    let mut chain = None;
    let mut hashes = Vec::new();
    for line in lines.split_inclusive(|&b| b == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let seal = Seal::read(line).ok_or_else(|| match hashes.last() {
            Some((seq, _)) => format!("the line after line {seq} has no number and hash"),
            None => "it holds a line without number and hash".to_owned(),
        })?;
        let expected = chain.unwrap_or(Chain { next: seal.seq, prev: seal.prev });
        if !expected.continues_with(seal) {
            return Err(format!("line {} does not follow line {}", seal.seq, expected.next - 1));
        }
        let after = expected.after(line);
        hashes.push((seal.seq, after.prev));
        chain = Some(after);
    }
    Ok((chain.unwrap_or(Chain::NEW), hashes))
}

/// The checkpoint is of this log, and says nothing else than the log does.
fn agree(
    checkpoint: &Checkpoint,
    chain: Chain,
    hashes: &[(u64, LineHash)],
    file: &Path,
    checkpoints: &Path,
    name: &str,
) -> Result<(), LogRefusal> {
    if checkpoint.gateway != name {
        return Err(LogRefusal::OtherGateway {
            path: checkpoints.to_owned(),
            owner: checkpoint.gateway.clone(),
            name: name.to_owned(),
        });
    }
    if checkpoint.seq >= chain.next {
        return Err(LogRefusal::CutOff {
            file: file.to_owned(),
            checkpoints: checkpoints.to_owned(),
            vouched: checkpoint.seq,
            last: chain.next - 1,
        });
    }
    let here = hashes.iter().find(|(seq, _)| *seq == checkpoint.seq);
    if here.is_some_and(|(_, hash)| *hash != checkpoint.hash) {
        return Err(LogRefusal::Changed {
            file: file.to_owned(),
            checkpoints: checkpoints.to_owned(),
            seq: checkpoint.seq,
        });
    }
    Ok(())
}

fn last_line(lines: &[u8]) -> Option<&[u8]> {
    lines.strip_suffix(b"\n")?.rsplit(|&b| b == b'\n').next()
}
