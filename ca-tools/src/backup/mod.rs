//! The registry as one file of lines, and back: from either database into either.
//!
//! ```text
//! {"backup":"registry","format":1,"id":"…","version":42}
//! {"offices":["1272200001",…]}            a row a line, in the order in which they can be put back
//! {"rows":123,"sha256":"…"}               over every line before
//! ```
//! It holds the hashes of passwords and is written for its owner alone. The CA's keys are not in it:
//! they are files, sealed under their passphrase, and are copied as such.

mod check;
mod load;
mod save;
mod tables;

pub use check::{BackupRefusal, Contents, check};
pub use load::load;
pub use save::{SaveRefusal, save};
