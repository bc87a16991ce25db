//! The list of revoked certificates, for readers that are not our gateway.
//!
//! The registry is the truth about who may; this is an export of it (RFC 5280 §5). `entry` says what stands in it,
//! `publish` signs it, `listed` reads one, `due` says when the next one is. Where lists lie, and how they come there, is
//! issuance's.

mod due;
mod entry;
mod listed;
mod publish;

pub(crate) use due::due;
pub use entry::{RevokedEntry, Withdrawn};
pub use listed::{Listed, Unlisted};
pub use publish::{Crl, ISSUING_LIFE, ROOT_LIFE, Term, publish};
