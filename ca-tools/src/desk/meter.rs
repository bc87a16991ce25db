//! How often has somebody done this? So many times at once, and then once more each time its share of the window has passed.
//!
//! Of each party one moment is kept: until when what it did weighs. So nobody is shut out until the end of an hour or a day.
//! And whoever did most has the furthest moment, whatever the time is now: when there is no room left, it is the least that
//! is forgotten, and the greedy last.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use certs::Timestamp;

const SECOND: i64 = 1_000;

/// So many at once, and as many again, one by one, within so many seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    pub(super) most: i64,
    pub(super) window: i64,
}

/// Counts of one thing by party.
#[derive(Debug)]
pub(super) struct Meter<K> {
    rate: Rate,
    /// In milliseconds.
    weighs_until: HashMap<K, i64>,
    ranked: BTreeSet<(i64, K)>,
    remembered: usize,
}

impl<K: Clone + Eq + Hash + Ord> Meter<K> {
    /// Remembers so many parties.
    pub(super) fn new(rate: Rate, remembered: usize) -> Self {
        Self { rate, weighs_until: HashMap::new(), ranked: BTreeSet::new(), remembered }
    }

    /// Seconds until it may be done once more by these, from the narrowest to the widest: each may do twice as much as the
    /// one before.
    pub(super) fn wait(&self, parties: &[K], now: Timestamp) -> Option<i64> {
        let over = |(width, party)| {
            let over = self.weight(party, now) + self.step(width) - self.window();
            (over > 0).then_some(over)
        };
        parties.iter().enumerate().filter_map(over).max().map(|over| (over + SECOND - 1) / SECOND)
    }

    /// It is done once more, whether it may or not; more than the whole window is never held against anybody.
    pub(super) fn count(&mut self, parties: &[K], now: Timestamp) {
        for (width, party) in parties.iter().enumerate() {
            let weight = (self.weight(party, now) + self.step(width)).min(self.window());
            self.set(party, millis(now) + weight);
        }
        while self.weighs_until.len() > self.remembered {
            let Some((_, least)) = self.ranked.pop_first() else { break };
            self.weighs_until.remove(&least);
        }
    }

    /// It was not done after all.
    pub(super) fn give_back(&mut self, parties: &[K]) {
        for (width, party) in parties.iter().enumerate() {
            if let Some(until) = self.weighs_until.get(party).copied() {
                self.set(party, until - self.step(width));
            }
        }
    }

    /// How much of what they may do at once these have done, in hundredths; of the one that did most.
    pub(super) fn share(&self, parties: &[K], now: Timestamp) -> i64 {
        parties.iter().map(|party| self.weight(party, now) * 100 / self.window()).max().unwrap_or(0)
    }

    /// How often it can still be done at once by this one.
    pub(super) fn left(&self, party: &K, now: Timestamp) -> i64 {
        (self.window() - self.weight(party, now)) / self.step(0)
    }

    /// What still weighs, in milliseconds; never more than the window, though a clock go back.
    fn weight(&self, party: &K, now: Timestamp) -> i64 {
        let until = self.weighs_until.get(party).copied().unwrap_or_default();
        (until - millis(now)).clamp(0, self.window())
    }

    fn set(&mut self, party: &K, until: i64) {
        if let Some(before) = self.weighs_until.insert(party.clone(), until) {
            self.ranked.remove(&(before, party.clone()));
        }
        self.ranked.insert((until, party.clone()));
    }

    fn window(&self) -> i64 {
        self.rate.window * SECOND
    }

    fn step(&self, width: usize) -> i64 {
        self.window() / (self.rate.most << width)
    }
}

fn millis(now: Timestamp) -> i64 {
    now.unix().saturating_mul(SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    const RATE: Rate = Rate { most: 6, window: 60 };

    /// Whether it could be done.
    fn does(meter: &mut Meter<u32>, parties: &[u32], now: Timestamp) -> bool {
        let may = meter.wait(parties, now).is_none();
        if may {
            meter.count(parties, now);
        }
        may
    }

    #[test]
    fn so_many_at_once_and_then_one_each_share_of_the_window() {
        let mut meter = Meter::new(RATE, 10);
        let done = (0..20).filter(|_| does(&mut meter, &[1], NOW)).count();
        assert_eq!((done, meter.wait(&[1], NOW)), (6, Some(10)), "and nobody waits for the window's end");
        assert_eq!(meter.wait(&[2], NOW), None);
        assert!(!does(&mut meter, &[1], NOW.plus(9)) && does(&mut meter, &[1], NOW.plus(10)));
        assert!(!does(&mut meter, &[1], NOW.plus(10)));
        let later = (0..20).filter(|_| does(&mut meter, &[1], NOW.plus(1_000))).count();
        assert_eq!(later, 6, "all is well again");
        assert_eq!(meter.left(&1, NOW.plus(1_000)), 0);
        assert_eq!(meter.wait(&[1], NOW.plus(-1_000)), Some(10), "a clock that goes back shuts nobody out");
    }

    #[test]
    fn each_wider_network_may_do_twice_as_much_and_no_more() {
        let mut meter = Meter::new(RATE, 1_000);
        let wide = |number: u32| [number, 100 + number / 4, 1_000];
        let done = (0..80).filter(|number| does(&mut meter, &wide(*number), NOW)).count();
        assert_eq!(done, 24, "of one /48, however many networks it has");
        assert_eq!(meter.wait(&[500, 501, 502], NOW), None);
        assert_eq!((meter.share(&wide(500), NOW), meter.share(&[500, 501, 502], NOW)), (100, 0), "of one never seen");
    }

    #[test]
    fn what_is_given_back_was_never_done() {
        let mut meter = Meter::new(RATE, 10);
        for _ in 0..100 {
            assert!(does(&mut meter, &[1, 2, 3], NOW));
            meter.give_back(&[1, 2, 3]);
        }
        assert_eq!(meter.left(&1, NOW), 6);
        meter.give_back(&[9]);
        assert_eq!(meter.left(&9, NOW), 6, "and nobody has more than all");
    }

    #[test]
    fn the_greedy_are_forgotten_last() {
        let mut meter = Meter::new(RATE, 100);
        while does(&mut meter, &[7], NOW) {}
        for number in 1_000..50_000 {
            meter.count(&[number], NOW);
        }
        assert!(meter.wait(&[7], NOW).is_some(), "a crowd of newcomers washes no bound away");
        assert_eq!((meter.weighs_until.len(), meter.ranked.len()), (100, 100));
    }

    #[test]
    fn nobody_does_more_than_the_burst_and_what_time_gives_and_the_table_stays_small() {
        let mut meter = Meter::new(RATE, 8);
        let (mut passed, mut done, mut drawn) = (0, 0, 7_u64);
        for _ in 0..20_000 {
            drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (party, pause) = (u32::try_from(drawn >> 33).unwrap() % 12, i64::try_from(drawn >> 50).unwrap() % 30);
            passed += pause / 9;
            // One that does it whenever it may is never the one forgotten.
            done += i64::from(does(&mut meter, &[99], NOW.plus(passed)));
            let _ = does(&mut meter, &[party], NOW.plus(passed));
            assert!(meter.weighs_until.len() <= 8 && meter.weighs_until.len() == meter.ranked.len());
            assert!(done <= 6 + passed / 10);
        }
        assert!(done >= passed / 10 && passed > 1_000);
    }
}
