//! Whom certificates were issued to, and their standing: the one source of truth.
//!
//! ```text
//! device:       applied → inspected → approved → (suspended ⇄) → retired        rejected
//! certificate:  intended → issued → superseded | revoked        expired is a matter of time
//! system user:  active ⇄ suspended → deleted
//! office:       registered ⇄ suspended → withdrawn | replaced
//! room:         open → closed          invitation: invited ⇄ removed          its end is a matter of time
//! ```
//! Nothing comes back from revoked, superseded, deleted, withdrawn, replaced or closed.
//! This crate reads; the writer stands in `ca-tools`.

pub mod change;
mod feed;
pub mod reader;
mod record;
mod restoration;
mod snapshot;
mod words;

pub use feed::{Feed, RegistryRefusal};
pub use names::{LoginId, NameRefusal, Named, OfficeNo, Role, RoomRef};
pub use record::{
    Assurance, Certificate, CertificateState, Device, DeviceStage, Office, OfficeState, Opening, Os, Ownership,
    Password, Room, SystemUser, SystemUserState, Window,
};
pub use restoration::{JournalKey, JournalKeyRefusal, NotTaken, RestoreRecord, Restored, RestoredFrom};
pub use snapshot::{Changes, DevicesByState, Moment, Snapshot};
pub use words::WordRefusal;
