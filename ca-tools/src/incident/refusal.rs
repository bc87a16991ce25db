//! Why nothing is written down of an incident.

use certs::Timestamp;

use super::{Duty, IncidentNo};
use crate::spelling::Strange;

/// Why an incident is not opened, or nothing is added to it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IncidentRefusal {
    /// A report that was made already is not made again.
    #[error("{0}: {1} is done already")]
    AlreadyDone(IncidentNo, Duty),
    /// It was closed.
    #[error("{0} is closed")]
    Closed(IncidentNo),
    /// It was found before it is written down, and reported after that.
    #[error("{0} is to come")]
    NotYet(Timestamp),
    /// An incident is about a device, a person or an office.
    #[error("nobody says about whom it is")]
    NobodyNamed,
    /// Nothing that could be stopped is there any more.
    #[error("{0}: there is nothing to stop")]
    NothingToStop(IncidentNo),
    /// This is not left empty.
    #[error("{0}: nothing is said")]
    NothingSaid(ToldPart),
    /// A report is made on or after the day on which it was found.
    #[error("{0} was before it was found")]
    ReportedBefore(Timestamp),
    /// A sign that may not stand.
    #[error("{0}: a sign that may not stand")]
    Strange(ToldPart, Strange),
    /// Longer than so many characters.
    #[error("{0}: longer than {1} characters")]
    TooLong(ToldPart, usize),
}

/// What is told of an incident.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ToldPart {
    /// What became known meanwhile.
    Note,
    /// How it ended.
    Outcome,
    /// Who told it.
    ReportedBy,
    /// What happened.
    What,
}

impl std::fmt::Display for ToldPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.option())
    }
}

impl ToldPart {
    /// By which option operators type it; without its dashes, by which field.
    #[must_use]
    pub fn option(self) -> &'static str {
        match self {
            Self::Note => "--text",
            Self::Outcome => "--outcome",
            Self::ReportedBy => "--reported-by",
            Self::What => "--what",
        }
    }
}

impl IncidentRefusal {
    /// One word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyDone(..) => "already_reported",
            Self::Closed(_) => "incident_closed",
            Self::NotYet(_) => "in_the_future",
            Self::NobodyNamed => "nobody_named",
            Self::NothingToStop(_) => "nothing_to_stop",
            Self::NothingSaid(_) => "nothing_said",
            Self::ReportedBefore(_) => "reported_before",
            Self::Strange(..) | Self::TooLong(..) => "malformed",
        }
    }
}
