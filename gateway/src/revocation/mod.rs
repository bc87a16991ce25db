//! When facts change, what ran under the old ones ends: that device's connections, that session's requests, and no other's.
//!
//! `sweep` listens and looks round; `round` judges again what runs; `cut` ends.

pub mod closures;
mod cut;
mod make_room;
mod reevaluation;
pub mod round;
mod round_robin;
pub mod session_ends;
mod sessions_over;
mod sweep;

pub use cut::{end_all, give_way};
pub use sweep::{guard, rules_changed, trust_changed};
