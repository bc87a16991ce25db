//! Is the log what was written? Read line by line, with no more memory than what still runs.
//!
//! - [`chain`] walks along numbers and hashes and says what happened where they do not fit;
//! - [`opens`] waits for the end of each request that was running long;
//! - [`vouchers`] compares with what the log key signed: only this finds an end cut off, or a
//!   chain made anew from some line on.

mod chain;
mod finding;
mod folded;
mod inspection;
mod opens;
#[cfg(test)]
mod tests;
mod vouchers;

pub(super) use finding::{Fault, Finding, Place};
pub(super) use inspection::{Inspection, Verdict};
pub use opens::request_id;
pub(super) use vouchers::VouchedLine;
