//! The CAs a gateway trusts.

use certs::Fingerprint;
use serde_json::json;

use super::change::{Change, Duty};
use super::refusal::Refusal;
use super::{By, Writer};

/// A certificate of our own hierarchy.
#[derive(Clone, Debug)]
pub struct Authority {
    /// SHA-256 of its DER.
    pub fingerprint: Fingerprint,
    /// Which of the two.
    pub kind: AuthorityKind,
    /// Its PEM.
    pub pem: String,
}

/// Root or issuing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AuthorityKind {
    /// Kept apart from daily work.
    Root,
    /// Signs device certificates.
    Issuing,
}

impl Writer {
    /// Makes authorities known.
    ///
    /// # Errors
    /// One of them is known already.
    pub async fn add_authorities(&self, by: &By, authorities: &[Authority]) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Custody).await?;
        let names = write_all(&mut change, authorities, 0).await?;
        change.commit("ca.add", names.first().map_or("", String::as_str), json!({ "fingerprints": names })).await
    }
}

/// Writes a row each, whose first list was signed already; their fingerprints.
pub(super) async fn write_all(
    change: &mut Change,
    authorities: &[Authority],
    first_list: i64,
) -> Result<Vec<String>, Refusal> {
    for authority in authorities {
        let kind = match authority.kind {
            AuthorityKind::Root => "root",
            AuthorityKind::Issuing => "issuing",
        };
        change
            .run(
                "INSERT INTO authorities (fingerprint, kind, state, certificate, crl_number, version) \
                 VALUES ($1, $2, 'active', $3, $4, $5)",
                [
                    authority.fingerprint.to_string().into(),
                    kind.into(),
                    authority.pem.as_str().into(),
                    first_list.into(),
                    change.version().into(),
                ],
            )
            .await?;
    }
    Ok(authorities.iter().map(|authority| authority.fingerprint.to_string()).collect())
}
