//! Why nothing is recorded, or told, of a training.

use registry::LoginId;

use crate::application::{Day, FiscalYear};

/// What can be said of trainings (研修会) only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TrainingRefusal {
    /// Nobody was named.
    #[error("nobody is named")]
    NobodyNamed,
    /// They are not recorded as having attended.
    #[error("{0} is not recorded as having attended {1}")]
    NotAttended(LoginId, FiscalYear),
    /// That day is still to come.
    #[error("{0} is to come")]
    NotYet(Day),
    /// No office has anything to be told.
    #[error("nobody is to be told of {0}")]
    NobodyToTell(FiscalYear),
    /// That day is in another year.
    #[error("{1} is not in {0}")]
    OutsideYear(FiscalYear, Day),
}

impl TrainingRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::NobodyNamed => "training_of_nobody",
            Self::NotAttended(..) => "not_attended",
            Self::NotYet(_) => "training_to_come",
            Self::NobodyToTell(_) => "nobody_to_tell",
            Self::OutsideYear(..) => "outside_year",
        }
    }
}
