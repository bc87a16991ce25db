//! Which places does each party hold, in the order in which they were taken, and who holds most?
//!
//! A party may stand within wider ones (a /64 in its /56 in its /48): a place is held by all of them. Where two hold as much, it
//! is who holds theirs for longer that gives way; and who holds no more than a browser opens at once is not greedy at all.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// Places by party. Who holds none is forgotten, so that the map is never larger than the places there are.
#[derive(Debug)]
pub struct ConnectionCounts<P> {
    parties: HashMap<P, Held<P>>,
    ranked: BTreeSet<Rank<P>>,
    total: usize,
}

/// A browser opens so many connections to a site at once and means no harm.
const MODEST: usize = 4;
/// What a place of the narrowest party weighs; half of it in each wider one, which may hold twice as much.
const WEIGHT: usize = 4;

#[derive(Debug)]
struct Held<P> {
    width: usize,
    places: BTreeSet<u64>,
    within: BTreeSet<Rank<P>>,
}

/// The last in this order gives way first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Rank<P> {
    greed: usize,
    oldest: Reverse<u64>,
    party: P,
}

impl<P> Default for ConnectionCounts<P> {
    fn default() -> Self {
        Self { parties: HashMap::new(), ranked: BTreeSet::new(), total: 0 }
    }
}

impl<P: Copy> Held<P> {
    fn rank(&self, party: P) -> Option<Rank<P>> {
        let oldest = self.places.first()?;
        let greed = ((self.places.len() * WEIGHT) >> self.width).max(MODEST * WEIGHT);
        Some(Rank { greed, oldest: Reverse(*oldest), party })
    }
}

impl<P: Copy + Eq + Hash + Ord> ConnectionCounts<P> {
    /// The place of this number is taken, by these parties from the narrowest to the widest. Numbers rise with time.
    pub fn take(&mut self, number: u64, parties: &[P]) {
        if self.holds(number, parties) {
            return;
        }
        self.total += 1;
        self.change(parties, |places| {
            places.insert(number);
        });
    }

    /// The place is free again; one that was not taken changes nothing.
    pub fn free(&mut self, number: u64, parties: &[P]) {
        if !self.holds(number, parties) {
            return;
        }
        self.total -= 1;
        self.change(parties, |places| {
            places.remove(&number);
        });
    }

    /// How many this party holds.
    #[must_use]
    pub fn of(&self, party: P) -> usize {
        self.parties.get(&party).map_or(0, |held| held.places.len())
    }

    /// How many are taken.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// Who holds most; the narrowest party of it.
    #[must_use]
    pub fn heaviest(&self) -> Option<P> {
        self.ranked.last().map(|rank| self.heaviest_within(rank.party))
    }

    /// Who holds most of what this party holds.
    #[must_use]
    pub fn heaviest_within(&self, mut party: P) -> P {
        while let Some(rank) = self.parties.get(&party).and_then(|held| held.within.last()) {
            party = rank.party;
        }
        party
    }

    /// All parties of any width, the greediest first, and how many more than a modest one each of them holds.
    pub fn by_weight(&self) -> impl Iterator<Item = (P, usize)> {
        self.ranked.iter().rev().map(|rank| {
            let beyond = |held: &Held<P>| held.places.len().saturating_sub(MODEST << held.width);
            (rank.party, self.parties.get(&rank.party).map_or(0, beyond))
        })
    }

    /// The places of this party, the oldest first.
    pub fn places_of(&self, party: P) -> impl Iterator<Item = u64> {
        self.parties.get(&party).into_iter().flat_map(|held| held.places.iter().copied())
    }

    fn holds(&self, number: u64, parties: &[P]) -> bool {
        let narrowest = parties.first().and_then(|party| self.parties.get(party));
        narrowest.is_some_and(|held| held.places.contains(&number))
    }

    fn change(&mut self, parties: &[P], change: impl Fn(&mut BTreeSet<u64>)) {
        for (width, party) in parties.iter().enumerate() {
            let nothing = || Held { width, places: BTreeSet::new(), within: BTreeSet::new() };
            let held = self.parties.entry(*party).or_insert_with(nothing);
            let before = held.rank(*party);
            change(&mut held.places);
            let after = held.rank(*party);
            if after.is_none() {
                self.parties.remove(party);
            }
            if before == after {
                continue;
            }
            replace(&mut self.ranked, before, after);
            if let Some(wider) = parties.get(width + 1) {
                let nothing = || Held { width: width + 1, places: BTreeSet::new(), within: BTreeSet::new() };
                replace(&mut self.parties.entry(*wider).or_insert_with(nothing).within, before, after);
            }
        }
    }
}

