//! Which incident? `I-000001`: counted upwards, never given twice.

use std::fmt;
use std::str::FromStr;

use crate::spelling;

/// Not in the form of such a number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the number of an incident looks like I-000001")]
pub struct NotAnIncident;

/// An incident's number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct IncidentNo(u32);

impl IncidentNo {
    /// The one of this count; none of 0, or of what six digits do not hold.
    #[must_use]
    pub fn of(count: i64) -> Option<Self> {
        u32::try_from(count).ok().filter(|count| (1..=999_999).contains(count)).map(Self)
    }

    /// Reads a number as people type it: full-width, in small letters, with spaces, without its zeros.
    ///
    /// # Errors
    /// No number of ours.
    pub fn typed(text: &str) -> Result<Self, NotAnIncident> {
        let plain = spelling::code(text).map_err(|_| NotAnIncident)?.to_ascii_uppercase();
        let digits = plain.strip_prefix('I').map(|rest| rest.trim_start_matches('-')).ok_or(NotAnIncident)?;
        if digits.len() > 6 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(NotAnIncident);
        }
        digits.parse().ok().and_then(Self::of).ok_or(NotAnIncident)
    }
}

impl FromStr for IncidentNo {
    type Err = NotAnIncident;

    fn from_str(text: &str) -> Result<Self, NotAnIncident> {
        let digits = text.strip_prefix("I-").ok_or(NotAnIncident)?;
        if digits.len() == 6 { Self::typed(text) } else { Err(NotAnIncident) }
    }
}

impl fmt::Display for IncidentNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "I-{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_in_any_spelling_that_people_type_and_in_no_other() {
        let first = IncidentNo::of(1).unwrap();
        assert_eq!(first.to_string(), "I-000001");
        assert_eq!("I-000001".parse(), Ok(first));
        for typed in ["I-000001", "i-1", "Ｉ－０００００１", " i1 "] {
            assert_eq!(IncidentNo::typed(typed), Ok(first), "{typed}");
        }
        for other in ["", "I", "I-0", "P-000001", "I-0000001", "I-00000a", "000001"] {
            assert_eq!(IncidentNo::typed(other), Err(NotAnIncident), "{other}");
        }
        assert_eq!("i-1".parse::<IncidentNo>(), Err(NotAnIncident));
        assert_eq!((IncidentNo::of(0), IncidentNo::of(1_000_000)), (None, None));
    }
}
