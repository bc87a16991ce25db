//! May this person, on this device, do this?
//!
//! Asked once both factors are proved; nothing here proves one. What a certificate, a device or a
//! session is worth is decided in the gateway's own types and never by a policy, so that no policy
//! can let in a revoked device. Policies say the rest: whom a device serves, who may enter a room,
//! who may see the console, and whatever the city adds.

mod access;
mod area;
mod decide;
mod load;
mod mistake;
mod reason;
mod required;
mod statements;
mod vocabulary;

pub use access::{Access, AtDevice, Question, Who};
pub use area::{Area, UnknownArea};
pub use decide::{Permit, PolicyRefusal};
pub use load::PolicySet;
pub use mistake::Mistake;
