//! Why nothing is done to a campaign.

use certs::Timestamp;
use registry::{LoginId, OfficeNo};

use super::{AnsweredBy, CampaignNo, ConfirmFault, DateFault, RowAnswer, RowSubject, StepFault, StepKind};
use crate::application::Day;

/// What somebody else wrote while one was writing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AnsweredEarlier {
    /// Who, when, how.
    pub earlier: AnsweredBy,
    /// Of each row that would become another one: what stands there now.
    pub rows: Vec<(RowSubject, Option<RowAnswer>)>,
}

/// What can be said of campaigns only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CampaignRefusal {
    /// Another answered first: they are shown what that one said.
    #[error("{1} in {0} was answered by another meanwhile")]
    Answered(CampaignNo, OfficeNo, Box<AnsweredEarlier>),
    /// It was closed then.
    #[error("{0} is closed")]
    Closed(CampaignNo, Timestamp),
    /// Its answers are not confirmed.
    #[error("the answers of {1} in {0} cannot be confirmed")]
    Confirm(CampaignNo, OfficeNo, ConfirmFault),
    /// These days cannot be.
    #[error("the days of a campaign cannot be like this")]
    Dates(DateFault),
    /// Its last day has passed: what follows now are its steps.
    #[error("the last day of {0} was {1}")]
    Due(CampaignNo, Day),
    /// A correction or a new ID of another office.
    #[error("a form of another office than {0}")]
    ForeignForm(OfficeNo),
    /// No row of this office.
    #[error("{1} is no row of {0}")]
    ForeignRow(OfficeNo, RowSubject),
    /// Operators are deleted by an act of its own, which two decide.
    #[error("{0} holds roles")]
    HoldsRoles(LoginId),
    /// More than one deletes alone: two of the city's decide.
    #[error("{0} would delete more than {1} at once")]
    Many(OfficeNo, usize),
    /// Nothing would be touched.
    #[error("{0} has nothing left to answer")]
    NothingLeft(CampaignNo),
    /// Nobody answered it, or it is over.
    #[error("{0} was not answered by themselves")]
    NothingToVouch(RowSubject),
    /// One is open already.
    #[error("{0} is open")]
    Open(CampaignNo),
    /// No such office in it.
    #[error("{1} is not in {0}")]
    OtherOffice(CampaignNo, OfficeNo),
    /// Nobody stands for themselves.
    #[error("{0} cannot stand for themselves")]
    OwnVoice(LoginId),
    /// Once a day is enough.
    #[error("offices were reminded of {0} today")]
    RemindedToday(CampaignNo),
    /// The row is over: it was deleted, or left.
    #[error("{0} is over")]
    RowOver(RowSubject),
    /// What two decided waits for its time, or to be undone.
    #[error("a step of {0} waits until {1}")]
    StepWaits(CampaignNo, Timestamp),
    /// A step is not taken.
    #[error("a step of {0} is not taken")]
    Step(CampaignNo, StepFault),
    /// So many notes were kept of this office.
    #[error("no more than {0} notes of an office")]
    TooManyNotes(i64),
    /// No step of it stands that could be undone; or it was the last, and is done.
    #[error("no step of {0} is undone")]
    Undone(CampaignNo, Option<StepKind>),
    /// No such campaign.
    #[error("there is no campaign {0}")]
    Unknown(String),
}

impl CampaignRefusal {
    /// One word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Answered(..) => "answered_meanwhile",
            Self::Closed(..) => "campaign_closed",
            Self::Confirm(_, _, ConfirmFault::Already) => "confirmed_already",
            Self::Confirm(_, _, ConfirmFault::Unanswered(_)) => "rows_unanswered",
            Self::Confirm(_, _, ConfirmFault::OwnWord(_)) => "own_word_alone",
            Self::Dates(_) => "campaign_dates",
            Self::Due(..) => "campaign_due",
            Self::ForeignForm(_) => "foreign_form",
            Self::ForeignRow(..) => "foreign_row",
            Self::HoldsRoles(_) => "holds_roles",
            Self::Many(..) => "many_at_once",
            Self::NothingLeft(_) => "nothing_left",
            Self::NothingToVouch(_) => "nothing_to_vouch",
            Self::Open(_) => "campaign_open",
            Self::OtherOffice(..) => "office_not_in_campaign",
            Self::OwnVoice(_) => "own_voice",
            Self::RemindedToday(_) => "reminded_today",
            Self::RowOver(_) => "row_over",
            Self::StepWaits(..) => "step_waits",
            Self::Step(_, StepFault::Taken(_)) => "step_taken",
            Self::Step(_, StepFault::Before(_)) => "step_before",
            Self::Step(_, StepFault::NotSet(_)) => "step_not_set",
            Self::Step(_, StepFault::NotYet(..)) => "step_not_yet",
            Self::TooManyNotes(_) => "too_many_notes",
            Self::Undone(..) => "step_not_undone",
            Self::Unknown(_) => "unknown",
        }
    }
}
