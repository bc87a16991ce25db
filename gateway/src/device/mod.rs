//! The first factor: is this device one of ours, and welcome right now?

mod verify;

pub use verify::{Known, VerifiedDevice, known, verify};
