//! The desk: what people do for themselves, asked through the gateway.
//!
//! It listens on a Unix socket or on loopback, and believes nothing but the gateway's assertion,
//! made for this very request. `keys` fetches what verifies one, `assertion` verifies, `pool` bounds
//! the work of hashing, `password` changes a password, `serve` keeps the door.

mod assertion;
mod keys;
mod password;
mod pool;
mod serve;

pub use assertion::{AssertionRefusal, Spoken, Statement, verify};
pub use keys::Keys;
pub use serve::{At, Desk, ServeRefusal, serve};
