//! 電子証明書の取得: a ticket and its code in, a file or a certificate out (DOMAIN §E.3).
//!
//! ```text
//! form ──number, code──► present ──proof──► ready page ──button──► file
//!                           │                    └───request───► certificate
//!                           └──refusal──► the form again, in the refusal's own words
//! ```
//! `present` asks for the ticket, `answer` walks the requests, `pages` is what people read.

mod answer;
mod pages;
mod present;

pub(super) use answer::{Way, file, form, other, request, show, shown_ready};
