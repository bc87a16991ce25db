//! Brings due letters away: by SMTP, or as files.
//!
//! ```text
//! a change ──► queue ──► courier ──► outbox or smtp       at least once, and under one Message-ID
//! ```
//! `carry` walks the queue, `envelope` makes a message of a letter, `outbox` writes it into a file; `server` is the way to the
//! mail server, `helo` the one to a very old one, `smtp` what is said there of one letter, `trouble` why one did not leave.

mod carry;
mod envelope;
mod helo;
mod outbox;
mod server;
mod smtp;
mod trouble;

pub use carry::Courier;
pub use server::MailFileRefusal;
pub(crate) use trouble::Trouble;
