//! Days and minutes as people in Kashiwa write them.

use certs::Timestamp;
use pages::{Language, calendar};

/// `2026年11月23日 9時05分`, in Japan.
pub(crate) fn minute(at: Timestamp) -> String {
    calendar::minute(Language::Japanese, at)
}

/// `2026年11月23日`, in Japan.
pub(crate) fn day(at: Timestamp) -> String {
    calendar::day(Language::Japanese, at)
}

/// The last day, or minute, of what ends with this second: what ends at midnight lasts until the day before.
pub(crate) fn last_day(until: Timestamp) -> String {
    let last = until.plus(-1);
    if day(last) == day(until) { minute(until) } else { day(last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_a_clock_in_kashiwa_shows_them() {
        let at = Timestamp::from_unix(1_795_392_300);
        assert_eq!(minute(at), "2026年11月23日 9時05分");
        assert_eq!(day(at), "2026年11月23日");
        // Until midnight is until the day before it.
        assert_eq!(last_day(Timestamp::from_unix(1_795_359_600)), "2026年11月22日");
        assert_eq!(last_day(at), "2026年11月23日 9時05分");
    }
}
