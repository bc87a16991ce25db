//! Takes old files away: each is read and verified first, its head is on disk before it goes.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aws_lc_rs::digest::{Context, SHA256};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::checkpoint::LogKey;
use super::super::clock::Clockface;
use super::super::escape::hex;
use super::super::journal::{read_key, rotated};
use super::super::seal::{Chain, Seal};
use super::head::{EndedHead, heads_beside};
use super::plan::{EndedHow, Lies, RetentionPolicy};

/// Octets of the longest line that is looked at.
pub(super) const LONGEST: u64 = 1 << 20;

/// Of which log, by which key its heads are signed, and where old files go.
#[derive(Clone, Debug)]
pub struct OldLines {
    /// The lines' file.
    pub file: PathBuf,
    /// The checkpoints' file.
    pub checkpoints: PathBuf,
    /// The key that signs.
    pub key: PathBuf,
    /// Whose log it is.
    pub gateway: String,
    /// Where files go after their time at hand; without it they stay.
    pub archive: Option<PathBuf>,
    /// EndedHow long.
    pub policy: RetentionPolicy,
}

/// A file that was taken away, or would be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EndedFile {
    /// Which.
    pub file: PathBuf,
    /// What became of it.
    pub how: EndedHow,
    /// The numbers of its first and last line.
    pub lines: (u64, u64),
    /// When its last line was written, as it spells it.
    pub until: String,
    /// Octets.
    pub size: u64,
}

/// Why nothing more is taken away.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum EndRefusal {
    #[error("{hold}: lines are on hold, nothing is ended while this file is there", hold = .0.display())]
    OnHold(PathBuf),
    #[error("another program is ending lines of {file}", file = .0.display())]
    Busy(PathBuf),
    #[error("{doing} {path}: {error}", path = path.display())]
    Io { doing: &'static str, path: PathBuf, error: io::Error },
    #[error("{path} is no whole part of a chain ({why}): it is not taken away, look at it with `gateway log verify`", path = path.display())]
    Broken { path: PathBuf, why: String },
    #[error("the head of {path} could not be signed: {why}", path = path.display())]
    Unsigned { path: PathBuf, why: String },
}

pub(super) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EndRefusal {
    let path = path.to_owned();
    move |error| EndRefusal::Io { doing, path, error }
}

/// Ends what it is time for; of a dry run nothing is changed. What was ended before a refusal is ended.
///
/// # Errors
/// A hold, a file that cannot be read, written or signed, or that is no part of a chain.
pub fn end_old(log: &OldLines, now: SystemTime, dry: bool) -> Result<Vec<EndedFile>, EndRefusal> {
    let hold = beside(&log.file, "hold");
    if hold.symlink_metadata().is_ok() {
        return Err(EndRefusal::OnHold(hold));
    }
    let _lock = lock(&log.file)?;
    let key =
        read_key(&log.key).map_err(|why| EndRefusal::Unsigned { path: log.file.clone(), why: why.to_string() })?;
    let mut at_hand = rotated(&log.file).map_err(failed("cannot list the files beside", &log.file))?;
    // The gateway goes on behind the newest one, by its number and its last line.
    at_hand.pop();
    let archived = match &log.archive {
        Some(archive) => {
            let there = archive.join(log.file.file_name().unwrap_or_default());
            match rotated(&there) {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
                Err(error) => return Err(failed("cannot list", archive)(error)),
            }
        }
        None => Vec::new(),
    };
    let (mut ended, mut kept) = (Vec::new(), false);
    let lies = Lies::AtHand { archive: log.archive.is_some() };
    let all = archived.into_iter().map(|file| (file.1, Lies::InArchive));
    // The oldest first: what remains is one stretch of the chain, whenever this breaks off.
    for (path, lies) in all.chain(at_hand.into_iter().map(|file| (file.1, lies))) {
        let Some(until) = last_written(&path)? else { break };
        let how = match (log.policy.due(lies, until, now), lies) {
            (Some(EndedHow::Removed), Lies::AtHand { .. } | Lies::InArchive) if kept => break,
            (Some(how), Lies::AtHand { .. } | Lies::InArchive) => how,
            // It stays there; what is at hand goes there behind it.
            (None, Lies::InArchive) => {
                kept = true;
                continue;
            }
            (None, Lies::AtHand { .. }) => break,
        };
        let (head, size) = read(&path, how, &log.gateway)?;
        if !dry {
            take_away(log, (&path, &head), (&key, now))?;
        }
        ended.push(EndedFile { file: path, how, lines: (head.first, head.last), until: head.until, size });
    }
    if let (false, Some(last)) = (dry, ended.iter().rfind(|file| file.how == EndedHow::Removed)) {
        end_checkpoints(log, last.lines.1)?;
    }
    Ok(ended)
}

/// Its head is on disk before it goes.
fn take_away(
    log: &OldLines,
    (path, head): (&Path, &EndedHead),
    (key, now): (&LogKey, SystemTime),
) -> Result<(), EndRefusal> {
    let mut time = Vec::new();
    Clockface::new().write(now, &mut time);
    let line = head.signed(key, &String::from_utf8_lossy(&time));
    let line = line.ok_or_else(|| EndRefusal::Unsigned { path: path.to_owned(), why: "no signature".to_owned() })?;
    let heads = heads_beside(&log.file);
    append_head(&heads, &line).map_err(failed("cannot write the head into", &heads))?;
    match (head.how, &log.archive) {
        (EndedHow::Archived, Some(archive)) => {
            let to = archive.join(path.file_name().unwrap_or_default());
            moved(path, &to).map_err(failed("cannot move to the archive", path))?;
        }
        (EndedHow::Removed, _) | (EndedHow::Archived, None) => {
            fs::remove_file(path).map_err(failed("cannot remove", path))?;
        }
    }
    sync_folder(path).map_err(failed("cannot sync the folder of", path))
}

