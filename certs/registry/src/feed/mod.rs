//! Keeps the newest snapshot at hand, and knows for how long the registry has been silent.

mod file;
mod floor;
mod follow;
mod server;
mod step;

pub use floor::RegistryRefusal;
pub use follow::Feed;
