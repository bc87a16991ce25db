//! How often has this source guessed wrong? Bounded in number and in memory.
//!
//! What people forget while the desk is started anew is a few tries of a number with 80 bits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use certs::Timestamp;

use crate::ticket::TRIES;

/// Wrong tries of one source within the window, until it has to wait.
const MOST: u32 = 20;
/// Seconds.
const WINDOW: i64 = 15 * 60;
/// Sources and numbers remembered at most; more make room by forgetting the oldest.
const REMEMBERED: usize = 10_000;

/// Wrong guesses by source, and by numbers that do not exist.
#[derive(Clone, Debug, Default)]
pub(super) struct Guesses {
    by_source: Arc<Mutex<HashMap<String, Tally>>>,
    unknown: Arc<Mutex<HashMap<String, Tally>>>,
}

#[derive(Clone, Copy, Debug)]
struct Tally {
    wrong: u32,
    since: Timestamp,
}

impl Guesses {
    /// Seconds this source has to wait, where it guessed too often.
    pub(super) fn wait(&self, source: &str, now: Timestamp) -> Option<i64> {
        let known = self.by_source.lock().ok()?;
        let tally = known.get(source).filter(|tally| tally.wrong >= MOST)?;
        let left = tally.since.unix() + WINDOW - now.unix();
        (left > 0).then_some(left)
    }

    /// This source guessed wrong.
    pub(super) fn wrong(&self, source: &str, now: Timestamp) {
        count(&self.by_source, source, (now, WINDOW));
    }

    /// A number that does not exist was shown: as many tries are left of it as if it did.
    pub(super) fn unknown(&self, number: &str, now: Timestamp) -> i64 {
        (TRIES - i64::from(count(&self.unknown, number, (now, i64::MAX / 4)))).max(0)
    }
}

fn count(tallies: &Mutex<HashMap<String, Tally>>, name: &str, (now, window): (Timestamp, i64)) -> u32 {
    let Ok(mut tallies) = tallies.lock() else { return u32::MAX };
    if tallies.len() >= REMEMBERED && !tallies.contains_key(name) {
        let oldest = tallies.iter().min_by_key(|(_, tally)| tally.since.unix()).map(|(name, _)| name.clone());
        oldest.map(|oldest| tallies.remove(&oldest));
    }
    let tally = tallies.entry(name.to_owned()).or_insert(Tally { wrong: 0, since: now });
    if now.unix() - tally.since.unix() >= window {
        *tally = Tally { wrong: 0, since: now };
    }
    tally.wrong = tally.wrong.saturating_add(1);
    tally.wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_000_000);

    #[test]
    fn a_source_that_guesses_too_often_waits_and_others_do_not() {
        let guesses = Guesses::default();
        for _ in 0..MOST {
            assert_eq!(guesses.wait("192.0.2.1", NOW), None);
            guesses.wrong("192.0.2.1", NOW);
        }
        assert_eq!(guesses.wait("192.0.2.1", NOW), Some(WINDOW));
        assert_eq!(guesses.wait("192.0.2.1", NOW.plus(WINDOW - 1)), Some(1));
        assert_eq!(guesses.wait("192.0.2.1", NOW.plus(WINDOW)), None);
        assert_eq!(guesses.wait("192.0.2.2", NOW), None);
    }

    #[test]
    fn a_number_that_does_not_exist_dies_like_one_that_does() {
        let guesses = Guesses::default();
        let left: Vec<_> = (0..7).map(|_| guesses.unknown("number", NOW)).collect();
        assert_eq!(left, [4, 3, 2, 1, 0, 0, 0]);
        assert_eq!(guesses.unknown("another", NOW), 4);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let guesses = Guesses::default();
        for number in 0..REMEMBERED + 50 {
            guesses.unknown(&number.to_string(), NOW.plus(i64::try_from(number).unwrap()));
        }
        assert_eq!(guesses.unknown.lock().unwrap().len(), REMEMBERED);
    }
}
