//! Is it time for another list?

use certs::Timestamp;

use super::entry::RevokedEntry;
use super::listed::{Listed, Unlisted};

/// RFC 5280 asks for no rhythm; a reader who fetches daily is never older than two days.
const DAY: i64 = 86_400;

/// Why another list is due.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Due {
    /// The one that is published does not say what the registry says.
    Changed,
    /// It is a day old, or half of its time is over.
    Old,
    /// None of this CA is there.
    Unlisted,
}

/// Whether, and why.
pub(crate) fn due(published: Result<&Listed, &Unlisted>, entries: &[RevokedEntry], now: Timestamp) -> Option<Due> {
    let Ok(listed) = published else { return Some(Due::Unlisted) };
    if !listed.says(entries) {
        return Some(Due::Changed);
    }
    let life = listed.next_update.unix().saturating_sub(listed.this_update.unix());
    // One that was signed by a clock ahead of ours is as old as it looks to those who read it.
    let old = listed.this_update.plus(DAY.min(life / 2)) <= now || listed.this_update > now.plus(DAY);
    old.then_some(Due::Old)
}

#[cfg(test)]
mod tests {
    use certs::Serial;

    use super::*;
    use crate::crl::Withdrawn;

    const NOW: Timestamp = Timestamp::from_unix(1_795_305_600);

    fn listed(age: i64, life: i64) -> Listed {
        let this_update = NOW.plus(-age);
        Listed { number: 1, this_update, next_update: this_update.plus(life), entries: Vec::new() }
    }

    #[test]
    fn a_list_is_due_daily_in_half_its_life_and_when_it_says_less_than_the_registry() {
        for (age, life, expected) in [
            (0, 7 * DAY, None),
            (DAY - 1, 7 * DAY, None),
            (DAY, 7 * DAY, Some(Due::Old)),
            (DAY / 2, DAY, Some(Due::Old)),
            (-2 * DAY, 7 * DAY, Some(Due::Old)),
        ] {
            assert_eq!(due(Ok(&listed(age, life)), &[], NOW), expected, "{age} of {life}");
        }
        let held = [RevokedEntry { serial: Serial::from_random([7; 16]), since: NOW, withdrawn: Withdrawn::Held }];
        assert_eq!(due(Ok(&listed(0, 7 * DAY)), &held, NOW), Some(Due::Changed));
        for unlisted in [Unlisted::Missing, Unlisted::NotOurs, Unlisted::Unreadable(String::new())] {
            assert_eq!(due(Err(&unlisted), &[], NOW), Some(Due::Unlisted));
        }
    }
}
