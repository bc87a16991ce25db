//! The front door: who connects, what was proved in the handshake, and who is connected now.

pub mod clockwork;
pub mod cut;
pub mod ended;
pub mod flight;
mod heads;
pub mod host;
pub mod leave;
pub mod listen;
pub mod live;
mod peer;
mod proxy_header;
mod server_config;
mod socket;
mod sources;
pub mod streams;
pub mod sweep;
mod trust;

pub use peer::{Claim, Peer};
pub use server_config::{Asking, server_config};
pub(crate) use sources::source_of;
pub use trust::Trust;
