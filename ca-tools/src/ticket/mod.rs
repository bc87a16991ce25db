//! 取得用番号: what a person shows to be given a certificate, and what becomes of a wrong one.
//!
//! A number of 80 random bits goes by mail, a code of 50 goes another way; the registry keeps the
//! SHA-256 of the one and the Argon2id of the other, so that neither a leaked registry nor a leaked
//! mail opens anything. `signs` draws and reads them, `derived` makes what is told at pick-up out of
//! both, `judge` says whether a ticket opens.

mod derived;
mod judge;
mod signs;

pub(crate) use derived::{Part, Pepper, code_of, file_key, file_password, loss_code};
pub use judge::TicketRefusal;
pub(crate) use judge::{Given, Gives, Stored, TRIES, TicketState, judge};
pub use signs::{CodeRefusal, ConfirmationCode, LossCode, Secrets, TicketNumber, fold};
