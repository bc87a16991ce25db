//! Sessions in Redis, for a house of more than one machine, or one whose sessions outlive a restart.
//!
//! | key | what | tracked |
//! | --- | --- | --- |
//! | `s:<session>` | the record | yes: every change is told to every gateway |
//! | `l:<session>` | last activity; changes all the time, so it is kept apart | no |
//! | `l:untold` | all sessions of whose end no line tells, by when to look at them again (`untold`) | no |
//! | `u:<SHA-256 of ID>` | an ID's sessions, in the order of their opening; bounded by device | no |
//! | `n:<SHA-256 of ID>` | an ID's last login | no |
//! | `f:<SHA-256 of ID>`, `g:<device>` | failed logins | no |
//! | `b:store` | the store's era, and how many changes it has taken (`truth`) | no |
//! | `?:beat:<gateway>` | what a heartbeat writes, under each prefix | `s:` |
//!
//! Redis should run with `maxmemory-policy noeviction`: what it throws away logs people out. `/readyz` says where it does
//! not. A user of Redis for the gateway needs
//! `~s:* ~l:* ~u:* ~n:* ~f:* ~g:* ~b:store +@connection +client|tracking +@read +@write +@scripting +@transaction +info`.

mod address;
mod commands;
mod connections;
mod notes;
mod scripts;
mod seen;
mod truth;
mod untold;

pub(super) use address::{Target, client, read};
pub use commands::Redis;
