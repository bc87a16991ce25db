//! Letters to offices: what is told, to be written out when it is sent. The `courier` brings them away.
//!
//! The queue holds facts, not texts, and holds them sealed: `letter` says which, `writer::mail` queues them in the change
//! they tell of, `sealing` closes and opens them, one file per theme writes them out under the house's `letterhead`. No
//! secret stands in one but the number of a pick-up ticket, which opens nothing without its confirmation code, and the link
//! by which an address is confirmed.
//!
//! `in_short` says each letter once more in やさしい日本語 and in English, `short_facts` its numbers and days beneath.
//!
//! `facts` are what texts are written from. `kind` says which letters go first, `lanes` which may be under way together,
//! `patience` for how long, `reminder` when a renewal is due to be asked for.

mod application;
mod certificate;
mod device;
mod facts;
mod in_short;
mod kind;
mod lanes;
mod letter;
#[cfg(test)]
mod letter_tests;
mod letterhead;
mod office;
mod operators;
mod patience;
mod person;
mod reminder;
mod room;
mod sealing;
mod short_facts;
mod training;
mod unanswered;

pub use application::{ApplicationFacts, ApplicationStep, NamedDevice, NextStep};
pub use facts::{DeviceFacts, Elsewhere, Hold, OfficeFacts, OperatorsFacts};
pub use kind::{LetterKind, Urgency};
pub(crate) use lanes::{FULL_DOMAINS, NextLetter, UnderWay};
pub use letter::Letter;
pub use letterhead::{Letterhead, Written};
pub use patience::wait_after;
pub(crate) use patience::{Patience, TO_ANSWER, TO_GREET, enough, rest_after};
pub(crate) use reminder::WINDOW as REMINDER_WINDOW;
pub use reminder::{Reminder, due as due_reminder};
pub use sealing::{Seal, SealRefusal, Sealed};
pub use unanswered::Unanswered;
