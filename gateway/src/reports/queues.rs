//! What waits, by worth: a queue for each kind, one bound for all. Where it is reached the least worthy kind's oldest gives
//! way, so that no fact is pushed out by a lesser one.

use std::collections::VecDeque;

use super::batch::{Parts, ReportKind};
use super::spool::SpoolLimits;

/// The queues.
#[derive(Debug, Default)]
pub(super) struct Queues {
    queues: [VecDeque<Box<[u8]>>; ReportKind::ALL.len()],
    entries: usize,
    bytes: usize,
}

impl Queues {
    pub(super) fn len(&self) -> usize {
        self.entries
    }

    /// Takes one more; says how many gave way, itself perhaps among them.
    pub(super) fn push(&mut self, (kind, entry): (ReportKind, Box<[u8]>), bounds: SpoolLimits) -> u64 {
        self.entries += 1;
        self.bytes += entry.len();
        self.queues[kind.rank()].push_back(entry);
        let mut dropped = 0;
        while self.entries > bounds.entries || self.bytes > bounds.bytes {
            let Some(oldest) = self.queues.iter_mut().rev().find_map(VecDeque::pop_front) else { break };
            self.entries -= 1;
            self.bytes -= oldest.len();
            dropped += 1;
        }
        dropped
    }

    /// As much as a batch has room for, the worthiest first, each kind in its order.
    pub(super) fn take(&mut self) -> Parts {
        let mut parts = Parts::default();
        for kind in ReportKind::ALL {
            let queue = &mut self.queues[kind.rank()];
            while let Some(entry) = queue.pop_front_if(|entry| parts.has_room(entry.len())) {
                self.entries -= 1;
                self.bytes -= entry.len();
                parts.add(kind, &entry);
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDLESS: SpoolLimits = SpoolLimits { entries: 1_000_000, bytes: 1 << 30 };

    fn left(queues: &Queues) -> Vec<(ReportKind, Vec<String>)> {
        let text = |entry: &[u8]| String::from_utf8(entry.to_vec()).unwrap();
        let of = |kind: ReportKind| queues.queues[kind.rank()].iter().map(|entry| text(entry)).collect::<Vec<_>>();
        ReportKind::ALL.into_iter().map(|kind| (kind, of(kind))).filter(|(_, entries)| !entries.is_empty()).collect()
    }

    fn push(queues: &mut Queues, kind: ReportKind, text: &str, bounds: SpoolLimits) -> u64 {
        queues.push((kind, text.as_bytes().into()), bounds)
    }

    #[test]
    fn a_flood_of_refusals_pushes_out_nothing_but_refusals() {
        let mut queues = Queues::default();
        let bounds = SpoolLimits { entries: 10, bytes: 1 << 20 };
        for kind in ReportKind::ALL {
            push(&mut queues, kind, &format!("{kind:?}"), bounds);
        }
        let dropped: u64 = (0..1000).map(|n| push(&mut queues, ReportKind::Refusal, &n.to_string(), bounds)).sum();
        assert_eq!((queues.len(), dropped), (10, 996));
        let own = |kind| (kind, vec![format!("{kind:?}")]);
        let newest = (995..1000).map(|n| n.to_string()).collect();
        let refusals = (ReportKind::Refusal, newest);
        assert_eq!(
            left(&queues),
            [
                own(ReportKind::Cut),
                own(ReportKind::Checkpoint),
                own(ReportKind::Login),
                own(ReportKind::Sighting),
                own(ReportKind::Strangers),
                refusals
            ]
        );
    }

    #[test]
    fn each_kind_gives_way_to_every_worthier_one_and_a_cut_to_nothing_but_cuts() {
        for (place, kind) in ReportKind::ALL.into_iter().enumerate() {
            let mut queues = Queues::default();
            let bounds = SpoolLimits { entries: 3, bytes: 1 << 20 };
            for n in 0..3 {
                push(&mut queues, kind, &n.to_string(), bounds);
            }
            for lesser in &ReportKind::ALL[place + 1..] {
                assert_eq!(push(&mut queues, *lesser, "lesser", bounds), 1);
                assert_eq!(left(&queues), [(kind, vec!["0".into(), "1".into(), "2".into()])], "{lesser:?}");
            }
            assert_eq!(push(&mut queues, ReportKind::Cut, "new", bounds), 1);
            let left = left(&queues);
            assert_eq!(left[0].1.last().map(String::as_str), Some("new"), "{left:?}");
            assert!(!left.iter().any(|(_, entries)| entries[0] == "0"), "the oldest went: {left:?}");
        }
    }

    #[test]
    fn octets_bound_them_too() {
        let mut queues = Queues::default();
        let bounds = SpoolLimits { entries: 100, bytes: 10 };
        push(&mut queues, ReportKind::Login, "12345", bounds);
        push(&mut queues, ReportKind::Refusal, "123", bounds);
        assert_eq!(push(&mut queues, ReportKind::Login, "1234567890", bounds), 2);
        assert_eq!(left(&queues), [(ReportKind::Login, vec!["1234567890".into()])]);
    }

    #[test]
    fn a_batch_takes_the_worthiest_first_and_each_kind_in_its_order() {
        let mut queues = Queues::default();
        for n in 0..600 {
            push(&mut queues, ReportKind::Refusal, &n.to_string(), ENDLESS);
        }
        push(&mut queues, ReportKind::Cut, "7", ENDLESS);
        push(&mut queues, ReportKind::Cut, "8", ENDLESS);
        assert_eq!(queues.take().count(), 500);
        let rest: Vec<_> = (498..600).map(|n| n.to_string()).collect();
        assert_eq!(left(&queues), [(ReportKind::Refusal, rest)], "both cuts went first");
    }
}
