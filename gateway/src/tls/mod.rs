//! The front door: who connects, what was proved in the handshake, and who is connected now.

pub mod clockwork;
mod conduct;
pub mod cut;
pub mod ended;
pub mod entrance;
pub mod flight;
mod flights;
mod give_way;
mod heads;
pub mod host;
mod judged;
pub mod leave;
pub mod listen;
pub mod live;
pub mod octets;
#[cfg(test)]
mod octets_tests;
mod opened;
mod peer;
mod proxy_header;
pub mod requests;
mod rota;
pub mod round;
mod server_config;
mod sessions_over;
mod socket;
pub mod spare;
pub mod streams;
pub mod sweep;
mod trust;
mod vessel;

pub use peer::{Claim, Peer};
pub use server_config::{Asking, server_config};
pub use trust::Trust;
