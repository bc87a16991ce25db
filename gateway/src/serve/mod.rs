//! The corridor: every request walks it once. Read `walk` first.

mod act;
mod after_end;
mod answer;
mod checks;
mod concurrent;
mod door;
mod escaped;
mod form;
mod help;
mod kept;
mod login;
mod notice;
mod own;
mod page;
mod password;
mod paths;
mod reading;
mod refuse;
mod session_end;
mod strangers;
mod takeoff;
mod unreadable;
mod unsent;
mod visit;
mod walk;

pub use answer::answer;
pub use door::Door;
pub use unreadable::{never_asked, unreadable};
