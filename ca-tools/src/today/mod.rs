//! What waits today, by its deadline? For who opens the console in the morning, and for `ca-tools today`.
//!
//! `waiting` asks, `own` looks at the house's own certificates, `picture` draws.

mod months;
mod own;
mod picture;
mod reason;
mod waiting;

pub(crate) use months::open_months;
pub(crate) use own::{OwnEnd, own_ends};
pub(crate) use picture::{Picture, endings, refusals};
pub(crate) use reason::refused_as;
pub(crate) use waiting::{WaitingWork, ending_offices, waiting};
