//! Which lines become a count? Those that anybody could send without end: a stranger's, and a known device's that was
//! let in nowhere.
//!
//! - [`whose`] says whom such a line would be counted against, and that all others stand for themselves;
//! - [`rate`] says how many of them may stand in a time;
//! - [`folds`] decides, and keeps the counts until the writer makes lines of them, within a second.
//!
//! So each request leaves one line, or is counted in exactly one folded line of the same chain.

mod folds;
mod rate;
mod whose;

pub(super) use folds::{Folds, Room, Stands};
pub(super) use whose::Foldable;
pub use whose::Folded;
