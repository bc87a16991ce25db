//! Certificates for many devices at once, as an example house has them: intended in one change,
//! recorded in another. Their keys are made here one by one, so nobody asks whether one was certified before.

use std::collections::HashMap;

use certs::DeviceNo;
use registry::change::{CertificateStage, IllegalChange};
use serde_json::json;

use super::certificate::{FACTS, INSERT, row, stage_of};
use super::change::Duty;
use super::refusal::{Kind, Refusal};
use super::{By, Writer};
use crate::rows::{Intent, Signed};
use crate::sign::IntentReceipt;

impl Writer {
    /// Records that certificates of devices which never had one are about to be signed, all in one
    /// change: for example houses.
    ///
    /// # Errors
    /// One of the devices may not hold one now, or has one already; then none is intended.
    pub async fn intend_all(&self, by: &By, intents: &[Intent]) -> Result<Vec<IntentReceipt>, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let now = change.at();
        let numbers = intents.iter().map(|intent| intent.device.number());
        let range = (numbers.clone().min().unwrap_or_default(), numbers.max().unwrap_or_default());
        let in_use = change
            .rows(
                "SELECT device, serial FROM certificates WHERE device BETWEEN $1 AND $2 AND state <> 'revoked'",
                [range.0.into(), range.1.into()],
            )
            .await?;
        let mut taken = HashMap::with_capacity(in_use.len());
        for row in &in_use {
            taken.insert(row.int("device")?, row.text("serial")?);
        }
        let facts = change.rows(FACTS, [range.0.into(), range.1.into()]).await?;
        let mut allowed = HashMap::with_capacity(facts.len());
        for row in &facts {
            allowed.insert(row.int("device")?, row);
        }
        let mut rows = Vec::with_capacity(intents.len());
        for intent in intents {
            let number = i64::from(intent.device.number());
            if let Some(serial) = taken.get(&number) {
                return Err(Refusal::HasCertificate(intent.device, serial.clone()));
            }
            let facts = allowed.get(&number);
            let facts = facts.ok_or_else(|| Refusal::Unknown(Kind::Device, intent.device.to_string()))?;
            let stage = stage_of(intent.device, facts, now)?;
            let application = by.application.clone().map_or_else(|| facts.text("application"), Ok)?;
            rows.push(row(intent, stage, (&application, change.version())));
        }
        change.insert_many((INSERT, ""), rows).await?;
        let detail = json!({ "certificates": intents.len() });
        change.commit("cert.intend", &subject(intents.iter()), detail).await?;
        let receipts = intents.iter().map(|intent| IntentReceipt::of_committed(intent.serial, &intent.to_be_signed));
        Ok(receipts.collect())
    }

    /// Records the certificates that [`Self::intend_all`] announced.
    ///
    /// # Errors
    /// One of their intents was closed meanwhile; then none is recorded.
    pub async fn record_all(&self, by: &By, signed: &[(Intent, Signed)]) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let mut rows = Vec::with_capacity(signed.len());
        for (intent, signed) in signed {
            let mut row = row(intent, CertificateStage::Issued, ("", change.version()));
            row.push(signed.fingerprint.to_string().into());
            row.push(signed.pem.as_str().into());
            row.push(signed.key.to_string().into());
            rows.push(row);
        }
        let recorded = change.insert_many((UPSERT, INTO_INTENDED), rows).await?;
        if recorded != signed.len() as u64 {
            let why = IllegalChange::Certificate(CertificateStage::Revoked, CertificateStage::Issued);
            return Err(Refusal::Illegal(subject(signed.iter().map(|(intent, _)| intent)), why));
        }
        let subject = subject(signed.iter().map(|(intent, _)| intent));
        change.commit("cert.issue", &subject, json!({ "certificates": signed.len() })).await
    }
}

const UPSERT: &str = "INSERT INTO certificates (serial, device, state, not_before, not_after, assurance, key_origin, \
    issuer, to_be_signed, application, version, shortened, fingerprint, certificate, key_print)";
/// The row of the intent becomes that of the certificate; an intent that was closed stays closed.
const INTO_INTENDED: &str = "ON CONFLICT (serial) DO UPDATE SET state = excluded.state, version = excluded.version, \
    fingerprint = excluded.fingerprint, certificate = excluded.certificate, key_print = excluded.key_print WHERE certificates.state = 'intended'";

/// The first and the last device of many.
fn subject<'a>(intents: impl Iterator<Item = &'a Intent>) -> String {
    let (mut first, mut last) = (None, None);
    for intent in intents {
        first = first.or(Some(intent.device));
        last = Some(intent.device);
    }
    let name = |no: Option<DeviceNo>| no.map(|no| no.to_string()).unwrap_or_default();
    format!("{}..{}", name(first), name(last))
}
