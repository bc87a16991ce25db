//! 復元: may this registry take the place of the one that was followed, though its history is another one?
//!
//! Only if the house says so: by a record in the registry that its **journal key** signed, of this registry, of an
//! epoch that was never taken, and true of the history in which it is found. A registry that is merely put back carries
//! no such record, or one that was used up.

mod key;
mod record;

pub use key::{JournalKey, JournalKeyRefusal};
pub(crate) use record::Kept;
pub use record::{NotTaken, RestoreRecord, Restored, RestoredFrom};
