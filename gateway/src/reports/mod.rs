//! What the gateway tells the desk of what it learns: the registry's version it applies, what it cut for it, where
//! certificates are seen, refusals, logins, checkpoints. Beside every request's way: whoever has something to tell leaves
//! it in the `spool` and goes on; `deliver` brings it to the desk, and keeps it while the desk is away.
//!
//! Facts travel by worth (`queues`), and what one device is refused over and over becomes a count (`folds`): who knows a
//! certificate, be it a suspended one, can drown nothing that others need to know.

mod batch;
mod folds;
mod network;
mod queues;
mod sightings;
mod spool;
mod strangers;

pub(crate) use batch::Batch;
pub use network::network_of;
pub use spool::{Reports, SpoolLimits, SpoolStats};
