//! The list of revoked certificates, for readers that are not our gateway.
//!
//! The registry is the truth about who may; this is an export of it (RFC 5280 §5). `entry` says
//! what stands in it, `publish` signs it, `read` reads one back.

mod entry;
mod publish;
mod read;

pub use entry::{RevokedEntry, Withdrawn};
pub use publish::{Crl, NEXT_UPDATE_SECONDS, publish};
pub use read::{NotAList, PublishedList, read};
