//! 申請 by web: the same forms for a stranger who confirmed a mail address and for a contact behind two factors.
//!
//! ```text
//! public door:   which application? → address → mail with a link → form → shown once more → sent
//! private door:  which application?          →                     form → shown once more → sent
//! ```
//! `asking` answers one request for either door; `sheet` is a form as a page has it, `parts` which fields stand in each, `pages` what is read.
//! `token` signs what a link says, with the key of `key`, so that nothing is kept of whoever never follows it;
//! `limits` bounds what strangers can make us do and who of them pays for it, `confirm` and `visit` are the public door's requests.

mod asking;
mod confirm;
mod key;
mod limits;
#[cfg(test)]
mod limits_tests;
mod pages;
mod parts;
mod sheet;
mod token;
mod visit;

pub(super) use asking::{Asking, blank, sent};
pub use key::{ApplyKey, KeyFault};
pub(super) use limits::Limits;
pub(super) use pages::{Choice, Stopped, choices};
pub(crate) use parts::{owner, profession, system};
pub(crate) use sheet::{Control, Sheet, Shown, rows};
pub(crate) use visit::fields;
pub(super) use visit::routes;
