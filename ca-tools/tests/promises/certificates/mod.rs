//! Who gets a certificate, what stands in it, and how it ends.

mod approval_ends;
mod emergency;
mod enrolment;
mod inspected;
mod killed;
pub(crate) mod lists;
mod lists_kept;
mod lost;
mod public_keys;
mod renewed;
mod replaced;
mod requests;
mod retired;
mod rollover;
mod shorter;
