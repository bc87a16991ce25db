//! How long does a try take at most, how long until the next, and when is it enough?

use std::time::Duration;

use certs::Timestamp;

/// For all of it: connection, greeting, TLS and a login.
pub(crate) const TO_GREET: Duration = Duration::from_secs(20);
/// For the words around a letter: its sender, taking leave.
pub(crate) const TO_ANSWER: Duration = Duration::from_secs(10);
/// The first wait, in seconds: long enough for a server to come back from a restart.
const FIRST: i64 = 10;
/// The longest wait, in seconds: a recipient's server that was away over night has its letters a quarter
/// of an hour after it is back.
const LONGEST: i64 = 900;
/// The same for the house's own mail server, which all letters wait for: it is asked every minute.
const FIRST_REST: i64 = 5;
const LONGEST_REST: i64 = 60;
/// How long a letter is tried: as mail servers do (RFC 5321 §4.5.4.1 asks for four to five days at least).
pub(crate) const DAYS: i64 = 7;

/// Seconds after the try of this number (from 1) until the next: 10 s, doubling, up to 15 min.
#[must_use]
pub fn wait_after(tries: i64) -> i64 {
    doubled(tries, FIRST, LONGEST)
}

/// Seconds for which nothing is tried after the house's mail server failed so many times on end: 5 s, doubling, up to a
/// minute.
pub(crate) fn rest_after(failures: i64) -> i64 {
    doubled(failures, FIRST_REST, LONGEST_REST)
}

fn doubled(times: i64, first: i64, longest: i64) -> i64 {
    let doublings = u32::try_from(times.saturating_sub(1)).unwrap_or_default().min(30);
    (first << doublings).min(longest)
}

/// Whether a letter that was tried since then has been tried for long enough.
pub(crate) fn enough(since: Timestamp, now: Timestamp) -> bool {
    now.unix().saturating_sub(since.unix()) >= DAYS * 86_400
}

/// How long a letter may hold a courier. Short at its first try, so that whoever stalls is soon behind the others; longer
/// at the next ones, for there are honest servers that think for long (RFC 5321 §4.5.3.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Patience {
    /// For its recipient.
    pub(crate) to_be_named: Duration,
    /// For its text: whoever asks again too soon has it delivered twice.
    pub(crate) to_be_taken: Duration,
}

impl Patience {
    /// At the try of this number, from 1.
    pub(crate) fn at(tries: i64) -> Self {
        let (named, taken) = match tries {
            ..=1 => (4, 20),
            2 => (30, 60),
            3.. => (120, 120),
        };
        Self { to_be_named: Duration::from_secs(named), to_be_taken: Duration::from_secs(taken) }
    }

    /// How long such a letter is held, in seconds: longer than the longest try, on an old line and then a new one.
    pub(crate) fn lease(tries: i64) -> i64 {
        /// For recording it.
        const SPARE: i64 = 15;
        let at = Self::at(tries);
        let longest = TO_ANSWER * 3 + TO_GREET + at.to_be_named + at.to_be_taken;
        i64::try_from(longest.as_secs()).unwrap_or(i64::MAX).saturating_add(SPARE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_ten_seconds_to_a_quarter_of_an_hour() {
        let waits: Vec<_> = (1..=9).map(wait_after).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!([wait_after(0), wait_after(-1), wait_after(1_000_000)], [10, 10, 900]);
    }

    #[test]
    fn the_house_s_own_server_is_asked_again_within_a_minute() {
        let rests: Vec<_> = (0..=7).map(rest_after).collect();
        assert_eq!(rests, [5, 5, 10, 20, 40, 60, 60, 60]);
    }

    #[test]
    fn a_letter_is_tried_for_seven_days() {
        let since = Timestamp::from_unix(1_800_000_000);
        assert!(!enough(since, since.plus(7 * 86_400 - 1)));
        assert!(enough(since, since.plus(7 * 86_400)));
    }

    #[test]
    fn a_letter_is_held_for_longer_than_its_longest_try() {
        for tries in [1, 2, 3, 100] {
            let at = Patience::at(tries);
            let longest = TO_GREET + TO_ANSWER * 3 + at.to_be_named + at.to_be_taken;
            assert!(Patience::lease(tries) > i64::try_from(longest.as_secs()).unwrap(), "{tries}");
        }
        assert!(Patience::at(1).to_be_named < Duration::from_secs(5));
    }
}
