//! 電子証明書の取得: a ticket and its code in, a file or a certificate out (ca-tools/README.md#pick-up).
//!
//! ```text
//! form ──number, code──► present ──proof──► 303 ──► ready page ──button──► file ──button──► the same file
//!                           │                            └───request───► certificate
//!                           └──refusal──► the form again, in the refusal's own words
//! ```
//! `present` asks for the ticket, `shown` leads to the page that can be shown again, `hand_out` makes what is handed out, a
//! press at a time (`making`), `answer` is the form, `mistake` what is said above it where nothing opens, `pages` is what
//! people read.

mod answer;
mod hand_out;
mod making;
mod mistake;
mod pages;
mod present;
mod shown;

pub(super) use answer::{PickupVisit, show};
pub(super) use hand_out::{file, request};
pub(super) use making::TicketLocks;
pub(super) use shown::{form, on_to_own, other, ready, told};
