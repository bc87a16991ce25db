//! Which 年度? April to March, by the year in which it begins.

use std::fmt;
use std::str::FromStr;

use certs::Timestamp;

use super::Day;

/// A year of the city's, from April to March.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct FiscalYear(i64);

/// Not such a year.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a fiscal year looks like 2026, from April 2026 to March 2027")]
pub struct NotAFiscalYear;

/// Reiwa 1 is 2019.
const BEFORE_REIWA: i64 = 2018;

impl FiscalYear {
    /// The one of this moment in Japan.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self(at.fiscal_year())
    }

    /// As the registry has it.
    #[must_use]
    pub fn number(self) -> i64 {
        self.0
    }

    /// Whether this day is in it.
    #[must_use]
    pub fn has(self, day: Day) -> bool {
        Self::of(day.last_second()) == self
    }

    /// 「2026年度」.
    #[must_use]
    pub fn japanese(self) -> String {
        format!("{}年度", self.0)
    }
}

impl FromStr for FiscalYear {
    type Err = NotAFiscalYear;

    /// 2026, 2026年度, 令和8年度, R8: what `spelling::code` made of it.
    fn from_str(text: &str) -> Result<Self, NotAFiscalYear> {
        let era = ["令和", "R", "r"].iter().find_map(|era| text.strip_prefix(era));
        let (rest, before) = era.map_or((text, 0), |rest| (rest, BEFORE_REIWA));
        let digits = rest.trim_end_matches("年度").replace('元', "1");
        let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|sign| sign.is_ascii_digit());
        let year = digits.parse::<i64>().ok().filter(|_| fits).ok_or(NotAFiscalYear)? + before;
        if (2000..=2200).contains(&year) { Ok(Self(year)) } else { Err(NotAFiscalYear) }
    }
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fiscal_year_is_read_as_people_write_it_and_knows_its_days() {
        for text in ["2026", "2026年度", "令和8年度", "令和8", "R8", "r8年度"] {
            assert_eq!(text.parse::<FiscalYear>().map(FiscalYear::number), Ok(2026), "{text}");
        }
        assert_eq!("令和元年度".parse::<FiscalYear>().unwrap().to_string(), "2019");
        for text in ["", "26", "2026年", "+2026", "年度", "12026", "1999"] {
            assert_eq!(text.parse::<FiscalYear>(), Err(NotAFiscalYear), "{text}");
        }
        let year: FiscalYear = "2026".parse().unwrap();
        for (day, is) in [("2026-03-31", false), ("2026-04-01", true), ("2027-03-31", true), ("2027-04-01", false)] {
            assert_eq!(year.has(day.parse().unwrap()), is, "{day}");
        }
    }
}
