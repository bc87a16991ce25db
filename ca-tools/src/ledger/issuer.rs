//! Issuing CAs: which one signs, and whether one more could.

use certs::{AuthorityCert, Fingerprint};
use registry::change::newest;

use super::Ledger;
use crate::refusal::{IssuerRefusal, Refusal};
use crate::rows::authority;

impl Ledger {
    /// The issuing CAs in use, the newest first: it signs.
    ///
    /// # Errors
    /// The registry does not answer, or knows none.
    pub async fn issuers(&self) -> Result<Vec<AuthorityCert>, Refusal> {
        let mut tx = self.read().await?;
        let mut all = authority::issuing_in_use(&mut tx).await?;
        let signs = newest(&all).map(AuthorityCert::fingerprint).ok_or(IssuerRefusal::NoneInUse)?;
        all.sort_by_key(|issuer| (issuer.fingerprint() != signs, -issuer.validity().not_before.unix()));
        Ok(all)
    }

    /// The issuing CA that signs now.
    ///
    /// # Errors
    /// As [`Self::issuers`].
    pub async fn issuer(&self) -> Result<Fingerprint, Refusal> {
        let all = self.issuers().await?;
        Ok(all.first().map(AuthorityCert::fingerprint).ok_or(IssuerRefusal::NoneInUse)?)
    }

    /// Whether a CA of this name could be made known. Nothing is changed.
    ///
    /// # Errors
    /// Its name is an authority's already.
    pub async fn name_is_free(&self, issuing: &AuthorityCert) -> Result<(), Refusal> {
        let mut tx = self.read().await?;
        match authority::same_name(&mut tx, issuing).await? {
            Some(known) => Err(IssuerRefusal::SameName(known).into()),
            None => Ok(()),
        }
    }
}
