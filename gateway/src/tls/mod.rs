//! The front door: who connects, what was proved in the handshake, and who is connected now.

pub mod host;
