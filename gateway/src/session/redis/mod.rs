//! Sessions in Redis, for a house of more than one machine, or one whose sessions outlive a restart.
//!
//! | key | what | tracked |
//! | --- | --- | --- |
//! | `s:<session>` | the record | yes: every change is told to every gateway |
//! | `l:<session>` | last activity; changes all the time, so it is kept apart | no |
//! | `u:<SHA-256 of ID>` | an ID's sessions, scored by their latest end | no |
//! | `n:<SHA-256 of ID>` | an ID's last login | no |
//! | `f:<SHA-256 of ID>`, `g:<device>` | failed logins | no |
//!
//! Redis should run with `maxmemory-policy noeviction`: what it throws away logs people out.
//! A user of Redis for the gateway needs
//! `~s:* ~l:* ~u:* ~n:* ~f:* ~g:* +@connection +client|tracking +@read +@write +@scripting +@transaction`.

mod address;
mod commands;
mod link;
mod scripts;
mod seen;

pub(super) use address::client;
pub use commands::Redis;
