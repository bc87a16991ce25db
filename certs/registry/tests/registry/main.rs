//! The registry's promises, each kept against real files and a real PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod following;
mod other_user;
mod outage;
mod postgres;
mod reading;
mod replaced;
mod states;
mod written;
