//! What stands on an authority's list of certificates that are no longer good, and the number of the next one.
//!
//! An issuing CA's list has what is revoked, superseded, or on hold with its device; the root's has the issuing CAs that
//! were retired. A certificate that has expired needs no list any more (RFC 5280 §5).
//!
//! Number and entries come out of one transaction, and changes are one after the other: a list of a higher number has
//! everything in it that one of a lower has, and whatever was taken back in between.

use certs::{Fingerprint, Serial, Timestamp};
use registry::change::{CertificateStage, RevokedReason};
use serde_json::json;

use super::change::{Change, Duty};
use super::issuer::certificate;
use super::refusal::Refusal;
use super::{By, Unavailable, Writer};
use crate::crl::{RevokedEntry, Withdrawn};
use crate::database::Row;

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
    fn fingerprint(self) -> Fingerprint {
        match self {
            Self::Issuing(fingerprint) | Self::Root(fingerprint) => fingerprint,
        }
    }
}

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
    /// The entries of this list at this moment.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn withdrawn(&self, of: ListOf, now: Timestamp) -> Result<Vec<RevokedEntry>, Unavailable> {
        let mut tx = self.read().await?;
        match of {
            ListOf::Issuing(issuer) => {
                issued(&tx.rows(ISSUED, [issuer.to_string().into(), now.unix().into()]).await?, now)
            }
            ListOf::Root(_) => issuers(&tx.rows(ISSUERS, []).await?, now),
        }
    }

    /// Takes the next number for this list, above any it had (RFC 5280 §5.2.3) and above `floor`, which the list on the
    /// disk has: a registry that was restored knows less than was published.
    ///
    /// # Errors
    /// No such authority; the publisher may not.
    pub(crate) async fn draw_list(&self, by: Publisher<'_>, of: ListOf, floor: u64) -> Result<Drawn, Refusal> {
        let mut change = match by {
            Publisher::Desk(at) => self.change(&By::desk(at)?, Duty::Desk).await?,
            Publisher::Operator(by) => self.change(by, Duty::Publish).await?,
        };
        let name = of.fingerprint().to_string();
        let number = next_number(&mut change, &name, floor).await?;
        let now = by.at();
        let entries = match of {
            ListOf::Issuing(_) => issued(&change.rows(ISSUED, [name.as_str().into(), now.unix().into()]).await?, now)?,
            ListOf::Root(_) => issuers(&change.rows(ISSUERS, []).await?, now)?,
        };
        change.commit("crl.publish", &name, json!({ "number": number, "entries": entries.len() })).await?;
        Ok(Drawn { number, entries })
    }

    /// The registry's version, and whether a change since that one can have touched a list.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn lists_touched_since(&self, version: i64) -> Result<(i64, bool), Unavailable> {
        let mut tx = self.read().await?;
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
}

async fn next_number(change: &mut Change, name: &str, floor: u64) -> Result<u64, Refusal> {
    let floor = i64::try_from(floor).unwrap_or(i64::MAX - 1);
    let row = change
        .row(
            "UPDATE authorities SET crl_number = 1 + CASE WHEN crl_number < $2 THEN $2 ELSE crl_number END, \
             version = $3 WHERE fingerprint = $1 RETURNING crl_number",
            [name.into(), floor.into(), change.version().into()],
        )
        .await?
        .ok_or_else(|| {
            let ja = format!("認証局 {name} は台帳にありません。");
            Refusal::malformed("issuer", ja, format!("{name} is not in the registry"))
        })?;
    Ok(row.int("crl_number")?.unsigned_abs())
}

fn issuers(rows: &[Row], now: Timestamp) -> Result<Vec<RevokedEntry>, Unavailable> {
    let mut entries = Vec::new();
    for row in rows {
        let retired = certificate(row)?;
        if retired.validity().not_after >= now {
            let since = row.maybe_int("at")?.map_or(now, Timestamp::from_unix);
            let withdrawn = Withdrawn::Revoked(RevokedReason::Ended);
            entries.push(RevokedEntry { serial: retired.serial(), since, withdrawn });
        }
    }
    Ok(entries)
}

fn issued(rows: &[Row], now: Timestamp) -> Result<Vec<RevokedEntry>, Unavailable> {
    rows.iter().map(|row| entry(row, now)).collect()
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
