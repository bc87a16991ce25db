//! Who has lately shown something that counts for them? Remembered for a while, and never more than so many.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// Parties and when they last showed it, in milliseconds of any clock that goes on.
#[derive(Debug)]
pub(super) struct RecentlySeen<P> {
    shown: HashMap<P, u64>,
    by_time: BTreeSet<(u64, P)>,
    most: usize,
    remembered: u64,
}

/// As exact as it need be, so that who shows it all the time costs little.
const MINUTE: u64 = 60_000;

impl<P: Copy + Eq + Hash + Ord> RecentlySeen<P> {
    /// Remembers so many, for so long; whose time is the longest ago gives way.
    #[must_use]
    pub(super) fn new(most: usize, remembered: u64) -> Self {
        Self { shown: HashMap::new(), by_time: BTreeSet::new(), most, remembered }
    }

    /// It was shown now.
    pub(super) fn show(&mut self, party: P, now: u64) {
        if let Some(before) = self.shown.get(&party).copied() {
            if now.saturating_sub(before) < MINUTE {
                return;
            }
            self.by_time.remove(&(before, party));
        }
        self.shown.insert(party, now);
        self.by_time.insert((now, party));
        if self.shown.len() > self.most
            && let Some((_, oldest)) = self.by_time.pop_first()
        {
            self.shown.remove(&oldest);
        }
    }

    /// Whether it was shown lately.
    #[must_use]
    pub(super) fn has_shown(&self, party: P, now: u64) -> bool {
        self.shown.get(&party).is_some_and(|shown| now.saturating_sub(*shown) <= self.remembered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_remembered_for_a_while_and_the_longest_ago_gives_way() {
        let mut recent = RecentlySeen::new(2, 10 * MINUTE);
        recent.show("one", 0);
        assert!(recent.has_shown("one", 10 * MINUTE) && !recent.has_shown("one", 10 * MINUTE + 1));
        recent.show("other", MINUTE);
        recent.show("one", 2 * MINUTE);
        recent.show("third", 3 * MINUTE);
        let now = 4 * MINUTE;
        assert_eq!(["one", "other", "third"].map(|party| recent.has_shown(party, now)), [true, false, true]);
        for number in 0..1_000 {
            recent.show(["a", "b", "c", "d"][number % 4], now);
        }
        assert_eq!((recent.shown.len(), recent.by_time.len()), (2, 2));
    }
}
