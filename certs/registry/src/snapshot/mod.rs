//! One immutable reading of the registry, held in memory.
//!
//! A request asks a snapshot and never a database. A change makes a new snapshot which shares with
//! the old one all but the shards it touched, so that a suspension costs the same whether the city
//! has ten devices or a million, and a reader that holds the old one is not disturbed.

mod changes;
mod ends;
mod gathering;
mod moment;
mod offices;
mod packed;
mod pages;
mod reading;
mod table;

pub use changes::Changes;
pub(crate) use gathering::Gathering;
pub use moment::Moment;
pub use reading::{DevicesByState, Snapshot};
