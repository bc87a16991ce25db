//! The registry's promises, each kept against real files and a real PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod following;
mod forked;
mod granted;
mod other_user;
mod outage;
mod reading;
mod replaced;
mod restored;
mod signed;
mod states;
mod written;
