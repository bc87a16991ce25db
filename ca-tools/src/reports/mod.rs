//! What gateways tell the desk, and what follows from it. Decides, and waits for nothing.
//!
//! ```text
//! POST /desk/reports ──► batch ──► registry: gateways, cuts, sightings, lines
//!                          │
//!                          ├──► first use of a certificate
//!                          └──► clones: is it on two devices?
//! ```
//! What is told are facts, which carry no version of the registry; what follows from them are changes
//! like any other. `receipt` is what a gateway says of a change, `locked` what it says of an ID.

mod batch;
mod clones;
mod locked;
mod receipt;

pub(crate) use batch::{AccessLine, Worth};
pub use batch::{Batch, Cut, Sighting, Strangers};
pub use clones::{Appearance, Suspicion, suspicions};
pub(crate) use locked::{Login, MATTERS, locked_until};
pub(crate) use receipt::FORGOTTEN;
pub use receipt::{Confirmation, Receipt};
