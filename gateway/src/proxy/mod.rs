//! The last step: an authorised request goes to its backend, and nothing else does.

mod answer_body;
mod ask;
mod assertion;
mod assertion_cache;
mod connect;
mod connection_login;
mod expect;
mod fault;
mod forward;
mod frames;
mod framing;
mod heard;
mod incoming_body;
mod outcome;
mod public;
mod repeat;
mod request_body;
mod unread;
pub mod upgrade;
mod upstream;

pub use answer_body::{AnswerBody, BackendAnswer};
pub use ask::{Answer, ask, report};
pub use assertion::{Claims, Confirmation, KeyRefusal, Keys, RequestBinding, SigningFailed, digest_of, factors};
pub use assertion_cache::AssertionCache;
pub use forward::{ForwardRequest, Origin, RouteOptions, ended_waiting, forward};
pub use frames::Broken;
pub use framing::judge_request;
pub use heard::Heard;
pub use incoming_body::IncomingBody;
pub use public::PublicDesk;
pub use upstream::{KEPT, TlsFiles, Upstream, UpstreamRefusal};
