//! What can be said of an application only.

use registry::{LoginId, OfficeNo};

use crate::application::{ApplicationNo, IllegalStep, Mistakes};

/// Why an application was not received, or not moved on, or does not serve as `--application`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ApplicationRefusal {
    /// It may not go on like that.
    #[error("{0}: {1}")]
    Illegal(ApplicationNo, IllegalStep),
    /// What an inspection found cannot be recorded like that.
    #[error("the inspection has mistakes")]
    Mistakes(Mistakes),
    /// Not the contact of this office.
    #[error("{0} is not the contact of {1}")]
    NotAContact(LoginId, OfficeNo),
    /// The mail address that was confirmed is not the one that speaks for the office.
    #[error("the confirmed mail address does not speak for {0}")]
    NotConfirmed(OfficeNo),
    /// An inspection with an item that does not hold was not passed.
    #[error("an inspection with an unticked item has not been passed")]
    NotPassed,
    /// A contact speaks for their own office.
    #[error("applications are for the own office {0} only")]
    OnlyOwnOffice(OfficeNo),
    /// It is about another office.
    #[error("{0} is an application of {1}")]
    OtherOffice(ApplicationNo, String),
    /// Nothing rests on what was turned down.
    #[error("{0} was rejected")]
    Rejected(ApplicationNo),
    /// More of whoever sends it wait than anybody could look at.
    #[error("too many applications of this sender wait")]
    TooManyOpen,
}

impl ApplicationRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Illegal(..) => "illegal_step",
            Self::Mistakes(_) | Self::NotPassed => "malformed",
            Self::NotAContact(..) => "not_a_contact",
            Self::NotConfirmed(_) => "not_confirmed",
            Self::OnlyOwnOffice(_) | Self::OtherOffice(..) => "office_mismatch",
            Self::Rejected(_) => "application_rejected",
            Self::TooManyOpen => "too_many_open",
        }
    }
}
