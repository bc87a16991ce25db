//! What stands on an issuer's revocation list: revoked, superseded, or on hold with its device.
//! A certificate that has expired needs no list any more (RFC 5280 §5).

use certs::{Fingerprint, Serial, Timestamp};
use registry::change::{CertificateStage, RevokedReason};

use crate::crl::{RevokedEntry, Withdrawn};
use crate::writer::{Row, Unavailable, Writer};

const QUESTION: &str = "SELECT c.serial, c.state, c.superseded_from, c.revoked_at, c.revoked_reason, e.at AS held_at \
    FROM certificates c JOIN devices d ON d.device = c.device LEFT JOIN events e ON e.version = d.version \
    WHERE c.issuer = $1 AND c.not_after >= $2 AND (c.state = 'revoked' \
    OR (c.state = 'superseded' AND c.superseded_from <= $2) \
    OR (c.state IN ('issued', 'superseded') AND d.suspended = 1)) ORDER BY c.serial";

impl Writer {
    /// The entries of this issuer's list at this moment.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn revoked(&self, issuer: &Fingerprint, now: Timestamp) -> Result<Vec<RevokedEntry>, Unavailable> {
        let rows = self.read().await?.rows(QUESTION, [issuer.to_string().into(), now.unix().into()]).await?;
        rows.iter().map(|row| entry(row, now)).collect()
    }
}

fn entry(row: &Row, now: Timestamp) -> Result<RevokedEntry, Unavailable> {
    let corrupt = |what: String| Unavailable::Corrupt(what);
    let text = row.text("serial")?;
    let serial: Serial = text.parse().map_err(|why| corrupt(format!("serial {text}: {why}")))?;
    let state: CertificateStage =
        row.text("state")?.parse().map_err(|why| corrupt(format!("certificate {serial}: {why}")))?;
    let (since, withdrawn) = match state {
        CertificateStage::Revoked => {
            let reason = row.maybe_text("revoked_reason")?.unwrap_or_default();
            let reason: RevokedReason =
                reason.parse().map_err(|why| corrupt(format!("certificate {serial}: {why}")))?;
            (row.maybe_int("revoked_at")?, Withdrawn::Revoked(reason))
        }
        CertificateStage::Superseded if row.maybe_int("superseded_from")?.is_some_and(|from| from <= now.unix()) => {
            (row.maybe_int("superseded_from")?, Withdrawn::Superseded)
        }
        CertificateStage::Superseded | CertificateStage::Issued | CertificateStage::Intended => {
            (row.maybe_int("held_at")?, Withdrawn::Held)
        }
    };
    Ok(RevokedEntry { serial, since: since.map_or(now, Timestamp::from_unix), withdrawn })
}
