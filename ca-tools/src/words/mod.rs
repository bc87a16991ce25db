//! What a refusal says: to operators, who have a command line or the console before them, and to people, who have a page or a
//! letter.
//!
//! A page never shows what operators are told at the command line: whoever reads it has no command to type. What it says is
//! what they can do themselves, and whom they may ask; the page's foot tells by which telephone.
//!
//! ```text
//! refusal ──► operators    exit 1, `doctor`, `audit`: with the commands that go on from here
//!        ├──► console      the pages of operators: with the fields and pages that go on from here
//!        └──► people       every page of the desk, every letter
//! ```
//! Those gather; a file for each theme has the sentences of its refusals side by side.

mod application;
mod approving;
mod ask;
mod campaign;
mod console;
mod emergency;
pub(crate) mod event;
mod event_action;
mod heading;
mod illegal;
mod incident;
mod issuer;
mod journal;
mod list;
mod login;
mod loss;
mod maintenance;
mod malformed;
mod name;
mod operators;
mod password;
mod people;
mod proof;
mod proposal;
mod public_key;
mod readiness;
mod renewal;
mod replacement;
mod restore;
mod seal;
#[cfg(test)]
pub(crate) mod tests;
mod ticket;
mod training;
mod unavailable;
pub(crate) mod undo;
mod wording;

pub(crate) use approving::approving;
pub use console::for_console;
#[cfg(test)]
pub(crate) use event_action::ACTIONS;
pub(crate) use heading::heading;
pub(crate) use loss::reported;
pub use operators::for_operators;
pub use people::for_people;
pub(crate) use readiness::{hybrid, lacking};
pub(crate) use wording::{item, role, said};
