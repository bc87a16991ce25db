//! What stands on an authority's list now, and whether a list is to be made anew.

use certs::Timestamp;

use super::Ledger;
use crate::crl::RevokedEntry;
use crate::refusal::Unavailable;
use crate::rows::{ListOf, withdrawn};

impl Ledger {
    /// The entries of this list at this moment.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn withdrawn(&self, of: ListOf, now: Timestamp) -> Result<Vec<RevokedEntry>, Unavailable> {
        of.entries(&mut self.read().await?, now).await
    }

    /// The registry's version, and whether a change since that one can have touched a list.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn lists_touched_since(&self, version: i64) -> Result<(i64, bool), Unavailable> {
        withdrawn::touched_since(&mut self.read().await?, version).await
    }
}
