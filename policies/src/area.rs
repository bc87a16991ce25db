//! Which parts does a site have outside of rooms?

use std::fmt;
use std::str::FromStr;

/// A part of the site outside of rooms; each route without a room names one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Area {
    /// The city operators' console, where it is read: offices, people, devices, what happened.
    Console,
    /// What an approver does there.
    ConsoleApprove,
    /// What a clerk records there, or an approver.
    ConsoleChange,
    /// What a custodian does there.
    ConsoleCustody,
    /// What is taken along as a table, by whoever may read it.
    ConsoleExport,
    /// Its first page.
    ConsoleHome,
    /// Its gateways and letters, in which nobody is named.
    ConsoleOperations,
    /// What people do for themselves and their office at the desk: renew, apply, report a loss.
    Office,
    /// The care-record service: lists, search, notices, its own pages.
    Record,
}

impl Area {
    /// Every area.
    pub const ALL: [Self; 9] = [
        Self::Console,
        Self::ConsoleApprove,
        Self::ConsoleChange,
        Self::ConsoleCustody,
        Self::ConsoleExport,
        Self::ConsoleHome,
        Self::ConsoleOperations,
        Self::Office,
        Self::Record,
    ];

    /// The area's word in policies and in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::ConsoleApprove => "console_approve",
            Self::ConsoleChange => "console_change",
            Self::ConsoleCustody => "console_custody",
            Self::ConsoleExport => "console_export",
            Self::ConsoleHome => "console_home",
            Self::ConsoleOperations => "console_operations",
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
#[error(
    "an area is record, office, console_home, console, console_export, console_operations, console_change, console_approve or console_custody"
)]
pub struct UnknownArea;
