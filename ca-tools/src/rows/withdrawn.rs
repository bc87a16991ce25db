//! What stands on an authority's list of certificates that are no longer good.

use certs::{Fingerprint, Serial, Timestamp};
use registry::change::{CertificateStage, RevokedReason};

use super::authority::certificate;
use crate::crl::{RevokedEntry, Withdrawn};
use crate::database::{Row, Transaction};
use crate::refusal::Unavailable;

const ISSUED: &str = "SELECT c.serial, c.state, c.superseded_from, c.revoked_at, c.revoked_reason, e.at AS held_at \
    FROM certificates c JOIN devices d ON d.device = c.device LEFT JOIN events e ON e.version = d.version \
    WHERE c.issuer = $1 AND c.not_after >= $2 AND (c.state = 'revoked' \
    OR (c.state = 'superseded' AND c.superseded_from <= $2) \
    OR (c.state IN ('issued', 'superseded') AND d.suspended = 1)) ORDER BY c.serial";
const ISSUERS: &str = "SELECT a.certificate, e.at FROM authorities a LEFT JOIN events e ON e.version = a.version \
    WHERE a.kind = 'issuing' AND a.state = 'retired'";

/// Whose list is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ListOf {
    /// An issuing CA's.
    Issuing(Fingerprint),
    /// The root's.
    Root(Fingerprint),
}

impl ListOf {
    pub(crate) fn fingerprint(self) -> Fingerprint {
        match self {
            Self::Issuing(fingerprint) | Self::Root(fingerprint) => fingerprint,
        }
    }

    /// What stands on it at this moment.
    pub(crate) async fn entries(self, tx: &mut Transaction, now: Timestamp) -> Result<Vec<RevokedEntry>, Unavailable> {
        match self {
            Self::Issuing(issuer) => issued(tx, &issuer.to_string(), now).await,
            Self::Root(_) => issuers(tx, now).await,
        }
    }
}

/// What stands on the list of this issuing CA.
async fn issued(tx: &mut Transaction, issuer: &str, now: Timestamp) -> Result<Vec<RevokedEntry>, Unavailable> {
    let rows = tx.rows(ISSUED, [issuer.into(), now.unix().into()]).await?;
    rows.iter().map(|row| entry(row, now)).collect()
}

/// What stands on the root's: issuing CAs that were retired.
async fn issuers(tx: &mut Transaction, now: Timestamp) -> Result<Vec<RevokedEntry>, Unavailable> {
    let mut entries = Vec::new();
    for row in tx.rows(ISSUERS, []).await? {
        let retired = certificate(&row)?;
        if retired.validity().not_after >= now {
            let since = row.maybe_int("at")?.map_or(now, Timestamp::from_unix);
            let withdrawn = Withdrawn::Revoked(RevokedReason::Ended);
            entries.push(RevokedEntry { serial: retired.serial(), since, withdrawn });
        }
    }
    Ok(entries)
}

/// The registry's version, and whether a change since that one can have touched a list.
pub(crate) async fn touched_since(tx: &mut Transaction, version: i64) -> Result<(i64, bool), Unavailable> {
    let row = tx
        .row(
            "SELECT r.version AS version, \
             (SELECT count(*) FROM certificates WHERE version > $1 AND state IN ('revoked', 'superseded')) \
             + (SELECT count(*) FROM devices WHERE version > $1) AS touched FROM registry r WHERE r.one = 1",
            [version.into()],
        )
        .await?
        .ok_or_else(|| Unavailable::NotARegistry("no row in the table registry".into()))?;
    Ok((row.int("version")?, row.int("touched")? > 0))
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
