//! Do the limits fit the machine? What they come to when all are full, beside what the process may have.

mod machine;
mod worst_case;

pub use machine::Machine;
pub use worst_case::WorstCase;
