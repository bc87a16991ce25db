//! The corridor: every request walks it once. Read `walk` first.

mod after_end;
mod answer;
mod concurrent;
mod door;
mod form;
mod help;
mod login;
mod notice;
mod own;
mod password;
mod refuse;
mod session_end;
mod unsent;
mod visit;
mod walk;

pub use answer::{answer, unreadable};
pub use door::Door;
