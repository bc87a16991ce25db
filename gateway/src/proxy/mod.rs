//! The last door: an authorised request goes to its backend, and nothing else does.

mod arriving;
mod ask;
mod assertion;
mod body;
mod connect;
mod expect;
mod forward;
mod onward;
mod our_cookies;
mod public;
pub mod reserved;
#[cfg(test)]
mod reserved_tests;
pub mod upgrade;
mod upstream;

pub use arriving::Arriving;
pub use ask::{Answer, ask, report};
pub use assertion::{Claims, Confirmation, KeyRefusal, Keys, RequestBinding, SigningFailed, digest_of, factors};
pub use body::{AnswerBody, Broken};
pub use forward::{Options, Origin, Way, forward};
pub use public::PublicDesk;
pub use upstream::{TlsFiles, Upstream, UpstreamRefusal};
