//! What gateways tell the desk, and what follows from it.
//!
//! ```text
//! POST /desk/reports ──► statement ──► batch ──► registry: gateways, cuts, sightings, lines
//!                        who says so?    │
//!                                        ├──► first use of a certificate
//!                                        └──► clones: is it on two devices?
//! ```
//! What is told are facts, which carry no version of the registry; what follows from them are changes
//! like any other. `receipts` is where an operator's command learns what its change did, `clock` where
//! old facts go.

mod batch;
mod clock;
mod clones;
mod door;
mod locked;
mod receipts;
mod statement;

pub use batch::{Batch, Cut, Sighting};
pub(crate) use batch::{Line, Worth};
pub use clock::{Days, keep_hours};
pub use clones::{Seen, Suspicion, suspicions};
pub(crate) use door::{PATH, taken};
pub(crate) use locked::{Login, MATTERS, locked_until};
pub(crate) use receipts::FORGOTTEN;
pub use receipts::{Confirmation, Receipt, receipts};
