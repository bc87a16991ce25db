//! What is left of a file of lines that was taken away: a signed line in `LOG.ended`.
//!
//! `{"kind":"ended","time":…,"gateway":…,"file":…,"how":…,"first":…,"last":…,"since":…,"until":…,"sha256":…,"prev":…,"hash":…,
//! "kid":…,"sig":…}`: `prev` is what line `first` names as the line before, `hash` is the SHA-256 of line `last`, which line
//! `last + 1` names. The signature is that of a checkpoint.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::checkpoint::{CheckpointRefusal, LogKey, PublicLogKey};
use super::super::seal::LineHash;
use super::plan::EndedHow;

/// A head whose signature a known key made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in super::super) struct EndedHead {
    pub(in super::super) gateway: String,
    /// The name of the file that held the lines.
    pub(in super::super) file: String,
    pub(in super::super) how: EndedHow,
    /// The numbers of its first and last line.
    pub(in super::super) first: u64,
    pub(in super::super) last: u64,
    /// When they were written, as the lines spell it.
    pub(in super::super) since: String,
    pub(in super::super) until: String,
    /// Of the file, 64 hex digits.
    pub(in super::super) sha256: String,
    pub(in super::super) prev: LineHash,
    pub(in super::super) hash: LineHash,
}

#[derive(Deserialize, Serialize)]
struct Written {
    kind: String,
    time: String,
    gateway: String,
    file: String,
    how: String,
    first: u64,
    last: u64,
    since: String,
    until: String,
    sha256: String,
    prev: String,
    hash: String,
}

const KIND: &str = "ended";

impl EndedHead {
    /// The signed line with its line break, written at this moment.
    pub(super) fn signed(&self, key: &LogKey, time: &str) -> Option<Vec<u8>> {
        let hex = |hash: LineHash| {
            let mut out = Vec::new();
            hash.write(&mut out);
            String::from_utf8_lossy(&out).into_owned()
        };
        let written = Written {
            kind: KIND.to_owned(),
            time: time.to_owned(),
            gateway: self.gateway.clone(),
            file: self.file.clone(),
            how: self.how.as_str().to_owned(),
            first: self.first,
            last: self.last,
            since: self.since.clone(),
            until: self.until.clone(),
            sha256: self.sha256.clone(),
            prev: hex(self.prev),
            hash: hex(self.hash),
        };
        let mut line = serde_json::to_vec(&written).ok()?;
        // The signature stands inside the object, as a checkpoint's does.
        line.pop();
        key.signed(line)
    }

    /// Reads a line of the file of heads and verifies it by the key that it names.
    pub(in super::super) fn read(line: &str, keys: &[PublicLogKey]) -> Result<Self, CheckpointRefusal> {
        let written: Written = serde_json::from_str(line).map_err(|_| CheckpointRefusal::Malformed)?;
        let hash = |text: &str| LineHash::read(text.as_bytes()).ok_or(CheckpointRefusal::Malformed);
        let how = EndedHow::read(&written.how).ok_or(CheckpointRefusal::Malformed)?;
        if written.kind != KIND || written.first > written.last {
            return Err(CheckpointRefusal::Malformed);
        }
        PublicLogKey::vouches(keys, line)?;
        Ok(Self {
            how,
            prev: hash(&written.prev)?,
            hash: hash(&written.hash)?,
            gateway: written.gateway,
            file: written.file,
            first: written.first,
            last: written.last,
            since: written.since,
            until: written.until,
            sha256: written.sha256,
        })
    }
}

/// Where the heads of this log's files stand; a rotated file's are those of the log.
pub(in super::super) fn heads_beside(log: &Path) -> PathBuf {
    let numbered = |end: &OsStr| end.len() >= 6 && end.to_string_lossy().bytes().all(|b| b.is_ascii_digit());
    let whole = if log.extension().is_some_and(numbered) { log.with_extension("") } else { log.to_owned() };
    let mut path = whole.into_os_string();
    path.push(".ended");
    path.into()
}
