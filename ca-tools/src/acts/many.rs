//! Certificates for many devices at once, as an example house has them: intended in one change,
//! recorded in another. Their keys are made here one by one, so nobody asks whether one was certified before.

use std::collections::HashMap;

use certs::DeviceNo;
use registry::change::{CertificateStage, IllegalChange};
use serde_json::json;

use super::change::RequiredRole;
use super::eligible::stage_of;
use super::{By, Writer};
use crate::refusal::{Kind, Refusal};
use crate::rows::certificate::Intended;
use crate::rows::{Intent, Signed, certificate};
use crate::sign::IntentReceipt;

impl Writer {
    /// Records that certificates of devices which never had one are about to be signed, all in one
    /// change: for example houses.
    ///
    /// # Errors
    /// One of the devices may not hold one now, or has one already; then none is intended.
    pub async fn intend_all(&self, by: &By, intents: &[Intent]) -> Result<Vec<IntentReceipt>, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let now = change.at();
        let numbers = intents.iter().map(|intent| intent.device.number());
        let range = (numbers.clone().min().unwrap_or_default(), numbers.max().unwrap_or_default());
        let taken: HashMap<_, _> = certificate::not_revoked_between(&mut change, range).await?.into_iter().collect();
        let facts = certificate::facts_between(&mut change, range).await?;
        let allowed: HashMap<_, _> = facts.iter().map(|facts| (facts.device, facts)).collect();
        let mut rows = Vec::with_capacity(intents.len());
        let own = by.application.as_deref();
        for intent in intents {
            let number = i64::from(intent.device.number());
            if let Some(serial) = taken.get(&number) {
                return Err(Refusal::HasCertificate(intent.device, serial.clone()));
            }
            let facts = allowed.get(&number);
            let facts = facts.ok_or_else(|| Refusal::Unknown(Kind::Device, intent.device.to_string()))?;
            let stage = stage_of(intent.device, facts, now)?;
            rows.push(Intended { intent, stage, application: own.unwrap_or(&facts.application) });
        }
        certificate::write_intents(&mut change, &rows).await?;
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
        let mut change = self.change(by, RequiredRole::Record).await?;
        let recorded = certificate::write_all_signed(&mut change, signed).await?;
        if recorded != signed.len() as u64 {
            let why = IllegalChange::Certificate(CertificateStage::Revoked, CertificateStage::Issued);
            return Err(Refusal::Illegal(subject(signed.iter().map(|(intent, _)| intent)), why));
        }
        let subject = subject(signed.iter().map(|(intent, _)| intent));
        change.commit("cert.issue", &subject, json!({ "certificates": signed.len() })).await
    }
}

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
