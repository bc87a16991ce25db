//! Letters to offices: what is told, to be written out when it is sent.
//!
//! ```text
//! a change ──► queue ──► courier ──► outbox or smtp       at least once, and under one Message-ID
//! ```
//! The queue holds facts, not texts: `letter` says which, `writer::mail` queues them in the change
//! they tell of, one file per theme writes them out under the house's `letterhead`. No secret stands
//! in one but the number of a pick-up ticket, which opens nothing without its confirmation code.

mod application;
mod certificate;
mod courier;
mod device;
mod envelope;
mod letter;
mod letterhead;
mod office;
mod outbox;
mod patience;
mod reminder;
mod smtp;

pub use application::{ApplicationFacts, ApplicationStep};
pub(crate) use certificate::reason_in_japanese;
pub use courier::Courier;
pub use letter::{DeviceFacts, Elsewhere, Hold, Letter, OfficeFacts};
pub use letterhead::{Letterhead, Written};
pub use patience::wait_after;
pub(crate) use reminder::WINDOW as REMINDER_WINDOW;
pub use reminder::{Reminder, due as due_reminder};
pub use smtp::MailFileRefusal;
