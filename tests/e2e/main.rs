//! The promises, kept: each file is one, each test a sentence of it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod absence;
mod architecture;
mod both_factors;
mod certificates;
mod cold_start;
mod concurrent_use;
mod drain;
mod every_way_in;
mod forwarding;
mod handmade;
mod headers;
mod held;
mod killed;
mod limits;
mod live_cut;
mod login_timing;
mod newcomer;
mod office;
mod outages_backend;
mod outages_registry;
mod outages_store;
mod password;
mod possession;
mod precedence;
mod public_door;
mod refusals;
mod reload;
mod reports;
mod rollover;
mod sessions_attacked;
mod shares;
mod smuggling;
mod tls;
mod trust;
mod unwanted_body;
