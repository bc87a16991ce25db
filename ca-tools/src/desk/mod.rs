//! The desk: what people do for themselves, asked through the gateway.
//!
//! It has two doors, each a Unix socket or a loopback address. Behind the private one it believes
//! nothing but the gateway's assertion, made for this very request: `keys` knows what verifies one and `key_set` reads it,
//! `assertion` verifies, `statement` asks for both. Through the public one come people whom nobody
//! verified: `visitor` says what is known of them.
//!
//! ```text
//! public door    apply, pickup, lost     whoever comes through the help site
//! private door   office, password        a person with both factors; metrics and reports for the house
//! ```
//! `form` reads what was typed, `page`, `qr` and `words` make what people read, `source` says who counts as one, `meter` how
//! much they did, `pool` bounds the work of hashing and `line` who waits for it, `guesses` how often a source may be wrong,
//! `signing` makes certificates, `seal` closes what is given away and taken back, `serve` keeps the doors.

mod after_end;
mod apply;
mod assertion;
mod figures;
mod form;
mod guesses;
mod key_set;
mod keys;
mod line;
mod lost;
mod meter;
mod metrics;
mod office;
mod own;
pub(crate) mod page;
mod password;
mod pickup;
mod pool;
mod public;
mod qr;
mod reference;
mod seal;
mod serve;
mod signing;
mod source;
mod statement;
#[cfg(test)]
mod tests;
mod visitor;
mod words;

pub use apply::{ApplyKey, KeyFault};
pub use assertion::{AssertionRefusal, Spoken, Statement, verify};
pub(crate) use assertion::{lives, signed};
pub use keys::Keys;
pub use serve::{At, Desk, Doors, ServeRefusal, serve};
pub use signing::Signing;
pub use words::HouseWords;
