//! Real servers for tests, each test's or each test run's own: PostgreSQL, Redis, a mail server; a folder that goes when it is
//! dropped; and waiting, which always has an end.
//!
//! It knows none of our crates, so that each of them can be tested with it; and none that ships links it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc, reason = "what tests stand on")]

pub mod blocking;
mod folder;
mod found;
mod later;
pub mod mail;
mod postgres;
mod redis;
mod waiting;

pub use folder::Folder;
pub use found::Found;
pub use later::moved;
pub use postgres::{Postgres, dump, put_back, refused, statement};
pub use redis::Redis;
pub use waiting::{until, until_or};

/// What must come comes within this: far more than it ever takes, since tests run beside each other on machines of any size.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// A port of this machine's that nobody listens on.
#[must_use]
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
