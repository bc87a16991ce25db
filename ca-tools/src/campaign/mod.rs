//! 現況届: once a year every office says of each ID and each device whether it goes on.
//!
//! ```text
//! opened ──► answers (web, file, paper) ──► confirmed     deletions are done, applications received
//!    │                                          │
//!    └─► reminders ─► warned ─► suspended ─► deleted      of what nobody answered, on the city's days, by two
//!                                               │
//!                                            closed
//! ```
//! Everything here decides and waits for nothing: which number, which days, what an answer counts for, who may stand for it,
//! which step is next, how far it is. `table` writes what an office is asked, `returned` reads what came back, `beside` what was
//! written beside it. `acts::campaign` writes to the registry, `ledger::campaign` reads.
//!
//! A row that nobody touched is unanswered, wherever it is shown: [`CampaignRow::stands`] is the one place that says so.

mod answer;
mod beside;
mod dates;
mod number;
mod office;
mod progress;
mod refusal;
mod returned;
mod row;
mod step;
mod table;

pub use answer::{AnswerChannel, CampaignAnswers, RowAnswer};
pub use beside::forms_beside;
pub use dates::{CampaignDates, DateFault};
pub use number::{CampaignNo, NotACampaign};
pub use office::{AnsweredBy, CampaignNote, ConfirmFault, MayConfirm, OfficeSheet, may_confirm};
pub use progress::{CampaignProgress, OfficeProgress, OfficeStage, ProgressDay};
pub use refusal::{AnsweredEarlier, CampaignRefusal};
pub(crate) use returned::returned;
pub use row::{CampaignRow, GivenAnswer, NotARow, RowEvidence, RowStanding, RowSubject};
pub use step::{CampaignStep, DELETED_AFTER, StepFault, StepKind, StepState, next_step};
pub(crate) use table::{detail, kind, system, table_head, table_rows};

use certs::Timestamp;
use registry::LoginId;

/// A campaign.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Campaign {
    /// Its number.
    pub no: CampaignNo,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: LoginId,
    /// The city's days.
    pub dates: CampaignDates,
    /// When it was closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
}
