//! Does each line follow the one before, and if not, what was done?
//!
//! A misfit alone does not say which of two lines is wrong; often the line after it does. So a
//! doubt is kept for one line and then decided.

use super::super::seal::{Chain, LineHash, Seal};
use super::finding::{Fault, Place};

/// Gaps that are remembered, so that a line that turns up later is called moved.
const GAPS: usize = 64;

/// The walk along a chain.
#[derive(Debug, Default)]
pub(super) struct Walk {
    expected: Option<Chain>,
    last: Option<Known>,
    doubt: Option<Doubt>,
    /// The line before is known to be changed: that the next one names another is no news.
    forgiven: bool,
    gaps: Vec<Gap>,
    findings: Vec<(Place, Fault)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) place: Place,
    pub(super) seal: Seal,
    pub(super) hash: LineHash,
}

#[derive(Debug)]
enum Doubt {
    /// Numbers fit, hashes do not: one of the two was changed.
    Blame { earlier: Option<Known>, later: Known },
    /// Two lines say that they follow the same one.
    Fork { earlier: Known, later: Known },
    /// Lines without a seal since here.
    Unsealed { place: Place, count: u64 },
}

/// Missing lines, and which finding told of them.
#[derive(Debug)]
struct Gap {
    from: u64,
    to: u64,
    finding: usize,
}

impl Walk {
    /// The first line that comes follows what stood before.
    pub(super) fn goes_on_from(&mut self, chain: Chain) {
        self.expected = Some(chain);
    }

    /// Takes the next line. `None` is one without a seal. Says whether it stands in its place.
    pub(super) fn step(&mut self, place: Place, seal: Option<Seal>, hash: LineHash) -> bool {
        self.decide(seal);
        let Some(seal) = seal else {
            self.doubt = Some(match self.doubt.take() {
                Some(Doubt::Unsealed { place, count }) => Doubt::Unsealed { place, count: count + 1 },
                Some(Doubt::Blame { .. } | Doubt::Fork { .. }) | None => Doubt::Unsealed { place, count: 1 },
            });
            return false;
        };
        self.judge(Known { place, seal, hash })
    }

    /// What was found so far, and is in no doubt.
    pub(super) fn take_findings(&mut self) -> Vec<(Place, Fault)> {
        self.gaps.clear();
        std::mem::take(&mut self.findings)
    }

    pub(super) fn findings(&self) -> usize {
        self.findings.len()
    }

    /// There is no next line.
    pub(super) fn end(&mut self) {
        self.decide(None);
        if let Some(Doubt::Unsealed { place, .. }) = self.doubt.take() {
            self.find(place, Fault::Unreadable);
        }
    }

    /// The last line that stands in its place.
    pub(super) fn last(&self) -> Option<u64> {
        self.expected.map(|chain| chain.next - 1)
    }

    fn judge(&mut self, line: Known) -> bool {
        let Known { place, seal, hash } = line;
        let forgiven = std::mem::take(&mut self.forgiven);
        let Some(expected) = self.expected else {
            if seal.seq == 1 && seal.prev != LineHash::NONE {
                self.find(place, Fault::Changed { seq: 1 });
                self.forgiven = true;
            }
            return self.go_on(line);
        };
        if expected.continues_with(seal) || (forgiven && seal.seq == expected.next) {
            return self.go_on(line);
        }
        if seal.seq == expected.next {
            self.doubt = Some(Doubt::Blame { earlier: self.last, later: line });
            return self.go_on(line);
        }
        if seal.prev == expected.prev {
            // It does follow; only its number is another.
            self.find(place, Fault::Changed { seq: expected.next });
            self.forgiven = true;
            self.expected = Some(Chain { next: expected.next + 1, prev: hash });
            return false;
        }
        if seal.seq == 1 && seal.prev == LineHash::NONE {
            self.find(place, Fault::NewChain);
            return self.go_on(line);
        }
        if seal.seq > expected.next {
            let gap = Gap { from: expected.next, to: seal.seq - 1, finding: self.findings.len() };
            self.find(place, Fault::Dropped { from: gap.from, to: gap.to });
            if self.gaps.len() < GAPS {
                self.gaps.push(gap);
            }
            return self.go_on(line);
        }
        match self.last {
            Some(earlier) if earlier.seal == seal => self.doubt = Some(Doubt::Fork { earlier, later: line }),
            Some(_) | None => self.out_of_place(line),
        }
        false
    }

    /// A line with a number that was passed already.
    fn out_of_place(&mut self, line: Known) {
        let seq = line.seal.seq;
        let Some(gap) = self.gaps.iter_mut().find(|gap| (gap.from..=gap.to).contains(&seq)) else {
            return self.find(line.place, Fault::Inserted);
        };
        if gap.from == gap.to {
            // Nothing is missing: the one line that was stands here.
            self.findings[gap.finding] = (line.place, Fault::Moved { seq });
        } else {
            if gap.from == seq {
                gap.from += 1;
            }
            self.find(line.place, Fault::Moved { seq });
        }
    }

    /// What the line before left in doubt, this one decides.
    fn decide(&mut self, next: Option<Seal>) {
        match self.doubt.take() {
            Some(Doubt::Blame { earlier, later }) => {
                let later_is_sound = next.is_none_or(|next| next.prev == later.hash);
                match earlier {
                    Some(earlier) if later_is_sound => {
                        self.find(earlier.place, Fault::Changed { seq: earlier.seal.seq });
                    }
                    Some(_) | None => {
                        self.find(later.place, Fault::Changed { seq: later.seal.seq });
                        self.forgiven = true;
                    }
                }
            }
            Some(Doubt::Fork { earlier, later }) => {
                if next.is_some_and(|next| next.prev == later.hash) && earlier.hash != later.hash {
                    self.find(earlier.place, Fault::Inserted);
                    self.go_on(later);
                } else {
                    self.find(later.place, Fault::Inserted);
                }
            }
            Some(Doubt::Unsealed { place, count }) => self.decide_unsealed(place, count, next),
            None => {}
        }
    }

    fn decide_unsealed(&mut self, place: Place, count: u64, next: Option<Seal>) {
        match (next, self.expected) {
            (None, _) => self.doubt = Some(Doubt::Unsealed { place, count }),
            (Some(next), Some(expected)) if expected.continues_with(next) => self.find(place, Fault::Inserted),
            (Some(next), Some(expected)) if next.seq == expected.next + count => {
                self.find(place, Fault::Changed { seq: expected.next });
                self.expected = Some(Chain { next: next.seq, prev: next.prev });
            }
            (Some(_), Some(_) | None) => self.find(place, Fault::Unreadable),
        }
    }

    fn go_on(&mut self, line: Known) -> bool {
        self.expected = Some(Chain { next: line.seal.seq + 1, prev: line.hash });
        self.last = Some(line);
        true
    }

    fn find(&mut self, place: Place, fault: Fault) {
        self.findings.push((place, fault));
    }
}
