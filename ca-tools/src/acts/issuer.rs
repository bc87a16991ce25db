//! Issuing CAs: the one that signs now, one more, one that goes.
//!
//! Which one signs is the registry's word, not that of a file in a folder: a CA whose making was cut
//! short lies in the folder and signs nothing.

use certs::{AuthorityCert, Fingerprint};
use registry::change::AuthorityState;
use serde_json::json;

use super::authority::write_all;
use super::change::{Change, RequiredRole};
use super::{By, Writer};
use crate::proposal::Act;
use crate::refusal::{IssuerRefusal, Refusal};
use crate::rows::{Authority, authority};

impl Writer {
    /// Whether this operator may work with the CA's keys. Nothing is changed.
    ///
    /// # Errors
    /// They may not.
    pub async fn may_keep_keys(&self, by: &By) -> Result<(), Refusal> {
        self.change(by, RequiredRole::Custody).await.map(|_| ())
    }

    /// Makes one more issuing CA known; from the commit on it signs.
    ///
    /// # Errors
    /// Its name is an authority's already, or not the one that it was given; it rests on no second.
    pub async fn add_issuing(
        &self,
        by: &By,
        (name, issuing): (&str, &AuthorityCert),
        authority: Authority,
    ) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Custody).await?;
        // What was approved is a CA of this name.
        if name.is_empty() || !issuing.subject().windows(name.len()).any(|part| part == name.as_bytes()) {
            return Err(IssuerRefusal::NotOne(issuing.fingerprint()).into());
        }
        change.needs_two(&Act::AddIssuing { name: name.to_owned() }).await?;
        if let Some(known) = authority::same_name(&mut change, issuing).await? {
            return Err(IssuerRefusal::SameName(known).into());
        }
        let names = write_all(&mut change, &[authority], 0).await?;
        let fingerprint = issuing.fingerprint().to_string();
        change.commit("ca.add-issuing", &fingerprint, json!({ "fingerprints": names })).await
    }

    /// Takes an issuing CA out of use, once nothing it signed is in use.
    ///
    /// # Errors
    /// No issuing CA of this registry; it went already; certificates of it are in use; nobody else
    /// could sign.
    pub async fn retire_issuing(&self, by: &By, issuer: &Fingerprint) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Custody).await?;
        write_retired(&mut change, issuer).await?;
        change.commit("ca.retire", &issuer.to_string(), json!({})).await
    }
}

/// Takes an issuing CA out of use, with a second's approval.
pub(super) async fn write_retired(change: &mut Change, issuer: &Fingerprint) -> Result<(), Refusal> {
    let place = issuer.to_string();
    let state = authority::state(change, issuer).await?.ok_or(IssuerRefusal::NotOne(*issuer))?;
    let now = change.at();
    let hanging = authority::hanging(change, issuer, now).await?.ok_or(IssuerRefusal::NotOne(*issuer))?;
    let retired = state.retire(hanging).map_err(|why| Refusal::Illegal(place.clone(), why))?;
    change.needs_two(&Act::RetireIssuing { issuer: *issuer }).await?;
    Ok(authority::write_state(change, &place, retired).await?)
}

/// A CA that was retired while somebody prepared a certificate signs it no more.
pub(super) async fn not_retired(change: &mut Change, issuer: &Fingerprint) -> Result<(), Refusal> {
    match authority::state(change, issuer).await? {
        Some(AuthorityState::Retired) => Err(IssuerRefusal::Retired(*issuer).into()),
        Some(AuthorityState::Active) | None => Ok(()),
    }
}
