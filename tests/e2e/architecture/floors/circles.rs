//! Which of these know each other in a circle?

use std::collections::{BTreeMap, BTreeSet};

/// Every set of more than one that reach each other, the greatest first.
pub(super) fn circles<T: Ord + Clone>(edges: &BTreeSet<(T, T)>) -> Vec<BTreeSet<T>> {
    let all: BTreeSet<&T> = edges.iter().flat_map(|(from, to)| [from, to]).collect();
    let reached: BTreeMap<&T, BTreeSet<&T>> = all.iter().map(|from| (*from, reach::<T>(from, edges))).collect();
    let mut found: Vec<BTreeSet<T>> = Vec::new();
    for one in all {
        let with: BTreeSet<T> =
            reached[one].iter().filter(|other| reached[**other].contains(one)).map(|other| (*other).clone()).collect();
        if with.len() > 1 && !found.contains(&with) {
            found.push(with);
        }
    }
    found.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    found
}

fn reach<'a, T: Ord>(from: &T, edges: &'a BTreeSet<(T, T)>) -> BTreeSet<&'a T> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&T> = edges.iter().filter(|(one, _)| one == from).map(|(_, to)| to).collect();
    while let Some(one) = next.pop() {
        if reached.insert(one) {
            next.extend(edges.iter().filter(|(other, _)| other == one).map(|(_, to)| to));
        }
    }
    reached
}
