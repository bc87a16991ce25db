//! Is the log the one that was signed?

use super::super::checkpoint::{Checkpoint, CheckpointRefusal};
use super::super::seal::LineHash;
use super::finding::{Fault, Finding, Place};

/// A line of a checkpoint file, and what came of reading it.
#[derive(Debug)]
pub(crate) struct VouchedLine {
    pub(crate) place: Place,
    pub(crate) read: Result<Checkpoint, CheckpointRefusal>,
}

/// How far the checkpoints reach.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Vouched {
    /// Checkpoints that a line of the log agrees with.
    pub(crate) agreed: u64,
    /// The last line that is as it was signed.
    pub(crate) up_to: Option<u64>,
}

/// Goes along with the log, from checkpoint to checkpoint.
pub(super) struct Vouchers<C> {
    rest: C,
    next: Option<(Place, Checkpoint)>,
    furthest: u64,
    gateway: Option<String>,
    vouched: Vouched,
    pub(super) findings: Vec<Finding>,
}

impl<C: Iterator<Item = VouchedLine>> Vouchers<C> {
    pub(super) fn new(checkpoints: C) -> Self {
        let mut vouchers = Self {
            rest: checkpoints,
            next: None,
            furthest: 0,
            gateway: None,
            vouched: Vouched::default(),
            findings: Vec::new(),
        };
        vouchers.advance();
        vouchers
    }

    /// Compares a line that stands in its place.
    pub(super) fn step(&mut self, place: Place, seq: u64, hash: LineHash) {
        while let Some((_, checkpoint)) = &self.next {
            if checkpoint.seq > seq {
                return;
            }
            if checkpoint.seq == seq {
                if checkpoint.hash == hash {
                    self.vouched.agreed += 1;
                    self.vouched.up_to = Some(seq);
                } else {
                    let after = self.vouched.up_to.unwrap_or(0);
                    self.findings.push(Finding { place, fault: Fault::Rewritten { after, seq } });
                }
            }
            self.advance();
        }
    }

    /// The log is over; checkpoints that are left speak of lines that are not there.
    pub(super) fn end(&mut self) -> (Vouched, u64) {
        while self.next.is_some() {
            self.advance();
        }
        (self.vouched, self.furthest)
    }

    fn advance(&mut self) {
        self.next = None;
        for VouchedLine { place, read } in self.rest.by_ref() {
            let why = match read {
                Err(refusal) => refusal.to_string(),
                Ok(checkpoint) => match &self.gateway {
                    Some(gateway) if *gateway != checkpoint.gateway => {
                        format!("it is of gateway {:?}, those before are of {gateway:?}", checkpoint.gateway)
                    }
                    Some(_) | None => {
                        self.gateway.get_or_insert_with(|| checkpoint.gateway.clone());
                        self.furthest = self.furthest.max(checkpoint.seq);
                        self.next = Some((place, checkpoint));
                        return;
                    }
                },
            };
            self.findings.push(Finding { place, fault: Fault::Checkpoint { why } });
        }
    }
}
