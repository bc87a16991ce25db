//! Time as decisions see it: whole seconds since 1970, handed in, never looked up.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::offset;
use time::{OffsetDateTime, UtcOffset};

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// Japan keeps no summer time; every reader of our pages and logs is there.
const JAPAN: UtcOffset = offset!(+9);

impl Timestamp {
    /// This many seconds since 1970.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// So many seconds later (or earlier).
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Whole days from `self` until `later`, rounded down; negative if that has passed.
    #[must_use]
    pub const fn days_until(self, later: Self) -> i64 {
        (later.0 - self.0).div_euclid(86_400)
    }

    /// The 年度 of its day in Japan, April to March, by the year in which it begins.
    #[must_use]
    pub fn fiscal_year(self) -> i64 {
        let day = self.in_japan().date();
        i64::from(day.year()) - i64::from(u8::from(day.month()) < 4)
    }

    /// The moment in Japan's time zone; the epoch where a calendar cannot hold it.
    #[must_use]
    pub fn in_japan(self) -> OffsetDateTime {
        let held = OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|at| at.checked_to_offset(JAPAN));
        // Years that RFC 3339 can write.
        let held = held.filter(|at| (0..=9999).contains(&at.year()));
        held.unwrap_or(OffsetDateTime::UNIX_EPOCH.to_offset(JAPAN))
    }
}

/// RFC 3339 with Japan's offset.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_japan().format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

/// From when until when, both seconds included (RFC 5280 §4.1.2.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Validity {
    /// The first second.
    pub not_before: Timestamp,
    /// The last second.
    pub not_after: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_printed_as_a_clock_in_kashiwa_shows_it() {
        assert_eq!(Timestamp::from_unix(0).to_string(), "1970-01-01T09:00:00+09:00");
    }

    #[test]
    fn no_second_is_so_far_away_that_it_cannot_be_printed() {
        // The last second of a calendar in Greenwich is one too late in Japan; before the year 0 there is no spelling.
        for second in [i64::MIN, -377_705_116_800, -62_167_252_800, 253_402_268_400, 253_402_300_799, i64::MAX] {
            assert!(Timestamp::from_unix(second).to_string().ends_with("+09:00"), "{second}");
        }
        assert_eq!(Timestamp::from_unix(253_402_268_399).to_string(), "9999-12-31T23:59:59+09:00");
    }

    #[test]
    fn a_fiscal_year_begins_with_april_in_japan() {
        // 2027-04-01T00:00:00+09:00.
        let april = Timestamp::from_unix(1_806_505_200);
        assert_eq!(april.to_string(), "2027-04-01T00:00:00+09:00");
        assert_eq!((april.plus(-1).fiscal_year(), april.fiscal_year()), (2026, 2027));
        assert_eq!(april.plus(-90 * 86_400).fiscal_year(), 2026);
    }
}
