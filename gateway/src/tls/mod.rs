//! The handshake: what we offer, what it proves of the far end, and for which host the connection was opened.

pub mod host;
mod peer;
pub(crate) mod proxy_header;
mod server_config;
mod trust;

pub use peer::{Claim, Peer};
pub use server_config::{ClientAuth, TlsMinimum, group_word, offers_group, server_config};
pub use trust::Trust;
