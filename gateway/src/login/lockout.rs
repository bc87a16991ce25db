//! May another guess be made?
//!
//! A guess is **reserved before** the password is looked at, as if it had failed, so that a hundred parallel guesses
//! are a hundred, not one. A right password takes its reservation back. Whoever keeps the counts writes a device's and an
//! ID's back together, and only if nobody was faster, so this rule need not be told to Redis in another language.

use certs::Timestamp;

/// How many failures, in which time, cause which pause. All in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Failures within the window until the next guess has to wait.
    pub most: usize,
    /// The time in which they count together.
    pub window: i64,
    /// How long the next guess waits after the last failure.
    pub pause: i64,
}

/// Of an ID: 5 in 15 minutes lock it for 30 (ARCHITECTURE.md#what-the-guideline-asks). A lock's pause is longer than its window, so it starts anew after it.
pub const ID: Rule = Rule { most: 5, window: 15 * 60, pause: 30 * 60 };

/// Of a device: 30 in 15 minutes, and from there on one guess a minute. Slowed, not locked: a device is shared, and the
/// page asks people to wait for a minute (KW-303).
pub const DEVICE: Rule = Rule { most: 30, window: 15 * 60, pause: 60 };

/// The failures that may still count, oldest first.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FailureWindow(Vec<Timestamp>);

/// No guess before `until`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LockedUntil {
    /// The first second of the next guess.
    pub until: Timestamp,
}

impl FailureWindow {
    /// Counts a guess as failed, if one may be made. Failures up to `counts_from` (an operator unlocked the ID or gave
    /// it a new password then) are forgotten. Returns the new window and the time under which the guess stands in it.
    ///
    /// # Errors
    /// [`LockedUntil`].
    pub fn reserve(
        mut self,
        rule: &Rule,
        now: Timestamp,
        counts_from: Timestamp,
    ) -> Result<(Self, Timestamp), LockedUntil> {
        self.0.retain(|failure| *failure > counts_from);
        if self.0.len() >= rule.most
            && let Some(last) = self.0.last()
            && now < last.plus(rule.pause)
        {
            return Err(LockedUntil { until: last.plus(rule.pause) });
        }
        self.0.retain(|failure| *failure > now.plus(-rule.window));
        if self.0.len() >= rule.most {
            self.0.remove(0);
        }
        // Whoever guesses knows of the unlocking already, so the guess counts though both fall into one second.
        let at = now.max(counts_from.plus(1));
        let place = self.0.partition_point(|failure| *failure <= at);
        self.0.insert(place, at);
        Ok((self, at))
    }

    /// Takes a reservation back.
    #[must_use]
    pub fn withdraw(mut self, at: Timestamp) -> Self {
        if let Some(place) = self.0.iter().rposition(|failure| *failure == at) {
            self.0.remove(place);
        }
        self
    }

    /// Seconds after which the window says nothing any more.
    #[must_use]
    pub fn keep(&self, rule: &Rule, now: Timestamp) -> i64 {
        self.0
            .last()
            .map_or(0, |last| last.unix().saturating_sub(now.unix()))
            .saturating_add(rule.window.max(rule.pause))
    }

    /// Eight bytes a failure; nothing for none.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.0.iter().flat_map(|failure| failure.unix().to_be_bytes()).collect()
    }

    /// Reads what [`Self::encode`] wrote. What cannot be read counts nothing: it would be there for an hour at most.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Self {
        let (whole, _) = bytes.as_chunks::<8>();
        let mut failures: Vec<_> = whole.iter().map(|time| Timestamp::from_unix(i64::from_be_bytes(*time))).collect();
        failures.sort_unstable();
        Self(failures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_unix(1_790_000_000);
    const NEVER: Timestamp = Timestamp::from_unix(0);

    fn after(rule: &Rule, failures: &[i64]) -> FailureWindow {
        failures.iter().fold(FailureWindow::default(), |tally, second| {
            tally.reserve(rule, NOON.plus(*second), NEVER).expect("not held yet").0
        })
    }

    #[test]
    fn five_failures_in_15_minutes_lock_an_id_for_30() {
        let held = |failures: &[i64], now: i64| after(&ID, failures).reserve(&ID, NOON.plus(now), NEVER).err();
        let until = |second: i64| Some(LockedUntil { until: NOON.plus(second) });
        for (failures, now, expected) in [
            ([0, 1, 2, 3].as_slice(), 4, None),
            (&[0, 1, 2, 3, 4], 5, until(1804)),
            (&[0, 0, 0, 0, 0], 0, until(1800)),
            (&[0, 1, 2, 3, 899], 900, until(2699)),
            (&[0, 1, 2, 3, 899], 2698, until(2699)),
            (&[0, 1, 2, 3, 899], 2699, None),
            (&[0, 1, 2, 3, 900], 900, None),
            (&[0, 300, 600, 900, 1200, 1500, 1800], 2100, None),
        ] {
            assert_eq!(held(failures, now), expected, "{failures:?} then {now}");
        }
    }

    #[test]
    fn a_lock_that_is_over_starts_anew() {
        let mut tally = after(&ID, &[0, 1, 2, 3, 4]);
        for second in 1804..1809 {
            tally = tally.reserve(&ID, NOON.plus(second), NEVER).unwrap().0;
        }
        assert_eq!(tally.reserve(&ID, NOON.plus(1809), NEVER), Err(LockedUntil { until: NOON.plus(1808 + 1800) }));
    }

    #[test]
    fn a_device_with_30_failures_gets_one_guess_a_minute() {
        let mut tally = after(&DEVICE, &[0; 30]);
        for minute in 1..=10 {
            let early = tally.clone().reserve(&DEVICE, NOON.plus(60 * minute - 1), NEVER);
            assert_eq!(early, Err(LockedUntil { until: NOON.plus(60 * minute) }));
            tally = tally.reserve(&DEVICE, NOON.plus(60 * minute), NEVER).unwrap().0;
        }
        assert!(tally.reserve(&DEVICE, NOON.plus(900 + 601), NEVER).is_ok());
    }

    #[test]
    fn a_failure_before_the_unlocking_counts_no_more_and_one_after_it_does() {
        let locked = after(&ID, &[0, 0, 0, 0, 0]);
        let mut tally = locked.reserve(&ID, NOON, NOON).expect("unlocked in the same second").0;
        for _ in 0..4 {
            tally = tally.reserve(&ID, NOON, NOON).expect("five new guesses").0;
        }
        assert_eq!(tally.clone().reserve(&ID, NOON, NOON), Err(LockedUntil { until: NOON.plus(1801) }));
        assert!(tally.reserve(&ID, NOON.plus(5), NOON.plus(5)).is_ok(), "unlocked once more");
    }

    #[test]
    fn a_reservation_that_is_taken_back_leaves_no_trace() {
        let four = after(&ID, &[0, 1, 2, 3]);
        let (five, at) = four.clone().reserve(&ID, NOON.plus(3), NEVER).unwrap();
        assert_eq!(five.withdraw(at), four);
        assert_eq!(four.clone().withdraw(NOON.plus(9)), four);
    }

    #[test]
    fn a_tally_is_read_back_as_it_was_written() {
        let tally = after(&ID, &[0, 7, 7]);
        assert_eq!(FailureWindow::decode(&tally.encode()), tally);
        assert_eq!(tally.keep(&ID, NOON.plus(7)), 1800);
        assert!(FailureWindow::default().encode().is_empty());
        assert_eq!(FailureWindow::decode(b"short"), FailureWindow::default());
    }
}
