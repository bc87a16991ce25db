//! The CAs a gateway trusts, and the numbers of the lists they published.

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
        let names = write_all(&mut change, authorities).await?;
        change.commit("ca.add", names.first().map_or("", String::as_str), json!({ "fingerprints": names })).await
    }

    /// Takes the next number for this issuer's revocation list (RFC 5280 §5.2.3: it only grows).
    ///
    /// # Errors
    /// No such issuer.
    pub async fn next_crl_number(&self, by: &By, issuer: &Fingerprint) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let row = change
            .row(
                "UPDATE authorities SET crl_number = crl_number + 1, version = $2 WHERE fingerprint = $1 \
                 RETURNING crl_number",
                [issuer.to_string().into(), change.version().into()],
            )
            .await?
            .ok_or_else(|| {
                let ja = format!("発行認証局 {issuer} は台帳にありません。");
                Refusal::malformed("issuer", ja, format!("{issuer} is not in the registry"))
            })?;
        let number = row.int("crl_number")?;
        change.commit("crl.publish", &issuer.to_string(), json!({ "number": number })).await?;
        Ok(number.unsigned_abs())
    }
}

/// Writes a row each; their fingerprints.
pub(super) async fn write_all(change: &mut Change, authorities: &[Authority]) -> Result<Vec<String>, Refusal> {
    for authority in authorities {
        let kind = match authority.kind {
            AuthorityKind::Root => "root",
            AuthorityKind::Issuing => "issuing",
        };
        change
            .run(
                "INSERT INTO authorities (fingerprint, kind, state, certificate, crl_number, version) \
                 VALUES ($1, $2, 'active', $3, 0, $4)",
                [
                    authority.fingerprint.to_string().into(),
                    kind.into(),
                    authority.pem.as_str().into(),
                    change.version().into(),
                ],
            )
            .await?;
    }
    Ok(authorities.iter().map(|authority| authority.fingerprint.to_string()).collect())
}
