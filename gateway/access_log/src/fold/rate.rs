//! How many in a time? A handful at once, then so many a second.

use std::collections::HashMap;
use std::hash::Hash;

/// What is allowed: so many at once, and so many more each second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    pub(super) burst: u64,
    pub(super) per_second: u64,
}

/// One of them, in the unit in which buckets count: a thousandth is what one a second gains in a millisecond.
const ONE: u64 = 1000;

/// What is left of a rate. Times are milliseconds from any beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    left: u64,
    at: u64,
}

/// Whether one more is within a rate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Within {
    Yes,
    No,
}

impl Bucket {
    pub(super) fn full(rate: Rate, now: u64) -> Self {
        Self { left: rate.burst * ONE, at: now }
    }

    pub(super) fn take(&mut self, rate: Rate, now: u64) -> Within {
        self.fill(rate, now);
        if self.left < ONE {
            return Within::No;
        }
        self.left -= ONE;
        Within::Yes
    }

    fn fill(&mut self, rate: Rate, now: u64) {
        let gained = now.saturating_sub(self.at).saturating_mul(rate.per_second);
        self.left = self.left.saturating_add(gained).min(rate.burst * ONE);
        self.at = self.at.max(now);
    }
}

/// A rate for each of many, of whom no more than a bound are remembered.
#[derive(Debug)]
pub(super) struct Rates<K> {
    rate: Rate,
    most: usize,
    buckets: HashMap<K, Bucket>,
    swept: u64,
}

/// A full memory is looked through for whom to forget at most once in so many milliseconds.
const SWEEP: u64 = 100;

impl<K: Clone + Eq + Hash> Rates<K> {
    pub(super) fn new(rate: Rate, most: usize) -> Self {
        Self { rate, most, buckets: HashMap::new(), swept: 0 }
    }

    /// Whether one more of theirs is within their rate. Whoever finds the memory full of others has no rate of their own.
    pub(super) fn take(&mut self, whose: &K, now: u64) -> Within {
        if let Some(bucket) = self.buckets.get_mut(whose) {
            return bucket.take(self.rate, now);
        }
        if self.buckets.len() >= self.most && now >= self.swept.saturating_add(SWEEP) {
            self.swept = now;
            let rate = self.rate;
            self.buckets.retain(|_, bucket| {
                bucket.fill(rate, now);
                bucket.left < rate.burst * ONE
            });
        }
        if self.buckets.len() >= self.most {
            return Within::Yes;
        }
        self.buckets.entry(whose.clone()).or_insert_with(|| Bucket::full(self.rate, now)).take(self.rate, now)
    }
}

#[cfg(test)]
mod tests {
    use super::Within::{No, Yes};
    use super::*;

    const RATE: Rate = Rate { burst: 3, per_second: 2 };

    #[test]
    fn a_handful_passes_at_once_and_then_so_many_a_second() {
        let mut bucket = Bucket::full(RATE, 1_000);
        let taken = [1_000, 1_000, 1_001, 1_002, 1_499, 1_500, 1_500, 9_000, 9_000, 9_000, 9_000];
        let expected = [Yes, Yes, Yes, No, No, Yes, No, Yes, Yes, Yes, No];
        assert_eq!(taken.map(|now| bucket.take(RATE, now)), expected);
    }

    #[test]
    fn a_clock_that_stands_still_gives_nothing_and_a_long_rest_no_more_than_the_handful() {
        let mut bucket = Bucket::full(RATE, 0);
        assert_eq!([0; 5].map(|now| bucket.take(RATE, now)), [Yes, Yes, Yes, No, No]);
        assert_eq!([u64::MAX; 4].map(|now| bucket.take(RATE, now)), [Yes, Yes, Yes, No]);
    }

    #[test]
    fn however_many_come_no_more_are_remembered_than_the_bound_and_who_is_remembered_stays_bounded() {
        let mut rates = Rates::new(RATE, 10);
        assert_eq!([0; 4].map(|now| rates.take(&u32::MAX, now)), [Yes, Yes, Yes, No]);
        for other in 0..10_000 {
            let _ = rates.take(&other, 0);
        }
        assert_eq!(rates.buckets.len(), 10);
        assert_eq!(rates.take(&u32::MAX, 1), No);
        // Who has been quiet long enough to have all of their rate again makes room.
        assert_eq!([5_000; 4].map(|now| rates.take(&77_777, now)), [Yes, Yes, Yes, No]);
        assert_eq!(rates.buckets.len(), 1);
    }
}
