//! How much may strangers make us do? So many mails and so many forms: by source, by address, and for everybody a day.
//!
//! Kept in memory and bounded there: what a restart forgets is a day's count.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use certs::Timestamp;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;
/// Names remembered at most; more make room by forgetting the oldest.
const REMEMBERED: usize = 20_000;

/// What somebody makes us do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Act {
    /// A mail is asked for.
    Ask,
    /// A mail goes out to this address, whoever asked.
    Mail,
    /// A form is judged.
    Judge,
    /// A form is kept.
    Keep,
}

impl Act {
    /// How often within how long: by source, by address, by everybody.
    fn bounds(self) -> [(u32, i64); 3] {
        match self {
            Self::Ask => [(20, HOUR), (3, HOUR), (5_000, DAY)],
            Self::Mail => [(3, HOUR), (3, HOUR), (2_000, DAY)],
            Self::Judge => [(300, HOUR), (300, HOUR), (100_000, DAY)],
            Self::Keep => [(60, HOUR), (60, DAY), (5_000, DAY)],
        }
    }
}

/// Counts of what was done, by whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits(Arc<Mutex<HashMap<String, Tally>>>);

#[derive(Clone, Copy, Debug)]
struct Tally {
    done: u32,
    since: Timestamp,
}

/// Too often; after so many seconds it may be tried again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TooOften(pub(crate) i64);

impl Limits {
    /// Counts an act of this source towards this address, or says how long it has to wait. What is refused is not counted.
    pub(crate) fn count(&self, act: Act, (source, address): (&str, &str), now: Timestamp) -> Result<(), TooOften> {
        let Ok(mut tallies) = self.0.lock() else { return Err(TooOften(HOUR)) };
        let names = [format!("{act:?} from {source}"), format!("{act:?} to {address}"), format!("{act:?}")];
        for (name, (most, window)) in names.iter().zip(act.bounds()) {
            let Some(tally) = tallies.get(name) else { continue };
            let left = tally.since.unix() + window - now.unix();
            if left > 0 && tally.done >= most {
                return Err(TooOften(left));
            }
        }
        for (name, (_, window)) in names.into_iter().zip(act.bounds()) {
            make_room(&mut tallies, &name);
            let tally = tallies.entry(name).or_insert(Tally { done: 0, since: now });
            if now.unix() - tally.since.unix() >= window {
                *tally = Tally { done: 0, since: now };
            }
            tally.done += 1;
        }
        Ok(())
    }
}

fn make_room(tallies: &mut HashMap<String, Tally>, name: &str) {
    if tallies.len() < REMEMBERED || tallies.contains_key(name) {
        return;
    }
    // A quarter at once, so that the next ones find room without looking.
    let mut since: Vec<_> = tallies.values().map(|tally| tally.since).collect();
    let (_, oldest, _) = since.select_nth_unstable(REMEMBERED / 4);
    let oldest = *oldest;
    tallies.retain(|_, tally| tally.since > oldest);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_000_000);

    #[test]
    fn one_address_is_not_flooded_however_many_ask() {
        let limits = Limits::default();
        for source in ["a", "b", "c"] {
            assert_eq!(limits.count(Act::Ask, (source, "x@example.jp"), NOW), Ok(()));
        }
        assert_eq!(limits.count(Act::Ask, ("d", "x@example.jp"), NOW.plus(1)), Err(TooOften(HOUR - 1)));
        assert_eq!(limits.count(Act::Ask, ("d", "y@example.jp"), NOW), Ok(()));
        assert_eq!(limits.count(Act::Ask, ("d", "x@example.jp"), NOW.plus(HOUR)), Ok(()));
    }

    #[test]
    fn one_source_does_not_flood_many_addresses_and_nobody_does_together() {
        let limits = Limits::default();
        for address in 0..20 {
            assert_eq!(limits.count(Act::Ask, ("a", &address.to_string()), NOW), Ok(()));
        }
        assert!(limits.count(Act::Ask, ("a", "x"), NOW).is_err());
        for source in 20..5_000 {
            assert_eq!(limits.count(Act::Ask, (&source.to_string(), &source.to_string()), NOW), Ok(()));
        }
        assert_eq!(limits.count(Act::Ask, ("z", "z"), NOW), Err(TooOften(DAY)));
        assert_eq!(limits.count(Act::Keep, ("z", "z"), NOW), Ok(()), "each act for itself");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let limits = Limits::default();
        for number in 0..15_000_i64 {
            let _ = limits.count(Act::Judge, (&number.to_string(), &number.to_string()), NOW.plus(number));
        }
        assert!(limits.0.lock().unwrap().len() <= REMEMBERED);
    }
}
