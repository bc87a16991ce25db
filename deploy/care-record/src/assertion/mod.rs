//! Who stands at the door, by the gateway's word: `verify` reads the signed statement, `binding` holds it against
//! the request it came with.

pub mod binding;
pub mod claims;
pub mod refusal;
pub mod verify;

pub use binding::Binding;
pub use claims::Claims;
pub use refusal::AssertionRefusal;
pub use verify::{Expected, Statement, verify};
