//! `gateway log verify`: is the log what was written?

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::super::checkpoint::PublicLogKey;
use super::super::journal::public_keys_beside;
use super::super::verify::{Fault, Finding, Inspection, Place, Verdict, VouchedLine};
use super::checkpoints::Merged;
use super::files::{Lines, Next, each_file, in_order};
use super::{BROKEN, DONE, WRONG_USE};

/// Findings that are printed; the first is what matters.
const SHOWN: usize = 20;

/// `gateway log verify FILE… [--checkpoints FILE…] [--key PEM] [--ends-at SEQ]`
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// Log files, rotated ones too, in any order
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Signed checkpoints; without them a cut-off end and a chain made anew are not found
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(super) checkpoints: Vec<PathBuf>,
    /// Public keys that verify them [default: the .pub beside each checkpoint file]
    #[arg(long, value_name = "PEM", requires = "checkpoints")]
    pub(super) key: Option<PathBuf>,
    /// Number of a line that is known to have been written
    #[arg(long, value_name = "SEQ")]
    pub(super) ends_at: Option<u64>,
}

/// All that was read, and the judgment.
pub(super) struct Judged {
    pub(super) files: Vec<PathBuf>,
    keys: Vec<PublicLogKey>,
    key_files: Vec<PathBuf>,
    pub(super) verdict: Verdict,
    seconds: f64,
}

pub(super) fn run(args: &VerifyArgs, out: &mut impl Write, errors: &mut impl Write) -> u8 {
    let judged = match judge(args, &mut |_| {}) {
        Ok(judged) => judged,
        Err(why) => {
            // If nobody reads the complaint, the exit code still tells.
            let _ = writeln!(errors, "gateway log verify: {why}");
            return WRONG_USE;
        }
    };
    // A reader that went away does not change what was found.
    let _ = judged.tell(args, out);
    if judged.verdict.findings.is_empty() { DONE } else { BROKEN }
}

/// A line as it was read, with its number in the chain and its hash.
#[derive(Clone, Copy, Debug)]
pub struct ReadLine<'a> {
    /// Without its line break.
    pub text: &'a [u8],
    /// Its number in the chain; nothing where it has none.
    pub seq: Option<u64>,
    /// SHA-256.
    pub hash: [u8; 32],
    /// Where it stands.
    pub file: &'a Path,
    /// Which line of it, counted from 1.
    pub number: u64,
}

