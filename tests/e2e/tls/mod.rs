//! The handshake, and that the same is asked of whoever comes in by it.

mod every_way_in;
pub(crate) mod handshake;
mod possession;
