//! The promises, kept: each file is one, each test a sentence of it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod architecture;
mod desk;
mod factors;
mod fixtures;
mod forwarding;
mod limits;
mod log;
mod operations;
mod outages;
mod papers;
mod refusals;
mod revocation;
mod tls;
