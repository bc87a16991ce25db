//! Which rules a house asks of a password (`passwords.profile` in ca.toml).

use std::str::FromStr;

/// A set of rules. None of them makes a password expire by age.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Profile {
    /// `mhlw-2fa`: 8 characters with letter, digit and symbol, beside a second factor
    /// (医療情報システムの安全管理に関するガイドライン 6.0 Q&A シQ-54 c).
    #[default]
    Mhlw2fa,
    /// `mhlw-13`: 13 characters with letter, digit and symbol (シQ-54 a).
    Mhlw13,
    /// `nist-63b4`: 8 characters of any kind, beside a second factor (NIST SP 800-63B-4 §3.1.1.2).
    Nist63b4,
}

/// Whether a password must mix kinds of characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mix {
    Any,
    LetterDigitSymbol,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Mhlw2fa, Self::Mhlw13, Self::Nist63b4];

    /// The most code points a password may have: beyond the 64 that must be accepted, and short
    /// enough that nobody pays for hashing a book.
    pub const LONGEST: usize = 128;

    /// Its word in ca.toml.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mhlw2fa => "mhlw-2fa",
            Self::Mhlw13 => "mhlw-13",
            Self::Nist63b4 => "nist-63b4",
        }
    }

    /// The fewest code points.
    #[must_use]
    pub fn shortest(self) -> usize {
        match self {
            Self::Mhlw2fa | Self::Nist63b4 => 8,
            Self::Mhlw13 => 13,
        }
    }

    pub(super) fn mix(self) -> Mix {
        match self {
            Self::Mhlw2fa | Self::Mhlw13 => Mix::LetterDigitSymbol,
            Self::Nist63b4 => Mix::Any,
        }
    }
}

impl FromStr for Profile {
    type Err = ProfileRefusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == text).ok_or(ProfileRefusal)
    }
}

/// Not the word of a profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a password profile is mhlw-2fa, mhlw-13 or nist-63b4")]
pub struct ProfileRefusal;
