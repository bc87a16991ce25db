//! EndedHow long are lines kept? Rotated files that are old enough go to the archive, and out of it after their time; what was taken
//! away leaves its head, signed, so that the chain of what remains is still one.
//!
//! - [`head`] is that record: which lines, when they were written, the hash of the line before the first and of the last;
//! - [`plan`] decides which files it is time for;
//! - [`clock`] says whether that is decided by a clock that is right;
//! - [`end`] reads such a file line by line, writes its head, and only then moves or removes it.
//!
//! The newest rotated file stays, whatever its age: the gateway goes on behind it. What is on hold since a moment is not removed,
//! though it may go to the archive; beside a file `LOG.hold` nothing is ended at all.

mod clock;
mod end;
mod head;
mod plan;
#[cfg(test)]
mod tests;

pub use clock::log_goes_on;
pub use end::{EndRefusal, EndedFile, OldLines, end_old};
pub(super) use head::{EndedHead, heads_beside};
pub use plan::{EndedHow, RetentionPolicy};
