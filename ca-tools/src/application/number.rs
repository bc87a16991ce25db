//! Which application? `A-2026-000001`: drawn when it is received, counted anew each year.

use std::fmt;
use std::str::FromStr;

use certs::Timestamp;

/// An application's number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct ApplicationNo {
    year: u16,
    number: u32,
}

/// Not in the form of our numbers: the number of a paper, perhaps.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an application's number looks like A-2026-000001")]
pub struct NotANumber;

impl ApplicationNo {
    /// The highest that six digits hold.
    const HIGHEST: u32 = 999_999;

    /// The first of the year that a clock in Kashiwa shows.
    #[must_use]
    pub fn first_of(at: Timestamp) -> Self {
        Self { year: u16::try_from(at.in_japan().year()).unwrap_or_default(), number: 1 }
    }

    /// The one after.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        (self.number < Self::HIGHEST).then_some(Self { number: self.number + 1, ..self })
    }

    /// What the numbers of its year begin with.
    #[must_use]
    pub fn year_prefix(self) -> String {
        format!("A-{:04}-", self.year)
    }
}

impl ApplicationNo {
    /// Reads a number as people type it: full-width, in small letters, with spaces. For what a person types only.
    ///
    /// # Errors
    /// No number of ours.
    pub fn typed(text: &str) -> Result<Self, NotANumber> {
        crate::spelling::code(text).map_err(|_| NotANumber)?.to_ascii_uppercase().parse()
    }
}

impl FromStr for ApplicationNo {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let (year, number) = text.strip_prefix("A-").and_then(|rest| rest.split_once('-')).ok_or(NotANumber)?;
        let digits = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(number, 6) {
            return Err(NotANumber);
        }
        let number = number.parse().map_err(|_| NotANumber)?;
        if number == 0 { Err(NotANumber) } else { Ok(Self { year: year.parse().map_err(|_| NotANumber)?, number }) }
    }
}

impl fmt::Display for ApplicationNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "A-{:04}-{:06}", self.year, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_begins_at_midnight_in_kashiwa() {
        let last = Timestamp::from_unix(1_798_729_199);
        assert_eq!(ApplicationNo::first_of(last).to_string(), "A-2026-000001");
        assert_eq!(ApplicationNo::first_of(last.plus(1)).to_string(), "A-2027-000001");
    }

    #[test]
    fn a_number_of_a_paper_is_none_of_ours() {
        for paper in
            ["A-1", "A-2026-081", "A-2026-0000001", "A-2026-000000", "A-26-000001", "a-2026-000001", "A-2026-00000１"]
        {
            assert_eq!(paper.parse::<ApplicationNo>(), Err(NotANumber), "{paper}");
        }
        let ours: ApplicationNo = "A-2026-000009".parse().unwrap();
        assert_eq!(ours.next().map(|no| no.to_string()).as_deref(), Some("A-2026-000010"));
        assert_eq!("A-2026-999999".parse::<ApplicationNo>().unwrap().next(), None);
    }
}