/// Reads all of it; `see` is shown each line that is whole.
pub(super) fn judge(args: &VerifyArgs, see: &mut dyn FnMut(ReadLine<'_>)) -> Result<Judged, String> {
    let begun = Instant::now();
    let files = in_order(&args.files)?;
    let (key_files, keys) = keys(args)?;
    let mut inspection = Inspection::new(Merged::of(&args.checkpoints, &keys)?);
    each_file(&files, &mut |file, path, lines| feed(&mut inspection, (file, path), lines, see))?;
    let verdict = inspection.end(args.ends_at);
    Ok(Judged { files, keys, key_files, verdict, seconds: begun.elapsed().as_secs_f64() })
}

fn keys(args: &VerifyArgs) -> Result<(Vec<PathBuf>, Vec<PublicLogKey>), String> {
    let mut files: Vec<PathBuf> = match &args.key {
        Some(key) => vec![key.clone()],
        None => args.checkpoints.iter().map(|path| key_beside(path)).collect(),
    };
    files.dedup();
    let mut keys: Vec<PublicLogKey> = Vec::new();
    for path in &files {
        let pem = fs::read(path).map_err(|error| format!("key {}: {error}", path.display()))?;
        for key in PublicLogKey::all_from_pem(&pem).map_err(|why| format!("key {}: {why}", path.display()))? {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    Ok((files, keys))
}

/// The keys stand beside the file that is written, not beside each rotated one.
fn key_beside(checkpoints: &Path) -> PathBuf {
    let beside = public_keys_beside(checkpoints);
    let numbered = |end: &std::ffi::OsStr| end.to_string_lossy().bytes().all(|b| b.is_ascii_digit());
    if !beside.exists() && checkpoints.extension().is_some_and(numbered) {
        return public_keys_beside(&checkpoints.with_extension(""));
    }
    beside
}

fn feed<C: Iterator<Item = VouchedLine>>(
    inspection: &mut Inspection<C>,
    (file, path): (usize, &Path),
    mut lines: Lines,
    see: &mut dyn FnMut(ReadLine<'_>),
) -> io::Result<()> {
    for line in 1.. {
        match lines.read()? {
            Next::Line(text) => {
                let (seal, hash) = inspection.line(Place { file, line }, text);
                let (seq, hash) = (seal.map(|seal| seal.seq), hash.octets());
                see(ReadLine { text, seq, hash, file: path, number: line });
            }
            Next::Torn(text) => inspection.torn(Place { file, line }, text.len() as u64),
            Next::End => break,
        }
    }
    Ok(())
}

impl Judged {
    fn tell(&self, args: &VerifyArgs, out: &mut impl Write) -> io::Result<()> {
        let verdict = &self.verdict;
        match verdict.span {
            None => writeln!(out, "no line in {}", names(&self.files))?,
            Some((first, last)) => {
                let speed = verdict.lines as f64 / self.seconds.max(1e-6);
                writeln!(
                    out,
                    "{} lines, numbers {first} to {last}, in {} ({:.1} s, {speed:.0} lines/s)",
                    verdict.lines,
                    names(&self.files),
                    self.seconds
                )?;
                if first > 1 {
                    writeln!(out, "note: the lines before {first} are in files that were not given")?;
                }
                self.tell_vouched(args, last, out)?;
            }
        }
        if verdict.running > 0 {
            let running = verdict.running;
            writeln!(
                out,
                "note: {running} long requests have no end yet: they run, or their gateway was killed and its next start closes them"
            )?;
        }
        let counted = verdict.counted;
        if counted.lines > 0 {
            writeln!(
                out,
                "note: {} more, of strangers and refused devices, are counted in {} folded lines",
                counted.stand_for, counted.lines
            )?;
        }
        self.tell_findings(args, out)
    }

    fn tell_vouched(&self, args: &VerifyArgs, last: u64, out: &mut impl Write) -> io::Result<()> {
        if args.checkpoints.is_empty() {
            return writeln!(out, "note: without --checkpoints a cut-off end and a chain made anew are not found");
        }
        let kids: Vec<_> = self.keys.iter().map(PublicLogKey::kid).collect();
        let vouched = self.verdict.vouched;
        writeln!(out, "{} checkpoints agree, key {} from {}", vouched.agreed, kids.join(", "), names(&self.key_files))?;
        match vouched.up_to {
            Some(up_to) if up_to >= last => Ok(()),
            Some(up_to) => writeln!(out, "note: no checkpoint vouches yet for the lines after {up_to}"),
            None => writeln!(out, "note: no checkpoint vouches for any of these lines"),
        }
    }

    /// Where, and what.
    pub(super) fn said(&self, args: &VerifyArgs, Finding { place, fault }: &Finding) -> String {
        let files = if matches!(fault, Fault::Checkpoint { .. }) { &args.checkpoints } else { &self.files };
        let name = files.get(place.file).map_or_else(String::new, |path| path.display().to_string());
        format!("{name}:{}: {fault}", place.line)
    }

    fn tell_findings(&self, args: &VerifyArgs, out: &mut impl Write) -> io::Result<()> {
        let all = self.verdict.findings.len() as u64 + self.verdict.more;
        if all == 0 {
            return writeln!(out, "sound: nothing was changed, dropped, inserted or moved");
        }
        writeln!(out, "BROKEN, {all} finding{}:", if all == 1 { "" } else { "s" })?;
        for finding in self.verdict.findings.iter().take(SHOWN) {
            writeln!(out, "  {}", self.said(args, finding))?;
        }
        match all.saturating_sub(SHOWN as u64) {
            0 => Ok(()),
            more => writeln!(out, "  … and {more} more"),
        }
    }
}

fn names(files: &[PathBuf]) -> String {
    match files {
        [] => "no file".to_owned(),
        [file] => file.display().to_string(),
        [first, .., last] => format!("{} files ({} … {})", files.len(), first.display(), last.display()),
    }
}
