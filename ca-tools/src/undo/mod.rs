//! 取り消す: is an act taken back as if it had not been, or by another act that has a name of its own?
//!
//! Undone is what left nothing outside: no letter went out, no secret was handed over, no certificate came or went, and
//! nobody has touched the same thing since. For ten minutes; then, and of everything else, `table` names the act that takes it
//! back, where there is one. An undo is an act itself, with an event that names the one it undoes: nothing is taken out of
//! the record.

mod judge;
mod table;

pub use judge::UndoRefusal;
pub(crate) use judge::{MayUndo, Past, judge};
pub(crate) use table::Inverse;
pub(crate) use table::only_looks;
#[cfg(test)]
pub(crate) use table::taken_back;
pub use table::{Instead, Lasting};
