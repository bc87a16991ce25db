//! Did the gateway say this, to us, now? The one room that believes its word.
//!
//! ```text
//! token         the signature and the time of any of its words
//! request       an assertion of a request: whose two factors it verified
//! report        a statement about a batch of reports: which gateway tells
//! device_shown  a statement about a device whose certificate has ended
//! keys          the keys that it signs with, as `key_set` reads them
//! ```

mod device_shown;
mod key_set;
mod keys;
mod report;
mod request;
mod token;

pub(crate) use device_shown::device_shown;
pub use keys::Keys;
pub(crate) use report::gateway_of;
pub use request::{LongBody, ReceivedRequest, VerifiedAssertion, verify};
pub use token::AssertionRefusal;
pub(crate) use token::key_name;
