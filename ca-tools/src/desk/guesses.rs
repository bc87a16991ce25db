//! How often has this source guessed? Counted before a guess is judged, so that a burst judges no more than may be; what
//! turns out right was no guess.
//!
//! What people forget while the desk is started anew is a few tries of a number with 80 bits.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certs::Timestamp;

use super::meter::{Meter, Rate};
use super::source::{Party, Source};
use crate::ticket::TRIES;

/// Wrong tries of one source, until it has to wait.
const MOST: i64 = 20;
/// Seconds.
const WINDOW: i64 = 15 * 60;
/// One try of a number that does not exist comes back so late that nobody sees the difference from one that does.
const LONG: i64 = 30 * 24 * 60 * 60;
/// Sources and numbers remembered.
const REMEMBERED: usize = 20_000;

/// Guesses by source, and of numbers that do not exist.
#[derive(Clone, Debug)]
pub(super) struct Guesses(Arc<Mutex<GuessCounts>>);

#[derive(Debug)]
struct GuessCounts {
    by_source: Meter<Party>,
    unknown: Meter<String>,
}

/// A guess that counts. Whoever knows better says so; where nobody does, because the one who asked went away, it was wrong.
#[must_use]
#[derive(Debug)]
pub(super) struct Guess {
    guesses: Guesses,
    source: Source,
    record: i64,
}

impl Default for Guesses {
    fn default() -> Self {
        let by_source = Meter::new(Rate { most: MOST, window: WINDOW }, REMEMBERED);
        let unknown = Meter::new(Rate { most: TRIES, window: TRIES * LONG }, REMEMBERED);
        Self(Arc::new(Mutex::new(GuessCounts { by_source, unknown })))
    }
}

impl Guesses {
    /// This source guesses once more.
    ///
    /// # Errors
    /// Seconds it has to wait, as it guessed too often.
    pub(super) fn begin(&self, source: &Source, now: Timestamp) -> Result<Guess, i64> {
        let mut counts = self.lock();
        if let Some(seconds) = counts.by_source.wait(source.each(), now) {
            return Err(seconds);
        }
        let record = counts.by_source.share(source.each(), now);
        counts.by_source.count(source.each(), now);
        Ok(Guess { guesses: self.clone(), source: source.clone(), record })
    }

    /// A number that does not exist was shown: as many tries are left of it as if it did.
    pub(super) fn unknown(&self, number: &str, now: Timestamp) -> i64 {
        let (mut counts, number) = (self.lock(), number.to_owned());
        counts.unknown.count(std::slice::from_ref(&number), now);
        counts.unknown.left(&number, now)
    }

    fn lock(&self) -> MutexGuard<'_, GuessCounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guess {
    /// How much of its guesses its source had used up before, in hundredths: who has guessed wrong waits behind who has not.
    pub(super) fn record(&self) -> i64 {
        self.record
    }

    /// It was right, or nobody judged it.
    pub(super) fn was_none(self) {
        self.guesses.lock().by_source.give_back(self.source.each());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn from(address: &str) -> Source {
        Source::of_address(address)
    }

    /// How many of so many are let through to be judged.
    fn judged(guesses: &Guesses, many: usize, source: impl Fn(usize) -> Source) -> usize {
        (0..many).filter(|number| guesses.begin(&source(*number), NOW).is_ok()).count()
    }

    #[test]
    fn a_source_that_guesses_too_often_waits_and_others_do_not() {
        let guesses = Guesses::default();
        assert_eq!(judged(&guesses, 50, |_| from("192.0.2.1")), 20, "a burst is no way round it");
        let wait = |now| guesses.begin(&from("192.0.2.1"), now).err();
        assert_eq!((wait(NOW), wait(NOW.plus(44))), (Some(45), Some(1)));
        assert_eq!(wait(NOW.plus(45)), None);
        assert_eq!(judged(&guesses, 1, |_| from("192.0.2.2")), 1);
    }

    #[test]
    fn a_48_guesses_as_often_as_four_sources_and_no_more() {
        let guesses = Guesses::default();
        let of_one_48 = |number: usize| from(&format!("2001:db8:1:{number:x}::1"));
        assert_eq!(judged(&guesses, 5_000, of_one_48), 80);
        assert_eq!(judged(&guesses, 5_000, |number| from(&format!("2001:db8:2::{number:x}"))), 20);
        assert_eq!(judged(&guesses, 1, |_| from("2001:db8:3::1")), 1);
    }

    #[test]
    fn who_is_right_does_not_wait_however_often() {
        let guesses = Guesses::default();
        for _ in 0..500 {
            guesses.begin(&from("192.0.2.1"), NOW).unwrap().was_none();
        }
        drop(guesses.begin(&from("192.0.2.1"), NOW).unwrap());
        assert_eq!(judged(&guesses, 50, |_| from("192.0.2.1")), 19, "whoever goes away before it is judged was wrong");
    }

    #[test]
    fn a_number_that_does_not_exist_dies_like_one_that_does() {
        let guesses = Guesses::default();
        let left: Vec<_> = (0..7).map(|_| guesses.unknown("number", NOW)).collect();
        assert_eq!(left, [4, 3, 2, 1, 0, 0, 0]);
        assert_eq!(guesses.unknown("number", NOW.plus(LONG / 2)), 0);
        assert_eq!(guesses.unknown("another", NOW), 4);
    }
}
