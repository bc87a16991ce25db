//! The registry as one file of lines, and back: from either database into either.
//!
//! ```text
//! {"backup":"registry","format":2,"id":"…","version":42,"hash":"…","at":…}
//! {"offices":["1272200001",…]}            a row a line, in the order in which they can be put back
//! {"rows":123,"sha256":"…","signature":"…"}   over every line before, by the house's journal key
//! ```
//! It holds the hashes of passwords and is written for its owner alone; no letter that waits to be sent is in it. The CA's
//! keys and the journal are not in it: they are files, and are copied as such.

mod check;
mod load;
mod save;

pub use check::{BackupRefusal, Contents, check};
pub(crate) use load::load;
pub use save::{SaveRefusal, save};
