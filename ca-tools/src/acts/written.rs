//! A certificate as every way to one writes it: its intent, itself, its end when another takes its place.

use certs::DeviceNo;
use registry::change::{CertificateChange, CertificateStage};
use serde_json::json;

use super::change::Change;
use super::{issuer, public_key};
use crate::refusal::Refusal;
use crate::rows::certificate::{Held, Intended};
use crate::rows::certificate_end::Superseded;
use crate::rows::{Intent, Signed, certificate, certificate_end};
use crate::sign::IntentReceipt;

/// Writes what is about to be signed, and makes it so.
pub(super) async fn intent(
    mut change: Change,
    intent: &Intent,
    stage: CertificateStage,
) -> Result<IntentReceipt, Refusal> {
    issuer::not_retired(&mut change, &intent.issuer).await?;
    public_key::not_certified(&mut change, &intent.key).await?;
    certificate_end::close_intents_of(&mut change, intent.device).await?;
    let application = change.application()?;
    certificate::write_intents(&mut change, &[Intended { intent, stage, application: &application }]).await?;
    let detail = json!({ "serial": intent.serial.to_string(), "to_be_signed": intent.to_be_signed });
    change.commit("cert.intend", &intent.device.to_string(), detail).await?;
    Ok(IntentReceipt::of_committed(intent.serial, &intent.to_be_signed))
}

/// The intent of a certificate becomes the certificate. Its key is asked for once more: of two intents with one key, the
/// first that is recorded has it.
pub(super) async fn signed(change: &mut Change, signed: &Signed, stage: CertificateStage) -> Result<(), Refusal> {
    public_key::not_certified(change, &signed.key).await?;
    Ok(certificate::write_signed(change, signed, stage).await?)
}

/// Its successor takes a certificate's place: it counts until the second `from`.
pub(super) async fn superseded(
    change: &mut Change,
    (device, old): (DeviceNo, &Held),
    (from, successor): (i64, &str),
) -> Result<(), Refusal> {
    let stage = old.stage.after(CertificateChange::Supersede);
    let stage = stage.map_err(|why| Refusal::Illegal(format!("{device} {}", old.serial), why))?;
    let superseded = Superseded { stage, from, successor };
    Ok(certificate_end::supersede(change, &old.serial, superseded).await?)
}
