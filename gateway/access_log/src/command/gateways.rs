//! The logs of several gateways, each a chain of its own, for a program that holds their lines against something else.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::super::verify::Fault;
use super::files::{Lines, Next, each_file, in_order};
use super::verify::{ReadLine, VerifyArgs, judge};

/// Lines at the start of a file among which one must say whose it is.
const LOOKED_AT: u64 = 100;

/// The files of one gateway.
#[derive(Clone, Debug, Default)]
pub struct GatewayLog {
    /// Its name.
    pub gateway: String,
    files: Vec<PathBuf>,
    checkpoints: Vec<PathBuf>,
}

/// What `gateway log verify` says of them.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Files, in the order of their lines.
    pub files: Vec<PathBuf>,
    /// Lines that were read.
    pub lines: u64,
    /// The numbers of the first and the last line.
    pub span: Option<(u64, u64)>,
    /// The last line that is as it was signed.
    pub vouched_up_to: Option<u64>,
    /// What is wrong: where, and what; the first hundred.
    pub findings: Vec<String>,
    /// Further ones.
    pub more: u64,
}

#[derive(Deserialize)]
struct Says {
    gateway: String,
}

impl GatewayLog {
    /// The files by the gateway that wrote them, and their checkpoints beside them.
    ///
    /// # Errors
    /// One cannot be read, or is neither.
    pub fn sort(files: &[PathBuf], checkpoints: &[PathBuf]) -> Result<Vec<Self>, String> {
        let mut logs: BTreeMap<String, Self> = BTreeMap::new();
        for path in files {
            // Nothing stands in it yet: it belongs to nobody.
            if let Some(gateway) = gateway(path)? {
                logs.entry(gateway.clone())
                    .or_insert_with(|| Self { gateway, ..Self::default() })
                    .files
                    .push(path.clone());
            }
        }
        for path in checkpoints {
            let Some(gateway) = gateway(path)? else { continue };
            let log = logs.get_mut(&gateway);
            let log = log.ok_or_else(|| format!("{}: no log of gateway {gateway:?} was given", path.display()))?;
            log.checkpoints.push(path.clone());
        }
        Ok(logs.into_values().collect())
    }

    /// Reads all lines in their order, verifies them, and shows each of them.
    ///
    /// # Errors
    /// A file or a key cannot be read.
    pub fn read(&self, see: &mut dyn FnMut(ReadLine<'_>)) -> Result<Checked, String> {
        let (files, checkpoints) = (self.files.clone(), self.checkpoints.clone());
        let args = VerifyArgs { files, checkpoints, key: None, ends_at: None };
        let judged = judge(&args, see)?;
        let verdict = &judged.verdict;
        Ok(Checked {
            files: judged.files.clone(),
            lines: verdict.lines,
            span: verdict.span,
            vouched_up_to: verdict.vouched.up_to,
            findings: {
                let found = verdict.findings.iter().map(|finding| judged.said(&args, finding));
                judged.ended.faults.iter().cloned().chain(found).collect()
            },
            more: verdict.more,
        })
    }

    /// Shows all whole lines in their order, and verifies nothing.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn pass_over(&self, see: &mut dyn FnMut(&Path, u64, &[u8])) -> Result<Checked, String> {
        let files = in_order(&self.files)?;
        let (mut count, mut findings) = (0, Vec::new());
        each_file(&files, &mut |_, path, mut lines| {
            for number in 1.. {
                match lines.read()? {
                    Next::Line(text) => {
                        count += 1;
                        see(path, number, text);
                    }
                    Next::Torn(text) => {
                        let bytes = text.len() as u64;
                        findings.push(format!("{}:{number}: {}", path.display(), Fault::Torn { bytes }));
                    }
                    Next::End => break,
                }
            }
            Ok(())
        })?;
        Ok(Checked { files, lines: count, span: None, vouched_up_to: None, findings, more: 0 })
    }
}

/// Whose a file is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum WrittenBy {
    /// This gateway's.
    Gateway(String),
    /// Nothing stands in it.
    Nobody,
    /// No line of it says which gateway wrote it.
    Stranger,
}

/// Who wrote this file.
///
/// # Errors
/// It cannot be read.
pub fn written_by(path: &Path) -> std::io::Result<WrittenBy> {
    let mut lines = Lines::of(path)?;
    for read in 0..LOOKED_AT {
        match lines.read()? {
            Next::Line(line) => {
                if let Ok(Says { gateway }) = serde_json::from_slice(line) {
                    return Ok(WrittenBy::Gateway(gateway));
                }
            }
            Next::End if read == 0 => return Ok(WrittenBy::Nobody),
            Next::Torn(_) | Next::End => break,
        }
    }
    Ok(WrittenBy::Stranger)
}

fn gateway(path: &Path) -> Result<Option<String>, String> {
    match written_by(path).map_err(|error| format!("{}: {error}", path.display()))? {
        WrittenBy::Gateway(gateway) => Ok(Some(gateway)),
        WrittenBy::Nobody => Ok(None),
        WrittenBy::Stranger => Err(format!("{}: no line of it says which gateway wrote it", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::test_support::Place;
    use super::*;

    #[test]
    fn files_are_sorted_by_who_wrote_them_and_a_stranger_is_refused() {
        let place = Place::new();
        let file = |name: &str, text: &str| {
            let path = place.directory.join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let one = file("one", "{\"kind\":\"start\",\"gateway\":\"gw-1\"}\n");
        let two = file("two", "{\"kind\":\"start\",\"gateway\":\"gw-2\"}\n");
        let (older, empty) = (file("one.1", "torn\n{\"gateway\":\"gw-1\"}\n"), file("empty", ""));
        let logs = GatewayLog::sort(&[two.clone(), one.clone(), empty, older], &[two]).unwrap();
        let names: Vec<_> =
            logs.iter().map(|log| (log.gateway.as_str(), log.files.len(), log.checkpoints.len())).collect();
        assert_eq!(names, [("gw-1", 2, 0), ("gw-2", 1, 1)]);
        assert!(GatewayLog::sort(&[file("other", "hello\n")], &[]).unwrap_err().contains("which gateway"));
        let stray = file("stray", "{\"gateway\":\"gw-9\"}\n");
        assert!(GatewayLog::sort(&[one], &[stray]).unwrap_err().contains("gw-9"));
        assert!(GatewayLog::sort(&[PathBuf::from("/dev/zero")], &[]).unwrap_err().contains("1024 KiB"));
    }
}
