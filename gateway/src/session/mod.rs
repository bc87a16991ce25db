//! Second factor: who is holding the device?
//!
//! `cookie` reads the one value a request may carry, `record` is what the store keeps of a session,
//! `store` asks one of the two stores, which behave alike: `memory` for one machine, `redis` for more,
//! whose answers `copies` keeps only while Redis has promised to tell of every change.

mod changes;
pub mod cookie;
mod copies;
mod ended;
mod era;
mod failure;
mod failure_counts;
mod join;
mod key;
mod memory;
mod record;
mod redis;
mod store;
#[cfg(test)]
pub(crate) mod tests;
mod verify;

pub use self::redis::Redis;
pub use changes::{Change, Changes};
pub use ended::{Ended, LivePage, SessionEnd, UntoldEnd};
pub use failure::{SessionsRefusal, StoreSilent};
pub use failure_counts::{CountKey, Swap};
pub use join::TwoFactor;
pub use key::{CookieValue, NoRandomness, NotAKey, SessionKey};
pub use memory::Memory;
pub use record::{NewSession, SessionRecord, Unreadable};
pub use store::{Opened, Sessions, Settings, judge_url};
pub use verify::{Lasting, Session, verify};
