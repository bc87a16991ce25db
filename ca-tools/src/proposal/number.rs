//! Which proposal, which act alone? `P-000001`, `B-000001`: counted upwards, never given twice.

use std::fmt;
use std::str::FromStr;

/// Not in the form of such a number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the number of a proposal looks like P-000001, of an act alone like B-000001")]
pub struct NotAProposal;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $letter:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        pub struct $name(u32);

        impl $name {
            /// The one of this count; none of 0, or of what six digits do not hold.
            #[must_use]
            pub fn of(count: i64) -> Option<Self> {
                u32::try_from(count).ok().filter(|count| (1..=999_999).contains(count)).map(Self)
            }

            /// Reads a number as people type it: full-width, in small letters, with spaces. For what a person types only.
            ///
            /// # Errors
            /// No number of ours.
            pub fn typed(text: &str) -> Result<Self, NotAProposal> {
                crate::spelling::code(text).map_err(|_| NotAProposal)?.to_ascii_uppercase().parse()
            }
        }

        impl FromStr for $name {
            type Err = NotAProposal;

            fn from_str(text: &str) -> Result<Self, NotAProposal> {
                let digits = text.strip_prefix(concat!($letter, "-")).ok_or(NotAProposal)?;
                if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
                    return Err(NotAProposal);
                }
                digits.parse().ok().and_then(Self::of).ok_or(NotAProposal)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "-{:06}"), self.0)
            }
        }
    };
}

number!(
    /// A proposal's number.
    ProposalNo,
    "P"
);
number!(
    /// The number of what a custodian did alone.
    BrokenGlassNo,
    "B"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_in_any_spelling_that_people_type_and_in_no_other() {
        let first = ProposalNo::of(1).unwrap();
        assert_eq!(first.to_string(), "P-000001");
        for typed in ["P-000001", "p-000001", "Ｐ－０００００１", " P-000001 "] {
            assert_eq!(ProposalNo::typed(typed), Ok(first), "{typed}");
        }
        for other in ["", "P-1", "P-000000", "B-000001", "P-0000001", "P-00000a", "000001"] {
            assert_eq!(other.parse::<ProposalNo>(), Err(NotAProposal), "{other}");
        }
        assert_eq!((ProposalNo::of(0), ProposalNo::of(1_000_000)), (None, None));
    }
}