fn replace<P: Ord>(ranks: &mut BTreeSet<Rank<P>>, before: Option<Rank<P>>, after: Option<Rank<P>>) {
    if let Some(before) = before {
        ranks.remove(&before);
    }
    if let Some(after) = after {
        ranks.insert(after);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_holds_most_gives_way_and_of_two_who_holds_it_for_longer() {
        let mut places = ConnectionCounts::default();
        for number in 0..20 {
            places.take(number, &[if number % 2 == 0 { "one" } else { "other" }]);
        }
        assert_eq!(places.heaviest(), Some("one"), "as much, and for longer");
        places.take(20, &["other"]);
        assert_eq!(places.heaviest(), Some("other"));
        places.free(1, &["other"]);
        assert_eq!((places.heaviest(), places.places_of("one").next()), (Some("one"), Some(0)));
        for number in 0..21 {
            places.free(number, &["one"]);
            places.free(number, &["other"]);
        }
        assert_eq!((places.heaviest(), places.total(), places.parties.len()), (None, 0, 0), "who is gone is forgotten");
    }

    #[test]
    fn a_browser_s_connections_are_no_greed_beside_those_that_stand_for_longer() {
        let mut places = ConnectionCounts::default();
        places.take(1, &["patient"]);
        for number in 2..=5 {
            places.take(number, &["browser"]);
        }
        assert_eq!(places.heaviest(), Some("patient"));
        places.take(6, &["browser"]);
        assert_eq!(places.heaviest(), Some("browser"));
    }

    #[test]
    fn many_networks_of_one_household_are_as_greedy_as_one_that_holds_half_as_much() {
        let mut places = ConnectionCounts::default();
        let (household, site) = ("/56", "/48");
        for (number, network) in ["a", "b", "c", "d", "e", "f", "g", "h"].iter().cycle().take(40).enumerate() {
            places.take(number as u64, &[*network, household, site]);
        }
        for number in 100..119 {
            places.take(number, &["alone"]);
        }
        assert_eq!((places.of(household), places.of("a")), (40, 5));
        assert_eq!(places.heaviest(), Some("a"), "the oldest of the household's equals");
        places.take(119, &["alone"]);
        places.take(120, &["alone"]);
        assert_eq!(places.heaviest(), Some("alone"));
        places.take(41, &["h", household, site]);
        assert_eq!(places.heaviest_within(site), "h");
    }

    proptest! {
        #[test]
        fn every_width_counts_the_same_places_and_all_is_forgotten_in_the_end(
            steps in prop::collection::vec((0u64..40, 0u8..8, any::<bool>()), 0..120)
        ) {
            let mut places = ConnectionCounts::default();
            let mut held = std::collections::BTreeMap::new();
            let chain = |narrow: u8| [(0, narrow), (1, narrow / 2), (2, narrow / 4)];
            for (number, narrow, takes) in steps {
                if takes {
                    let narrow = *held.entry(number).or_insert(narrow);
                    places.take(number, &chain(narrow));
                } else if let Some(narrow) = held.remove(&number) {
                    places.free(number, &chain(narrow));
                }
                prop_assert_eq!(places.total(), held.len());
                for width in 0..3_u8 {
                    let of = |party| held.values().filter(|narrow| chain(**narrow)[usize::from(width)].1 == party).count();
                    for party in 0..8 {
                        prop_assert_eq!(places.of((width, party)), of(party));
                    }
                }
                let most = places.heaviest();
                prop_assert_eq!(most.is_none(), held.is_empty());
                prop_assert!(most.is_none_or(|(width, _)| width == 0));
                let beyond = |(party, beyond): ((u8, u8), usize)| beyond == places.of(party).saturating_sub(4 << party.0);
                prop_assert!(places.by_weight().all(beyond));
                prop_assert_eq!(places.by_weight().count(), places.parties.len());
            }
            for (number, narrow) in held {
                places.free(number, &chain(narrow));
            }
            prop_assert!(places.parties.is_empty() && places.ranked.is_empty());
        }
    }
}
