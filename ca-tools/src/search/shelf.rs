//! All things of one kind, and those that changed since they were packed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use memchr::memmem::Finder;

use super::packed::{Packed, Rank, Thing};

/// So many changed ones lie beside the others before all are packed anew.
const BESIDE: usize = 2_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Shelf {
    packed: Arc<Packed>,
    /// By their keys; they count instead of those packed.
    changed: BTreeMap<String, Thing>,
}

/// Where a thing lies: of a hundred thousand that are found, few are looked at.
#[derive(Clone, Copy)]
pub(super) enum ThingAt<'a> {
    Packed(&'a Packed, usize),
    Changed(&'a Thing),
}

impl<'a> ThingAt<'a> {
    pub(super) fn key(self) -> &'a str {
        match self {
            Self::Packed(packed, at) => packed.key(at),
            Self::Changed(thing) => thing.key(),
        }
    }

    /// What is shown of it.
    pub(super) fn shown(self) -> [&'a str; 4] {
        match self {
            Self::Packed(packed, at) => packed.shown(at),
            Self::Changed(thing) => thing.shown(),
        }
    }
}

impl Shelf {
    pub(super) fn of(things: Vec<Thing>) -> Self {
        Self { packed: Arc::new(Packed::of(things)), changed: BTreeMap::new() }
    }

    /// This is what holds of it now.
    pub(super) fn put(&mut self, things: impl IntoIterator<Item = Thing>) {
        self.changed.extend(things.into_iter().map(|thing| (thing.key().to_owned(), thing)));
        if self.changed.len() > BESIDE {
            let changed = std::mem::take(&mut self.changed);
            let kept = (0..self.packed.len()).filter(|at| !changed.contains_key(self.packed.key(*at)));
            let kept: Vec<_> = kept.map(|at| self.packed.thing(at)).collect();
            self.packed = Arc::new(Packed::of(kept.into_iter().chain(changed.into_values()).collect()));
        }
    }

    /// What is shown of the thing with this key.
    pub(super) fn shown(&self, key: &str) -> Option<[&str; 4]> {
        let packed = || self.packed.position(key).map(|at| self.packed.shown(at));
        self.changed.get(key).map(Thing::shown).or_else(packed)
    }

    /// Each that this finds, and how well it was found, those that changed first; whether there are more than `most`, of which
    /// the others are not looked at.
    pub(super) fn find<'a>(
        &'a self,
        sought: &Finder<'_>,
        most: usize,
        mut each: impl FnMut(ThingAt<'a>, Rank),
    ) -> bool {
        for thing in self.changed.values() {
            if let Some(rank) = thing.rank(sought) {
                each(ThingAt::Changed(thing), rank);
            }
        }
        let mut found = 0;
        self.packed.find(sought, |at, rank| {
            if found == most {
                found += 1;
                return ControlFlow::Break(());
            }
            found += 1;
            if self.changed.is_empty() || !self.changed.contains_key(self.packed.key(at)) {
                each(ThingAt::Packed(&self.packed, at), rank);
            }
            ControlFlow::Continue(())
        });
        found > most
    }

    /// How many there are, and how many octets they take.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.packed.len() + self.changed.len(), self.packed.octets())
    }

    /// The highest of its keys that are numbers.
    pub(super) fn highest(&self) -> i64 {
        let packed = (0..self.packed.len()).map(|at| self.packed.key(at));
        let keys = packed.chain(self.changed.keys().map(String::as_str));
        keys.filter_map(|key| key.parse().ok()).max().unwrap_or(-1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(key: &str, sought: &str) -> Thing {
        Thing::new([key, "", "", ""], [key.to_owned(), sought.to_owned()])
    }

    fn found(shelf: &Shelf, sought: &str) -> Vec<String> {
        let mut found = Vec::new();
        shelf.find(&Finder::new(sought), usize::MAX, |place, _| found.push(place.key().to_owned()));
        found.sort();
        found
    }

    #[test]
    fn what_changed_counts_as_it_is_now_before_and_after_all_is_packed_anew() {
        let mut shelf = Shelf::of(vec![thing("1", "sato"), thing("2", "suzuki")]);
        shelf.put([thing("1", "takahashi"), thing("3", "sato")]);
        assert_eq!(found(&shelf, "sato"), ["3"]);
        assert_eq!(found(&shelf, "takahashi"), ["1"]);
        let many = (0..=BESIDE).map(|number| thing(&format!("m{number}"), "mori"));
        shelf.put(many.collect::<Vec<_>>());
        assert!(shelf.changed.is_empty());
        assert_eq!(found(&shelf, "mori").len(), BESIDE + 1);
        assert_eq!(found(&shelf, "sato"), ["3"]);
        assert_eq!(found(&shelf, "suzuki"), ["2"]);
        assert_eq!(shelf.highest(), 3);
        let look = |most| {
            let mut found = 0;
            (shelf.find(&Finder::new("mori"), most, |_, _| found += 1), found)
        };
        assert_eq!(look(BESIDE + 1), (false, BESIDE + 1));
        assert_eq!(look(BESIDE), (true, BESIDE), "and the others are not looked at");
    }
}
