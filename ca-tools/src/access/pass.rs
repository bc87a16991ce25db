//! The pass over the files: lines to whoever wants them, and the digests of what was read beside it.
//!
//! A chain says by its heads what it held; the digest of each file says by which of them somebody can look again. Files are
//! digested on a thread of their own: a core that is free does it while the lines pass.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::thread;

use access_log::{ChainCheck, FoundLine, GatewayLog, Scanned, Wanted, WrittenBy, whole_log, written_by};
use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

/// The files that were named.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogFiles {
    /// Of all gateways, in any order. Of one that ends with `access.log` its rotated ones are read, too.
    pub(crate) logs: Vec<PathBuf>,
    pub(crate) checkpoints: Vec<PathBuf>,
}

/// A file as it was read.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct ReadFile {
    pub(crate) gateway: String,
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// The chain of one gateway, as far as it was read.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct ReadChain {
    pub(crate) gateway: String,
    pub(crate) lines: u64,
    /// Nothing was changed, left out or added between its two ends.
    pub(crate) verified: bool,
    pub(crate) first: Option<ChainEnd>,
    pub(crate) last: Option<ChainEnd>,
    /// Up to which line signed checkpoints say the same; without any, whoever rewrote all of it is not found.
    pub(crate) vouched_up_to: Option<u64>,
    /// Where it breaks.
    pub(crate) findings: Vec<String>,
    pub(crate) more_findings: u64,
}

/// An end of a chain.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct ChainEnd {
    pub(crate) seq: u64,
    pub(crate) sha256: String,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pass {
    pub(crate) chains: Vec<ReadChain>,
    /// Each file with whose it is, in the order of their lines.
    paths: Vec<(String, PathBuf)>,
}

/// Why nothing is read of the files that were named.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum NoLog {
    /// There is no such file.
    Missing(PathBuf),
    /// No gateway wrote it.
    Foreign(PathBuf),
    /// No line stands in any of them: that nothing was done is what they would seem to say.
    Empty,
}

impl LogFiles {
    /// What of these is no access log; nothing where all are, or where only reading tells.
    pub(crate) fn no_log(&self) -> Option<NoLog> {
        let mut lines = false;
        for log in &self.logs {
            let found = whole_log(log).ok()?;
            if found.is_empty() {
                return Some(NoLog::Missing(log.clone()));
            }
            for file in found {
                match written_by(&file).ok()? {
                    WrittenBy::Gateway(_) => lines = true,
                    WrittenBy::Nobody => {}
                    WrittenBy::Stranger => return Some(NoLog::Foreign(file)),
                }
            }
        }
        (!lines).then_some(NoLog::Empty)
    }

    /// All files of these logs, each once.
    fn whole(&self) -> Result<Vec<PathBuf>, String> {
        let mut files: Vec<PathBuf> = Vec::new();
        for log in &self.logs {
            let found = whole_log(log).map_err(|why| format!("{}: {why}", log.display()))?;
            if found.is_empty() {
                return Err(format!("{}: there is no such file", log.display()));
            }
            for file in found {
                if !files.contains(&file) {
                    files.push(file);
                }
            }
        }
        Ok(files)
    }

    /// Shows each line that is wanted, gateway by gateway, and verifies the chains on the way; `gateway` is told before the
    /// first line of each.
    ///
    /// # Errors
    /// A file cannot be read, or is no access log.
    pub(crate) fn pass(&self, wanted: &Wanted, see: &mut dyn FnMut(&str, FoundLine<'_>)) -> Result<Pass, String> {
        let logs = GatewayLog::sort(&self.whole()?, &self.checkpoints)?;
        let mut pass = Pass::default();
        for log in logs {
            let gateway = log.gateway.clone();
            let scanned = log.scan(wanted, ChainCheck::Verify, &mut |found| see(&gateway, found))?;
            pass.chains.push(chain(&scanned));
            pass.paths.extend(scanned.files.iter().map(|path| (gateway.clone(), path.clone())));
        }
        Ok(pass)
    }

    /// The same, and the digest of each file.
    ///
    /// # Errors
    /// As [`Self::pass`].
    pub(crate) fn sealed_pass(
        &self,
        wanted: &Wanted,
        see: &mut dyn FnMut(&str, FoundLine<'_>),
    ) -> Result<(Pass, Vec<ReadFile>), String> {
        let files = self.whole()?;
        thread::scope(|scope| {
            let digests = scope.spawn(|| {
                let each = files.iter().map(|path| Ok((path.clone(), digest(path)?)));
                each.collect::<Result<BTreeMap<PathBuf, (u64, String)>, String>>()
            });
            let pass = self.pass(wanted, see)?;
            let mut digests = digests.join().map_err(|_| "a file could not be digested".to_owned())??;
            let read = pass.paths.iter().map(|(gateway, path)| {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                // It was rotated away meanwhile, and is read under another name.
                let (bytes, sha256) = digests.remove(path).map_or_else(|| digest(path), Ok)?;
                Ok(ReadFile { gateway: gateway.clone(), name, bytes, sha256 })
            });
            let read = read.collect::<Result<Vec<_>, String>>()?;
            Ok((pass, read))
        })
    }
}

fn chain(scanned: &Scanned) -> ReadChain {
    let end = |link: &access_log::ChainLink| ChainEnd { seq: link.seq, sha256: hex::encode(link.hash) };
    ReadChain {
        gateway: scanned.gateway.clone(),
        lines: scanned.lines,
        verified: scanned.is_sound(),
        first: scanned.first.as_ref().map(end),
        last: scanned.last.as_ref().map(end),
        vouched_up_to: scanned.vouched_up_to,
        findings: scanned.findings.clone(),
        more_findings: scanned.more,
    }
}

fn digest(path: &Path) -> Result<(u64, String), String> {
    let read = || -> io::Result<(u64, String)> {
        let (mut file, mut hash, mut bytes) = (File::open(path)?, Context::new(&SHA256), 0);
        let mut piece = vec![0; 256 * 1024];
        loop {
            let count = file.read(&mut piece)?;
            if count == 0 {
                return Ok((bytes, hex::encode(hash.finish())));
            }
            bytes += count as u64;
            hash.update(piece.get(..count).unwrap_or_default());
        }
    };
    read().map_err(|why| format!("{}: {why}", path.display()))
}
