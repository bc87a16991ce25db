//! Which parts does a site have outside of rooms?

use std::fmt;
use std::str::FromStr;

/// A part of the site outside of rooms; each route without a room names one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Area {
    /// The city operators' console.
    Console,
    /// What people do for themselves and their office at the desk: renew, apply, report a loss.
    Office,
    /// The care-record service: lists, search, notices, its own pages.
    Record,
}

impl Area {
    /// Every area.
    pub const ALL: [Self; 3] = [Self::Console, Self::Office, Self::Record];

    /// The area's word in policies and in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Office => "office",
            Self::Record => "record",
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Area {
    type Err = UnknownArea;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|area| area.as_str() == text).ok_or(UnknownArea)
    }
}

/// A word that names no area.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an area is \"record\", \"office\" or \"console\"")]
pub struct UnknownArea;
