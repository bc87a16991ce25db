//! A stand-in for the care-record service: what stands behind the gateway in the quickstart and in tests.
//!
//! It shows how a backend is meant to treat the gateway: nothing is answered without an assertion that
//! verifies, and a room opens only to the assertion that names it. Posts live in memory and end with it.

pub mod address;
pub mod assertion;
pub mod door;
pub mod keys;
pub mod notebook;
pub mod probes;
pub mod serve;
pub mod service;

pub use address::Address;
pub use service::{Service, Settings};
