//! Which month? As people write it: 2026-11, 2026/11, 2026年11月, 令和8年11月.

use std::fmt;
use std::str::FromStr;

use certs::Timestamp;

use super::date::Day;

/// A month of the calendar in Japan.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Month {
    year: i32,
    month: u8,
}

/// Not a month that is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a month looks like 2026-11")]
pub struct NotAMonth;

impl Month {
    /// The month that a calendar in Kashiwa shows.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        let day = at.in_japan();
        Self { year: day.year(), month: u8::from(day.month()) }
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { month: month + 1, ..self },
        }
    }

    /// The one before it.
    #[must_use]
    pub fn before(self) -> Self {
        match self.month {
            1 => Self { year: self.year - 1, month: 12 },
            month => Self { month: month - 1, ..self },
        }
    }

    /// Its first second in Japan.
    #[must_use]
    pub fn begins(self) -> Timestamp {
        // A first of a month is a day.
        let first = format!("{:04}-{:02}-01", self.year, self.month).parse::<Day>();
        first.map_or(Timestamp::from_unix(0), Day::begins)
    }

    /// 「2026年11月」.
    #[must_use]
    pub fn japanese(self) -> String {
        format!("{}年{}月", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = NotAMonth;

    /// Reads what `spelling::code` made of it.
    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let whole = text.strip_suffix('月').unwrap_or(text);
        let day: Day = format!("{whole}-1").parse().map_err(|_| NotAMonth)?;
        Ok(Self::of(day.begins()))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_people_write_it_and_ends_where_the_next_begins() {
        for text in ["2026-11", "2026/11", "2026年11月", "令和8年11月", "R8.11"] {
            assert_eq!(text.parse::<Month>().map(|month| month.to_string()).as_deref(), Ok("2026-11"), "{text}");
        }
        for text in ["", "2026", "2026-13", "2026-11-1", "2026-0", "11"] {
            assert_eq!(text.parse::<Month>(), Err(NotAMonth), "{text}");
        }
        let december: Month = "2026-12".parse().unwrap();
        assert_eq!((december.next().to_string(), december.next().before()), ("2027-01".to_owned(), december));
        assert_eq!(december.begins().to_string(), "2026-12-01T00:00:00+09:00");
        assert_eq!(Month::of(december.next().begins().plus(-1)), december);
    }
}
