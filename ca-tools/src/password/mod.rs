//! Passwords: what one must be like, how it is kept, how one is made up.

mod hash;
mod judge;
mod made_up;
mod mistake;
mod profile;
mod reading;

pub(crate) use hash::matches_if_any;
pub(crate) use hash::nobodys;
pub use hash::{HashRefusal, hash, matches};
pub use judge::{Surroundings, judge};
pub(crate) use made_up::readable;
pub use made_up::{MadeUp, RandomRefusal};
pub use mistake::Mistake;
pub use profile::{Profile, ProfileRefusal};
pub use reading::reading;
