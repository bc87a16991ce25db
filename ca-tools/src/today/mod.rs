//! What waits today, by its deadline? For who opens the console in the morning, and for `ca-tools today`.
//!
//! `waiting` asks, `campaign` of the 現況届 that is open, `own` looks at the house's own certificates, `picture` draws.

mod campaign;
mod months;
mod own;
mod picture;
mod reason;
mod waiting;

pub(crate) use months::open_months;
pub(crate) use own::{OwnEnd, own_ends};
pub(crate) use picture::{Picture, endings, refusals};
pub(crate) use reason::refused_as;
pub(crate) use waiting::{ENDING_DAYS, WaitingWork, ending_offices, waiting};
