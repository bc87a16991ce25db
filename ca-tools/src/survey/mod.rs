//! What is looked at regularly: what nobody uses, the month's review, how many there are of what.
//!
//! Each report is a decision over facts and a moment, made into a `PrintedReport`; `ask` asks the registry for its facts. So the
//! console, a command, a workbook and a sheet of paper say the same.

mod ask;
mod cell;
mod inventory;
mod kept;
mod lockout;
mod numbers;
mod review;
mod unused;

pub(crate) use ask::{SurveySettings, devices, lockout, numbers, review, unused};
pub(crate) use kept::kept;
pub(crate) use lockout::{Lockout, NoLockout, none_yet};
pub(crate) use unused::UNUSED_DAYS;
