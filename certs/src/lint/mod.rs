//! What must hold of anything we sign.
//!
//! One list for every purpose, walked before the CA's key is touched (over the same bytes, signed
//! by a throw-away key) and again over what came out. `inspect` is the list, `finding` the names of
//! what can be wrong, the rest one function a rule.

mod extensions;
mod finding;
mod frame;
mod inspect;
mod names;

pub use finding::Finding;
pub use inspect::{Expected, Linted, inspect, verify};
