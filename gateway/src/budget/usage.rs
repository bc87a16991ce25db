//! What each party holds of one bounded thing, and who holds most.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// Amounts of one thing (connections, octets, requests in flight) by party. Who holds nothing is forgotten, so that the
/// map is as large as the whole bound and never as large as what a stranger can name.
#[derive(Debug)]
pub struct Usage<P> {
    held: HashMap<P, u64>,
    ranked: BTreeSet<(u64, P)>,
    total: u64,
}

impl<P> Default for Usage<P> {
    fn default() -> Self {
        Self { held: HashMap::new(), ranked: BTreeSet::new(), total: 0 }
    }
}

impl<P: Clone + Eq + Hash + Ord> Usage<P> {
    /// The party holds so much more; says how much it holds now.
    pub fn take(&mut self, party: &P, amount: u64) -> u64 {
        self.total = self.total.saturating_add(amount);
        let now = self.of(party).saturating_add(amount);
        self.set(party, now);
        now
    }

    /// The party holds so much less; never less than nothing.
    pub fn give_back(&mut self, party: &P, amount: u64) {
        let held = self.of(party);
        let given = amount.min(held);
        self.total = self.total.saturating_sub(given);
        self.set(party, held - given);
    }

    /// What this party holds.
    #[must_use]
    pub fn of(&self, party: &P) -> u64 {
        self.held.get(party).copied().unwrap_or(0)
    }

    /// What all hold together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many parties hold anything.
    #[must_use]
    pub fn parties(&self) -> usize {
        self.held.len()
    }

    /// Who holds most, and how much: who gives way when the whole is full.
    #[must_use]
    pub fn heaviest(&self) -> Option<(&P, u64)> {
        self.ranked.last().map(|(amount, party)| (party, *amount))
    }

    fn set(&mut self, party: &P, amount: u64) {
        if let Some(before) = self.held.remove(party) {
            self.ranked.remove(&(before, party.clone()));
        }
        if amount > 0 {
            self.held.insert(party.clone(), amount);
            self.ranked.insert((amount, party.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_greediest_is_who_holds_most_and_who_is_gone_is_forgotten() {
        let mut usage = Usage::default();
        assert_eq!(usage.heaviest(), None);
        assert_eq!((usage.take(&"one", 2), usage.take(&"other", 3)), (2, 3));
        assert_eq!(usage.heaviest(), Some((&"other", 3)));
        usage.give_back(&"other", 2);
        assert_eq!(usage.heaviest(), Some((&"one", 2)));
        usage.give_back(&"one", 5);
        assert_eq!((usage.of(&"one"), usage.total(), usage.parties()), (0, 1, 1));
    }

    proptest! {
        #[test]
        fn the_total_is_the_sum_and_nobody_holds_more_than_the_greediest(
            steps in prop::collection::vec((0u8..6, 0u64..9, any::<bool>()), 0..60)
        ) {
            let mut usage = Usage::default();
            for (party, amount, takes) in steps {
                if takes {
                    usage.take(&party, amount);
                } else {
                    usage.give_back(&party, amount);
                }
                let each: Vec<u64> = (0..6).map(|party| usage.of(&party)).collect();
                prop_assert_eq!(usage.total(), each.iter().sum::<u64>());
                prop_assert_eq!(usage.heaviest().map_or(0, |(_, most)| most), each.iter().copied().max().unwrap_or(0));
                prop_assert_eq!(usage.parties(), each.iter().filter(|held| **held > 0).count());
            }
        }
    }
}
