//! Many short texts in one long one: what is found by lies side by side, so that looking through all of it is one walk through memory.
//!
//! A thing takes what is shown of it and what it is found by, each sign once, and 16 octets for the two ends: a device about 110
//! octets, a certificate about 120.

use std::ops::ControlFlow;

use memchr::memmem::Finder;

/// Between the parts of a thing.
const PART: char = '\u{1f}';

/// How well something was found; the best first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Rank {
    /// It is its number.
    Number,
    /// It is all of a name, a telephone number, an address.
    Whole,
    /// One of them begins with it; a serial number ends with it.
    Begins,
    /// It stands in one of them.
    Within,
}

impl Rank {
    pub(super) const ALL: [Self; 4] = [Self::Number, Self::Whole, Self::Begins, Self::Within];
}

/// A thing: what is shown of it, what it is found by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Thing {
    shown: String,
    sought: String,
}

impl Thing {
    /// Of what is shown, the key first, and of what it is found by, each already in the form in which it is sought, its number first.
    pub(super) fn new(shown: [&str; 4], sought: impl IntoIterator<Item = String>) -> Self {
        let clean = |part: &str| part.replace(|sign: char| sign.is_control(), " ");
        let shown = shown.map(clean).join("\u{1f}");
        let mut packed = String::from(PART);
        for part in sought {
            if !part.is_empty() {
                packed.push_str(&part);
                packed.push(PART);
            }
        }
        Self { shown, sought: packed }
    }

    pub(super) fn key(&self) -> &str {
        parts(&self.shown)[0]
    }

    pub(super) fn shown(&self) -> [&str; 4] {
        parts(&self.shown)
    }

    /// How well this finds it, if at all.
    pub(super) fn rank(&self, sought: &Finder<'_>) -> Option<Rank> {
        let hits = sought.find_iter(self.sought.as_bytes());
        hits.map(|at| rank(self.sought.as_bytes(), at, sought.needle().len())).min()
    }
}

fn parts(shown: &str) -> [&str; 4] {
    let mut parts = shown.splitn(4, PART);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// How well what stands here, in the packed text of one thing, finds it.
fn rank(packed: &[u8], at: usize, length: usize) -> Rank {
    let begins = at.checked_sub(1).is_some_and(|before| packed[before] == PART as u8);
    let ends = packed.get(at + length) == Some(&(PART as u8));
    match (begins, ends) {
        (true, true) if at == 1 => Rank::Number,
        (true, true) => Rank::Whole,
        (true, false) => Rank::Begins,
        (false, _) => Rank::Within,
    }
}

/// Things of one kind, by their keys.
#[derive(Clone, Debug, Default)]
pub(super) struct Packed {
    shown: String,
    sought: String,
    /// Where each thing ends, in the one and in the other.
    ends: Vec<(usize, usize)>,
}

impl Packed {
    /// Of these, in any order.
    pub(super) fn of(mut things: Vec<Thing>) -> Self {
        things.sort_by(|one, other| one.key().cmp(other.key()));
        let mut packed = Self::default();
        things.iter().for_each(|thing| packed.push(thing));
        packed.shown.shrink_to_fit();
        packed.sought.shrink_to_fit();
        packed.ends.shrink_to_fit();
        packed
    }

    fn push(&mut self, thing: &Thing) {
        self.shown.push_str(&thing.shown);
        self.sought.push_str(&thing.sought);
        self.ends.push((self.shown.len(), self.sought.len()));
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many octets it takes.
    pub(super) fn octets(&self) -> usize {
        self.shown.capacity() + self.sought.capacity() + self.ends.capacity() * size_of::<(usize, usize)>()
    }

    fn begins(&self, at: usize) -> (usize, usize) {
        at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default()
    }

    /// What is shown of the thing in this place.
    pub(super) fn shown(&self, at: usize) -> [&str; 4] {
        let end = self.ends.get(at).map_or(0, |ends| ends.0);
        parts(self.shown.get(self.begins(at).0..end).unwrap_or_default())
    }

    /// The key of the thing in this place.
    pub(super) fn key(&self, at: usize) -> &str {
        let end = self.ends.get(at).map_or(0, |ends| ends.0);
        let shown = self.shown.get(self.begins(at).0..end).unwrap_or_default();
        shown.split(PART).next().unwrap_or_default()
    }

    /// The thing in this place.
    pub(super) fn thing(&self, at: usize) -> Thing {
        let (from, ends) = (self.begins(at), self.ends.get(at).copied().unwrap_or_default());
        let part = |text: &str, from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
        Thing { shown: part(&self.shown, from.0, ends.0), sought: part(&self.sought, from.1, ends.1) }
    }

    /// Where the thing with this key is.
    pub(super) fn position(&self, key: &str) -> Option<usize> {
        let places: &[(usize, usize)] = &self.ends;
        let (mut low, mut high) = (0, places.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.key(middle).cmp(key) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// Each thing that this finds, in the order of the keys, and how well, until it is enough.
    pub(super) fn find(&self, sought: &Finder<'_>, mut each: impl FnMut(usize, Rank) -> ControlFlow<()>) {
        let (text, length) = (self.sought.as_bytes(), sought.needle().len());
        let (mut at, mut best): (usize, Option<Rank>) = (0, None);
        for place in sought.find_iter(text) {
            while self.ends.get(at).is_some_and(|ends| ends.1 <= place) {
                if let Some(rank) = best.take()
                    && each(at, rank).is_break()
                {
                    return;
                }
                at += 1;
            }
            let from = self.begins(at).1;
            let till = self.ends.get(at).map_or(text.len(), |ends| ends.1);
            let found = rank(&text[from..till], place - from, length);
            best = Some(best.map_or(found, |best| best.min(found)));
        }
        if let Some(rank) = best {
            let _ = each(at, rank);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(key: &str, sought: &[&str]) -> Thing {
        Thing::new([key, "名前", "", ""], sought.iter().map(|part| (*part).to_owned()))
    }

    #[test]
    fn each_is_found_once_as_well_as_it_can_be_and_none_over_the_end_of_another() {
        let packed = Packed::of(vec![
            thing("b", &["b2", "xab", "ab"]),
            thing("a", &["ab", "ab"]),
            thing("c", &["c3", "abc"]),
            thing("d", &["d4", "xabx"]),
            thing("e", &["a", "b"]),
        ]);
        let mut found = Vec::new();
        packed.find(&Finder::new("ab"), |at, rank| {
            found.push((packed.shown(at)[0].to_owned(), rank));
            ControlFlow::Continue(())
        });
        let expected = [("a", Rank::Number), ("b", Rank::Whole), ("c", Rank::Begins), ("d", Rank::Within)];
        assert_eq!(found, expected.map(|(key, rank)| (key.to_owned(), rank)));
        for key in ["a", "b", "c", "d", "e"] {
            let at = packed.position(key).unwrap();
            assert_eq!(packed.shown(at)[0], key);
            assert_eq!(packed.thing(at).shown()[1], "名前");
        }
        assert_eq!(packed.position("f"), None);
        assert_eq!(packed.position(""), None);
    }
}
