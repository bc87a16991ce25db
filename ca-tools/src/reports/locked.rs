//! Is an ID locked after failed logins, and until when? As far as the gateways told.
//!
//! The lock itself lies with the gateways, in the store of their sessions. They tell each failure and each login that was
//! turned away, so who answers the telephone need not ask operations.

use certs::Timestamp;

/// So many failures within [`WINDOW`] seconds lock an ID for [`PAUSE`] seconds after the last (gateway/README.md#its-own-paths).
const MOST: usize = 5;
const WINDOW: i64 = 15 * 60;
const PAUSE: i64 = 30 * 60;
/// Nothing that was told longer ago can still matter.
pub(crate) const MATTERS: i64 = WINDOW + PAUSE;

/// What became of a login.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Login {
    /// The password was another one.
    Failed,
    /// The ID was locked already.
    TurnedAway,
}

impl Login {
    /// As an access line says it; none of what says nothing of a lock.
    pub(crate) fn of(reason: &str) -> Option<Self> {
        match reason {
            "wrong_password" => Some(Self::Failed),
            "locked" => Some(Self::TurnedAway),
            _ => None,
        }
    }
}

/// Until when, at the latest; none where nothing shows a lock. Failures up to `counts_from` were forgiven.
pub(crate) fn locked_until(told: &[(Timestamp, Login)], counts_from: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let mut told: Vec<_> = told.iter().copied().filter(|(at, _)| *at > counts_from).collect();
    told.sort_by_key(|(at, _)| *at);
    let mut failures: Vec<Timestamp> = Vec::new();
    let mut until = None;
    for (at, login) in told {
        match login {
            Login::Failed => {
                failures.retain(|failure| *failure > at.plus(-WINDOW));
                failures.push(at);
                if failures.len() >= MOST {
                    until = Some(at.plus(PAUSE));
                }
            }
            // Whose failures were not told was locked all the same; the last of them was before.
            Login::TurnedAway if until.is_none_or(|until| until <= at) => until = Some(at.plus(PAUSE)),
            Login::TurnedAway => {}
        }
    }
    until.filter(|until| *until > now)
}

#[cfg(test)]
mod tests {
    use super::Login::{Failed, TurnedAway};
    use super::*;

    const NOON: Timestamp = Timestamp::from_unix(1_800_000_000);
    const EVER: Timestamp = Timestamp::from_unix(0);

    fn until(told: &[(i64, Login)], counts_from: Timestamp, now: i64) -> Option<i64> {
        let told: Vec<_> = told.iter().map(|(at, login)| (NOON.plus(*at), *login)).collect();
        locked_until(&told, counts_from, NOON.plus(now)).map(|until| until.unix() - NOON.unix())
    }

    #[test]
    fn the_fifth_failure_within_a_quarter_of_an_hour_locks_for_half_an_hour() {
        let five = [(0, Failed), (60, Failed), (120, Failed), (240, Failed), (899, Failed)];
        assert_eq!(until(&five[..4], EVER, 300), None);
        assert_eq!(until(&five, EVER, 900), Some(899 + 1_800));
        assert_eq!(until(&five, EVER, 899 + 1_800), None, "over");
        let slow = [(0, Failed), (60, Failed), (120, Failed), (240, Failed), (900, Failed)];
        assert_eq!(until(&slow, EVER, 901), None);
        let turned_away = [&five[..], &[(1_000, TurnedAway)]].concat();
        assert_eq!(until(&turned_away, EVER, 1_001), Some(899 + 1_800), "being turned away locks no longer");
    }

    #[test]
    fn what_was_forgiven_locks_nobody() {
        let five = [(0, Failed), (1, Failed), (2, Failed), (3, Failed), (4, Failed), (5, TurnedAway)];
        assert_eq!(until(&five, NOON.plus(10), 11), None);
        assert_eq!(until(&five, NOON.plus(2), 11), Some(5 + 1_800), "it was turned away after that");
    }

    #[test]
    fn one_whose_failures_were_not_told_is_locked_for_half_an_hour_at_most() {
        assert_eq!(until(&[(0, TurnedAway)], EVER, 60), Some(1_800));
        assert_eq!(until(&[(0, TurnedAway)], EVER, 1_800), None);
    }
}
