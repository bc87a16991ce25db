//! What becomes of a request: every one walks this way once. Read `walk` first.

mod act;
mod after_end;
mod answer;
mod checks;
mod concurrent;
mod connection_context;
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
mod registration;
mod request_context;
mod session_end;
mod strangers;
mod unreadable;
mod unsent;
mod walk;

pub use answer::answer;
pub use connection_context::ConnectionContext;
pub use unreadable::{never_asked, unreadable};
