//! Which campaign? `C-2026`, by the year in which it is opened; a second one of that year is `C-2026-2`.

use std::fmt;
use std::str::FromStr;

use certs::Timestamp;

/// A campaign's number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct CampaignNo {
    year: u16,
    nth: u8,
}

/// Not in the form of such a number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the number of a campaign looks like C-2026, or C-2026-2")]
pub struct NotACampaign;

impl CampaignNo {
    /// The first of the year that a clock in Kashiwa shows.
    #[must_use]
    pub fn first_of(at: Timestamp) -> Self {
        Self { year: u16::try_from(at.in_japan().year()).unwrap_or_default(), nth: 1 }
    }

    /// The one after, of the same year.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.nth.checked_add(1).map(|nth| Self { nth, ..self })
    }

    /// Whether it is one of that year.
    #[must_use]
    pub fn is_of_year(self, other: Self) -> bool {
        self.year == other.year
    }

    /// Reads a number as people type it: full-width, in small letters, with spaces. For what a person types only.
    ///
    /// # Errors
    /// No number of ours.
    pub fn typed(text: &str) -> Result<Self, NotACampaign> {
        crate::spelling::code(text).map_err(|_| NotACampaign)?.to_ascii_uppercase().parse()
    }
}

impl FromStr for CampaignNo {
    type Err = NotACampaign;

    fn from_str(text: &str) -> Result<Self, NotACampaign> {
        let rest = text.strip_prefix("C-").ok_or(NotACampaign)?;
        let (year, nth) = rest.split_once('-').map_or((rest, None), |(year, nth)| (year, Some(nth)));
        let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        if year.len() != 4 || !number(year) {
            return Err(NotACampaign);
        }
        let nth = match nth {
            None => 1,
            Some(nth) if number(nth) => nth.parse().ok().filter(|nth| *nth > 1).ok_or(NotACampaign)?,
            Some(_) => return Err(NotACampaign),
        };
        Ok(Self { year: year.parse().map_err(|_| NotACampaign)?, nth })
    }
}

impl fmt::Display for CampaignNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.nth {
            1 => write!(f, "C-{:04}", self.year),
            nth => write!(f, "C-{:04}-{nth}", self.year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_is_called_by_its_year_and_the_next_of_that_year_is_counted() {
        let first = CampaignNo::first_of(Timestamp::from_unix(1_798_729_199));
        assert_eq!(first.to_string(), "C-2026");
        let second = first.next().unwrap();
        assert_eq!(second.to_string(), "C-2026-2");
        assert!(first < second && first.is_of_year(second));
        for no in [first, second] {
            assert_eq!(no.to_string().parse(), Ok(no));
        }
        for typed in ["c-2026", "Ｃ－２０２６", " C-2026 "] {
            assert_eq!(CampaignNo::typed(typed), Ok(first), "{typed}");
        }
        for other in ["", "C-26", "C-2026-1", "C-2026-0", "C-2026-02", "C-2026-", "C-0026", "2026", "C-2026-300"] {
            assert_eq!(other.parse::<CampaignNo>(), Err(NotACampaign), "{other}");
        }
    }
}
