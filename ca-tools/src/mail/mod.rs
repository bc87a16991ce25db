//! Letters to offices: what is told, to be written out when it is sent.
//!
//! ```text
//! a change ──► queue ──► courier ──► outbox or smtp       at least once, and under one Message-ID
//! ```
//! The queue holds facts, not texts, and holds them sealed: `letter` says which, `acts::mail` queues them in the change
//! they tell of, `sealing` closes and opens them, one file per theme writes them out under the house's `letterhead`. No
//! secret stands in one but the number of a pick-up ticket, which opens nothing without its confirmation code, and the link
//! by which an address is confirmed.
//!
//! `kind` says which go first, `lanes` which may be under way together, `patience` for how long; `server` is the way to
//! the mail server, `smtp` what is said there of one letter, `trouble` why one did not leave.

mod application;
mod certificate;
mod courier;
mod device;
mod envelope;
mod hello;
mod kind;
mod lanes;
mod letter;
mod letterhead;
mod office;
mod outbox;
mod patience;
mod reminder;
mod room;
mod sealing;
mod server;
mod smtp;
mod trouble;

pub use application::{ApplicationFacts, ApplicationStep, NamedDevice, NextStep};
pub(crate) use certificate::reason_in_japanese;
pub use courier::Courier;
pub use kind::{LetterKind, Urgency};
pub(crate) use lanes::{FULL_DOMAINS, Wanted};
pub use letter::{DeviceFacts, Elsewhere, Hold, Letter, OfficeFacts};
pub use letterhead::{Letterhead, Written};
pub(crate) use patience::Patience;
pub use patience::wait_after;
pub(crate) use reminder::WINDOW as REMINDER_WINDOW;
pub use reminder::{Reminder, due as due_reminder};
pub use sealing::{Seal, SealRefusal, Sealed};
pub use server::MailFileRefusal;
pub(crate) use trouble::Trouble;
