//! The list of revoked certificates, for readers that are not our gateway.
//!
//! The registry is the truth about who may; this is an export of it (RFC 5280 §5). `entry` says what stands in it,
//! `publish` signs it, `listed` reads one, `due` says when the next one is, `shelf` is where they lie, `bring` walks the
//! way from the registry to the file, `keeper` walks it for the desk.

mod bring;
mod due;
mod entry;
mod keeper;
mod listed;
mod publish;
mod shelf;

pub(crate) use bring::{BringRefusal, Published, bring};
pub use entry::{RevokedEntry, Withdrawn};
pub(crate) use keeper::Keeper;
pub use listed::{Listed, Unlisted};
pub use publish::{Crl, ISSUING_LIFE, ROOT_LIFE, Term, publish};
pub(crate) use shelf::{Held, ListFile, ShelfRefusal, is_settled};
