//! At which moments does an invitation end by itself, or the window of a maintenance account?
//!
//! Whatever runs is judged again when a fact changes; that a moment has come is no change of the registry. So the ends stand
//! here in order, and whoever watches the time asks whether one lies between two of its looks.

use std::collections::BTreeMap;
use std::sync::Arc;

use certs::Timestamp;

use crate::record::{Opening, Room, SystemUser};

/// The ends of one kind, each with how many have it. Copies share it until one of them changes it.
#[derive(Clone, Debug, Default)]
pub(super) struct Ends(Arc<BTreeMap<Timestamp, u32>>);

impl Ends {
    /// A room takes the place of the one before it, with the ends of its invitations.
    pub(super) fn put_room(&mut self, before: Option<&Room>, room: &Room) {
        self.put(before.into_iter().flat_map(of_room), of_room(room));
    }

    /// A person takes the place of who they were before it, with the end of their window.
    pub(super) fn put_user(&mut self, before: Option<&SystemUser>, user: &SystemUser) {
        self.put(before.and_then(of_user).into_iter(), of_user(user).into_iter());
    }

    fn put(&mut self, before: impl Iterator<Item = Timestamp> + Clone, after: impl Iterator<Item = Timestamp> + Clone) {
        if before.clone().eq(after.clone()) {
            return;
        }
        let ends = Arc::make_mut(&mut self.0);
        for end in before {
            if let Some(count) = ends.get_mut(&end) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ends.remove(&end);
                }
            }
        }
        for end in after {
            *ends.entry(end).or_default() += 1;
        }
    }

    /// Whether one ends after `before` and not after `now`.
    pub(super) fn between(&self, before: Timestamp, now: Timestamp) -> bool {
        // A range that ends before it begins is none: the clock was set back.
        before < now && self.0.range(before.plus(1)..=now).next().is_some()
    }
}

/// Nobody is in a closed room: nothing ends there.
fn of_room(room: &Room) -> impl Iterator<Item = Timestamp> + Clone {
    room.members.values().filter(|_| room.open).flatten().copied()
}

/// A person's ID is open at any time: nothing ends there.
fn of_user(user: &SystemUser) -> Option<Timestamp> {
    match user.opening {
        Opening::Always | Opening::Within(None) => None,
        Opening::Within(Some(window)) => Some(window.until),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(open: bool, ends: &[(&str, Option<i64>)]) -> Room {
        let members = ends.iter().map(|(id, end)| (id.parse().unwrap(), end.map(Timestamp::from_unix))).collect();
        Room { room: "r-1".parse().unwrap(), open, members }
    }

    #[test]
    fn an_end_is_met_once_by_whoever_looks_before_it_and_after() {
        let mut ends = Ends::default();
        let first = room(true, &[("k.sato", Some(100)), ("m.ito", Some(100)), ("h.abe", None)]);
        ends.put_room(None, &first);
        let between = |ends: &Ends, a, b| ends.between(Timestamp::from_unix(a), Timestamp::from_unix(b));
        assert!(between(&ends, 99, 100) && between(&ends, 0, 500));
        assert!(!between(&ends, 98, 99) && !between(&ends, 100, 500), "at the end itself it has ended");
        assert!(!between(&ends, 500, 0), "a clock that was set back");
        let later = room(true, &[("k.sato", Some(100)), ("m.ito", Some(200))]);
        ends.put_room(Some(&first), &later);
        assert!(between(&ends, 99, 100), "one of the two still ends then");
        ends.put_room(Some(&later), &room(false, &[("k.sato", Some(100)), ("m.ito", Some(200))]));
        assert!(!between(&ends, 0, 500), "nobody is in a closed room");
    }
}
