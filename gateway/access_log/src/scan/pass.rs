//! The pass over the files of one gateway.

use std::io;
use std::path::{Path, PathBuf};

use super::super::command::{GatewayLog, ReadLine};
use super::super::journal::rotated;
use super::line::LogLine;
use super::wanted::{Sieve, Wanted};

/// Broken lines that are named; further ones are counted.
const NAMED: usize = 100;

/// Whether the chain is verified on the way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChainCheck {
    /// As `gateway log verify` does: what goes on paper must be what the gateway wrote.
    Verify,
    /// Lines are taken as they stand; those that cannot be read are named all the same.
    Skip,
}

/// A line that was wanted, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct FoundLine<'a> {
    /// Which file.
    pub file: &'a Path,
    /// Which line of it, counted from 1.
    pub number: u64,
    /// What it says.
    pub line: LogLine<'a>,
}

/// A line of the chain by which it can be told again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ChainLink {
    /// Its number in the chain.
    pub seq: u64,
    /// SHA-256 of the line.
    pub hash: [u8; 32],
}

/// What a pass came to.
#[derive(Clone, Debug)]
pub struct Scanned {
    /// Whose lines they are.
    pub gateway: String,
    /// Files, in the order of their lines.
    pub files: Vec<PathBuf>,
    /// Lines that were passed.
    pub lines: u64,
    /// Those of them that were wanted.
    pub found: u64,
    /// The first line of the chain that was given; nothing where the chain was not verified.
    pub first: Option<ChainLink>,
    /// The last.
    pub last: Option<ChainLink>,
    /// The last line that a signed checkpoint vouches for.
    pub vouched_up_to: Option<u64>,
    /// What is wrong, by file and line; the first hundred.
    pub findings: Vec<String>,
    /// Further ones.
    pub more: u64,
}

impl Scanned {
    /// Nothing was changed, left out or added, as far as that was looked at.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty() && self.more == 0
    }
}

/// All files of the log at this path: the rotated ones beside it, oldest first, and itself.
///
/// # Errors
/// The folder cannot be read.
pub fn whole_log(path: &Path) -> io::Result<Vec<PathBuf>> {
    let older = rotated(path)?.into_iter().map(|(_, older)| older);
    Ok(older.chain(path.exists().then(|| path.to_owned())).collect())
}

impl GatewayLog {
    /// One pass over the lines of this gateway in their order. `see` is shown each line that was wanted, and nothing is kept
    /// of it: what is to be kept, `see` keeps.
    ///
    /// # Errors
    /// A file or a key cannot be read. A line that cannot is no error: it is named in [`Scanned::findings`].
    pub fn scan(
        &self,
        wanted: &Wanted,
        check: ChainCheck,
        see: &mut dyn FnMut(FoundLine<'_>),
    ) -> Result<Scanned, String> {
        let mut pass =
            Pass { sieve: Sieve::of(wanted), see, found: 0, first: None, last: None, unread: Vec::new(), more: 0 };
        let checked = match check {
            ChainCheck::Verify => self.read(&mut |read| pass.verified(read))?,
            ChainCheck::Skip => self.pass_over(&mut |file, number, text| pass.line(file, number, text))?,
        };
        let mut findings = checked.findings;
        let named = pass.unread.len();
        findings.extend(pass.unread.into_iter().take(NAMED.saturating_sub(findings.len())));
        let more = checked.more + pass.more + named.saturating_sub(NAMED) as u64;
        Ok(Scanned {
            gateway: self.gateway.clone(),
            files: checked.files,
            lines: checked.lines,
            found: pass.found,
            first: pass.first,
            last: pass.last,
            vouched_up_to: checked.vouched_up_to,
            findings,
            more,
        })
    }
}

/// What is carried from line to line.
struct Pass<'a> {
    sieve: Sieve,
    see: &'a mut dyn FnMut(FoundLine<'_>),
    found: u64,
    first: Option<ChainLink>,
    last: Option<ChainLink>,
    unread: Vec<String>,
    more: u64,
}

impl Pass<'_> {
    /// A line that the chain was asked about.
    fn verified(&mut self, read: ReadLine<'_>) {
        // What has no seal is named by whoever verifies.
        let Some(seq) = read.seq else { return };
        let link = ChainLink { seq, hash: read.hash };
        self.first.get_or_insert(link);
        self.last = Some(link);
        self.line(read.file, read.number, read.text);
    }

    fn line(&mut self, file: &Path, number: u64, text: &[u8]) {
        if !self.sieve.may_admit(text) {
            return;
        }
        let Some(line) = LogLine::read(text) else { return self.cannot_read(file, number) };
        if self.sieve.admits(&line) {
            self.found += 1;
            (self.see)(FoundLine { file, number, line });
        }
    }

    fn cannot_read(&mut self, file: &Path, number: u64) {
        if self.unread.len() < NAMED {
            let why = "not a line of an access log, or of a kind that is not known here";
            self.unread.push(format!("{}:{number}: {why}", file.display()));
        } else {
            self.more += 1;
        }
    }
}
