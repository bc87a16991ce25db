//! How fast does each party ask? A bucket that fills by what is asked and runs out by the second.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// How full each party's bucket is. Whose bucket was not touched for longest is forgotten first, which by then has run out
/// furthest; so the map never grows with what strangers can name.
#[derive(Debug)]
pub struct TokenBuckets<P> {
    buckets: HashMap<P, Bucket>,
    touched: BTreeSet<(u64, P)>,
    most: usize,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// In thousandths of a request.
    level: u64,
    at: u64,
}

/// How much may be asked by the narrowest party; each wider one may ask twice as much.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rate {
    /// A second.
    pub per_second: u64,
    /// At once.
    pub burst: u64,
}

/// What a party's pace deserves. The later, the worse.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum RateVerdict {
    /// An answer.
    Within,
    /// To be told to come again after so many seconds.
    Over(u64),
    /// No answer at all: it was told, and goes on.
    FarOver,
}

/// Who asks on though refused fills the bucket on, up to so many times the burst; there nobody is told any more.
const FAR: u64 = 2;
const THOUSAND: u64 = 1_000;

impl<P: Copy + Eq + Hash + Ord> TokenBuckets<P> {
    /// Remembers so many parties.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { buckets: HashMap::new(), touched: BTreeSet::new(), most }
    }

    /// One more request of these parties, from the narrowest to the widest, at `now` in milliseconds.
    pub fn ask(&mut self, parties: impl IntoIterator<Item = P>, rate: Rate, now: u64) -> RateVerdict {
        let each = parties.into_iter().enumerate();
        let paces = each.map(|(width, party)| {
            let times = 1 << width;
            let wider = Rate { per_second: rate.per_second * times, burst: rate.burst * times };
            self.fill(party, wider, now)
        });
        paces.max().unwrap_or(RateVerdict::FarOver)
    }

    fn fill(&mut self, party: P, rate: Rate, now: u64) -> RateVerdict {
        let (burst, most) = (rate.burst * THOUSAND, rate.burst * THOUSAND * FAR);
        let before = self.buckets.get(&party).copied();
        let left = before.map_or(0, |bucket| {
            self.touched.remove(&(bucket.at, party));
            // So many requests a second are so many thousandths in a millisecond.
            bucket.level.saturating_sub(rate.per_second.saturating_mul(now.saturating_sub(bucket.at)))
        });
        let level = (left + THOUSAND).min(most);
        self.buckets.insert(party, Bucket { level, at: now });
        self.touched.insert((now, party));
        if self.buckets.len() > self.most
            && let Some((_, oldest)) = self.touched.pop_first()
        {
            self.buckets.remove(&oldest);
        }
        match level {
            within if within <= burst => RateVerdict::Within,
            over if over < most => RateVerdict::Over((over - burst).div_ceil(rate.per_second * THOUSAND)),
            _ => RateVerdict::FarOver,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE: Rate = Rate { per_second: 20, burst: 200 };

    #[test]
    fn people_are_answered_who_goes_on_is_told_to_wait_and_who_goes_on_still_is_not_answered() {
        let mut rates = TokenBuckets::new(10);
        let mut paces = (0..1_000).map(|_| rates.ask(["office"], RATE, 0));
        assert!(paces.by_ref().take(200).all(|pace| pace == RateVerdict::Within));
        assert_eq!(paces.next(), Some(RateVerdict::Over(1)));
        assert_eq!(paces.by_ref().take(197).last(), Some(RateVerdict::Over(10)));
        assert!(paces.skip(1).all(|pace| pace == RateVerdict::FarOver));
        assert_eq!(rates.ask(["other"], RATE, 0), RateVerdict::Within, "nobody else waits");
        assert_eq!(rates.ask(["office"], RATE, 10_100), RateVerdict::Within, "ten seconds later all is well again");
    }

    #[test]
    fn many_networks_of_one_household_ask_no_faster_than_twice_one_of_them() {
        let mut rates = TokenBuckets::new(1_000);
        let answered = (0..600).filter(|number| rates.ask([*number, 10_000], RATE, 0) == RateVerdict::Within).count();
        assert_eq!(answered, 400);
    }

    proptest! {
        #[test]
        fn nobody_is_answered_more_than_the_burst_and_what_runs_out_and_the_map_stays_small(
            steps in prop::collection::vec((0u8..30, 0u64..100), 1..400)
        ) {
            let rate = Rate { per_second: 5, burst: 10 };
            let mut rates = TokenBuckets::new(4);
            let (mut now, mut answered) = (0, 0);
            for (party, pause) in steps {
                now += pause;
                // One that asks all the time is never the one forgotten.
                answered += u64::from(rates.ask([255], rate, now) == RateVerdict::Within);
                let _ = rates.ask([party], rate, now);
                prop_assert!(rates.buckets.len() <= 4 && rates.buckets.len() == rates.touched.len());
                prop_assert!(answered <= 10 + now * 5 / 1_000);
            }
        }
    }
}
