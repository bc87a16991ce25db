//! What stands on an authority's list of certificates that are no longer good, and the number of the next one.
//!
//! An issuing CA's list has what is revoked, superseded, or on hold with its device; the root's has the issuing CAs that
//! were retired. A certificate that has expired needs no list any more (RFC 5280 §5).
//!
//! Number and entries come out of one transaction, and changes are one after the other: a list of a higher number has
//! everything in it that one of a lower has, and whatever was taken back in between.

use certs::Timestamp;
use serde_json::json;

use super::change::RequiredRole;
use super::{By, Writer};
use crate::crl::RevokedEntry;
use crate::refusal::{Malformed, Refusal};
use crate::rows::{ListOf, authority};

/// Who has a list signed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Publisher<'a> {
    /// The desk, by the clock and after each change.
    Desk(Timestamp),
    /// An operator.
    Operator(&'a By),
}

impl Publisher<'_> {
    pub(crate) fn at(&self) -> Timestamp {
        match self {
            Self::Desk(at) => *at,
            Self::Operator(by) => by.at,
        }
    }
}

/// The next list: its number and what stands on it.
#[derive(Debug)]
pub(crate) struct Drawn {
    pub(crate) number: u64,
    pub(crate) entries: Vec<RevokedEntry>,
}

impl Writer {
    /// Takes the next number for this list, above any it had (RFC 5280 §5.2.3) and above `floor`, which the list on the
    /// disk has: a registry that was restored knows less than was published.
    ///
    /// # Errors
    /// No such authority; the publisher may not.
    pub(crate) async fn draw_list(&self, by: Publisher<'_>, of: ListOf, floor: u64) -> Result<Drawn, Refusal> {
        let mut change = match by {
            Publisher::Desk(at) => self.change(&By::desk(at)?, RequiredRole::Desk).await?,
            Publisher::Operator(by) => self.change(by, RequiredRole::Publish).await?,
        };
        let name = of.fingerprint().to_string();
        let number = authority::next_list(&mut change, &name, floor)
            .await?
            .ok_or_else(|| Malformed::NoAuthority(name.clone()))?;
        let entries = of.entries(&mut change, by.at()).await?;
        change.commit("crl.publish", &name, json!({ "number": number, "entries": entries.len() })).await?;
        Ok(Drawn { number, entries })
    }
}
