//! What do all the lines together say?

use super::super::seal::{Chain, LineHash, Seal};
use super::chain::Walk;
use super::finding::{Fault, Finding, Place};
use super::folded::Counted;
use super::opens::Opens;
use super::vouchers::{Vouched, VouchedLine, Vouchers};

/// Findings that are kept word for word; further ones are counted.
const KEPT: usize = 100;

/// A log that is being read.
pub(crate) struct Inspection<C> {
    walk: Walk,
    opens: Opens,
    vouchers: Vouchers<C>,
    counted: Counted,
    first: Option<u64>,
    lines: u64,
    last_place: Place,
    findings: Vec<Finding>,
    more: u64,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// In the order of the log; the first [`KEPT`].
    pub(crate) findings: Vec<Finding>,
    /// Further ones.
    pub(crate) more: u64,
    pub(crate) lines: u64,
    /// The numbers of the first and the last line.
    pub(crate) span: Option<(u64, u64)>,
    /// Requests that are still running, or were when the gateway was killed.
    pub(crate) running: usize,
    pub(crate) vouched: Vouched,
    /// What stands in the log as a count.
    pub(crate) counted: Counted,
}

impl<C: Iterator<Item = VouchedLine>> Inspection<C> {
    /// `checkpoints` in the order of their lines.
    pub(crate) fn new(checkpoints: C) -> Self {
        Self {
            walk: Walk::default(),
            opens: Opens::default(),
            vouchers: Vouchers::new(checkpoints),
            counted: Counted::default(),
            first: None,
            lines: 0,
            last_place: Place { file: 0, line: 0 },
            findings: Vec::new(),
            more: 0,
        }
    }

    /// The same of a log whose lines before this were ended: its first line follows them.
    pub(crate) fn after(mut self, chain: Chain) -> Self {
        self.walk.goes_on_from(chain);
        self
    }

    /// Takes the next line, without its line break; where it says that it stands, and its hash.
    pub(crate) fn line(&mut self, place: Place, text: &[u8]) -> (Option<Seal>, LineHash) {
        let (seal, hash) = (Seal::read(text), LineHash::of(text));
        self.lines += 1;
        self.last_place = place;
        let in_place = self.walk.step(place, seal, hash);
        if let (Some(seal), true) = (seal, in_place) {
            self.first.get_or_insert(seal.seq);
            self.vouchers.step(place, seal.seq, hash);
            self.counted.step(text);
            for (place, fault) in self.opens.step(place, text, seal.seq) {
                self.find(Finding { place, fault });
            }
        }
        if self.walk.findings() > KEPT {
            self.collect();
        }
        (seal, hash)
    }

    /// The file ends within a line.
    pub(crate) fn torn(&mut self, place: Place, bytes: u64) {
        self.find(Finding { place, fault: Fault::Torn { bytes } });
    }

    /// There are no more lines. `known` is the number of a line that is known to have been written.
    pub(crate) fn end(mut self, known: Option<u64>) -> Verdict {
        self.walk.end();
        self.collect();
        let (vouched, furthest) = self.vouchers.end();
        for finding in std::mem::take(&mut self.vouchers.findings) {
            self.find(finding);
        }
        let last = self.walk.last().unwrap_or(0);
        let known = known.unwrap_or(0).max(furthest);
        if known > last {
            self.find(Finding { place: self.last_place, fault: Fault::CutOff { last, known } });
        }
        self.findings.sort_by_key(|finding| match finding.fault {
            Fault::Checkpoint { .. } => (usize::MAX, finding.place.line),
            Fault::CutOff { .. } => (usize::MAX - 1, 0),
            Fault::Changed { .. }
            | Fault::Dropped { .. }
            | Fault::Inserted
            | Fault::Moved { .. }
            | Fault::NewChain
            | Fault::Rewritten { .. }
            | Fault::Torn { .. }
            | Fault::Unended { .. }
            | Fault::Unreadable => (finding.place.file, finding.place.line),
        });
        Verdict {
            span: self.first.map(|first| (first, last)),
            findings: self.findings,
            more: self.more,
            lines: self.lines,
            running: self.opens.running(),
            vouched,
            counted: self.counted,
        }
    }

    fn collect(&mut self) {
        for (place, fault) in self.walk.take_findings() {
            self.find(Finding { place, fault });
        }
        for finding in std::mem::take(&mut self.vouchers.findings) {
            self.find(finding);
        }
    }

    fn find(&mut self, finding: Finding) {
        if self.findings.len() < KEPT { self.findings.push(finding) } else { self.more += 1 }
    }
}