/// Appends a head. One that a full disk or a program's end cut off goes first: the two would be one line that nobody can read, and
/// the file that the torn one is of is still there.
fn append_head(heads: &Path, line: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o640).open(heads)?;
    let size = file.metadata()?.len();
    let from = size.saturating_sub(LONGEST);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let whole = tail.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    if whole == 0 && from > 0 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it holds no lines"));
    }
    if whole < tail.len() {
        file.set_len(from + whole as u64)?;
    }
    file.write_all(line)?;
    file.sync_all()
}

/// To another place, on another disk too: whole there before it is gone here.
fn moved(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    if to.symlink_metadata().is_ok() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "a file of that name is there"));
    }
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let half = beside(to, "part");
            let mut copy = OpenOptions::new().write(true).create(true).truncate(true).mode(0o640).open(&half)?;
            io::copy(&mut File::open(from)?, &mut copy)?;
            copy.sync_all()?;
            fs::rename(&half, to)?;
            sync_folder(to)?;
            fs::remove_file(from)
        }
        moved => moved.and_then(|()| sync_folder(to)),
    }
}

/// Rotated checkpoints all of which vouch for lines that are gone go too: what they said stands in the head.
fn end_checkpoints(log: &OldLines, last: u64) -> Result<(), EndRefusal> {
    let files = rotated(&log.checkpoints).map_err(failed("cannot list the files beside", &log.checkpoints))?;
    for (_, path) in files {
        #[derive(Deserialize)]
        struct Vouches {
            seq: u64,
        }
        let text = fs::read_to_string(&path).map_err(failed("cannot read", &path))?;
        let newest = text.lines().next_back().and_then(|line| serde_json::from_str::<Vouches>(line).ok());
        if newest.is_none_or(|newest| newest.seq > last) {
            break;
        }
        fs::remove_file(&path).map_err(failed("cannot remove", &path))?;
    }
    Ok(())
}

/// When its last line was written; nothing of an empty file.
fn last_written(path: &Path) -> Result<Option<SystemTime>, EndRefusal> {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let from = file.metadata()?.len().saturating_sub(LONGEST);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        Ok(tail)
    };
    let tail = read().map_err(failed("cannot read", path))?;
    let Some(line) = tail.trim_ascii_end().rsplit(|&b| b == b'\n').next().filter(|line| !line.is_empty()) else {
        return Ok(None);
    };
    let broken = || EndRefusal::Broken { path: path.to_owned(), why: "its last line says no time".to_owned() };
    moment_of(line).map(Some).ok_or_else(broken)
}

/// The moment at which a line was written.
pub(super) fn moment_of(line: &[u8]) -> Option<SystemTime> {
    OffsetDateTime::parse(&written(line)?, &Rfc3339).ok().map(Into::into)
}

/// When a line was written, as it spells it.
fn written(line: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Timed {
        time: String,
    }
    serde_json::from_slice::<Timed>(line).ok().map(|line| line.time)
}

/// Reads all of its lines, each of which follows the one before; what its head says, and its octets.
fn read(path: &Path, how: EndedHow, gateway: &str) -> Result<(EndedHead, u64), EndRefusal> {
    let broken = |why: String| EndRefusal::Broken { path: path.to_owned(), why };
    let mut reader = BufReader::with_capacity(256 << 10, File::open(path).map_err(failed("cannot open", path))?);
    let (mut digest, mut line, mut size) = (Context::new(&SHA256), Vec::new(), 0);
    let (mut chain, mut first, mut since, mut until) = (None, None, None, String::new());
    loop {
        line.clear();
        let read = io::Read::take(&mut reader, LONGEST).read_until(b'\n', &mut line);
        if read.map_err(failed("cannot read", path))? == 0 {
            break;
        }
        digest.update(&line);
        size += line.len() as u64;
        let text = line.strip_suffix(b"\n").ok_or_else(|| broken("a line without its end".to_owned()))?;
        let seal = Seal::read(text).ok_or_else(|| broken("a line without number and hash".to_owned()))?;
        let expected = chain.unwrap_or(Chain { next: seal.seq, prev: seal.prev });
        if !expected.continues_with(seal) {
            return Err(broken(format!("line {} does not follow line {}", seal.seq, expected.next - 1)));
        }
        first.get_or_insert(seal);
        if let Some(time) = written(text) {
            since.get_or_insert_with(|| time.clone());
            until = time;
        }
        chain = Some(expected.after(text));
    }
    let (Some(first), Some(chain), Some(since)) = (first, chain, since) else {
        return Err(broken("no line says when it was written".to_owned()));
    };
    let mut sha256 = Vec::new();
    hex(&mut sha256, digest.finish().as_ref());
    let head = EndedHead {
        gateway: gateway.to_owned(),
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        how,
        first: first.seq,
        last: chain.next - 1,
        since,
        until,
        sha256: String::from_utf8_lossy(&sha256).into_owned(),
        prev: first.prev,
        hash: chain.prev,
    };
    Ok((head, size))
}

fn lock(file: &Path) -> Result<File, EndRefusal> {
    let path = beside(&heads_beside(file), "lock");
    let opened = OpenOptions::new().append(true).create(true).mode(0o640).open(&path);
    let lock = opened.map_err(failed("cannot open", &path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(EndRefusal::Busy(file.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed("cannot lock", &path)(error)),
    }
}

fn sync_folder(of: &Path) -> io::Result<()> {
    let folder = of.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}
