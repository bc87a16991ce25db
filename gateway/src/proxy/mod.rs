//! The last door: an authorised request goes to its backend, and nothing else does.

mod arriving;
mod ask;
mod assertion;
mod assertion_cache;
mod body;
mod connect;
mod connection_login;
mod expect;
mod fault;
mod forward;
mod frames;
mod framing;
mod heard;
mod onward;
mod outcome;
mod public;
mod repeat;
mod unread;
pub mod upgrade;
mod upstream;

pub use arriving::Arriving;
pub use ask::{Answer, ask, report};
pub use assertion::{Claims, Confirmation, KeyRefusal, Keys, RequestBinding, SigningFailed, digest_of, factors};
pub use assertion_cache::AssertionCache;
pub use body::AnswerBody;
pub use forward::{Options, Origin, Way, ended_waiting, forward};
pub use frames::Broken;
pub use framing::judge_request;
pub use heard::Heard;
pub use public::PublicDesk;
pub use upstream::{KEPT, TlsFiles, Upstream, UpstreamRefusal};
