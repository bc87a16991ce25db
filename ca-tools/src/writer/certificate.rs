//! Certificates: intended before they are signed, recorded after, superseded, revoked.
//!
//! The intent is committed before the key signs, so that no certificate of ours can exist whose
//! serial the registry does not know, whatever dies in between.

use certs::{DeviceNo, Fingerprint, Serial, Timestamp, Validity};
use registry::Assurance;
use registry::change::{CertificateChange, CertificateStage, RevokedReason};
use serde_json::json;

use super::change::{Change, Duty};
use super::office::office_state;
use super::refusal::{Kind, Refusal, Unavailable};
use super::{By, Writer, word};
use crate::sign::IntentReceipt;

/// A certificate about to be signed.
#[derive(Clone, Debug)]
pub struct Intent {
    /// Its serial, drawn for it alone.
    pub serial: Serial,
    /// The device it is for.
    pub device: DeviceNo,
    /// From when until when.
    pub validity: Validity,
    /// How its key is kept.
    pub assurance: Assurance,
    /// Who made its key.
    pub key_origin: KeyOrigin,
    /// The issuing CA's certificate.
    pub issuer: Fingerprint,
    /// SHA-256 of the linted TBSCertificate, 64 hex digits.
    pub to_be_signed: String,
}

/// Who made a certificate's key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyOrigin {
    /// This program, for a key file.
    Server,
    /// The device, which sent a request.
    Csr,
}

impl KeyOrigin {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Csr => "csr",
        }
    }
}

/// What a certificate is issued for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// The device has none in use.
    First,
    /// In place of the one in use, which is superseded so many seconds later.
    Renewal {
        /// How long the old one still counts, in seconds.
        grace: i64,
    },
}

/// A certificate that was signed.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Its serial.
    pub serial: Serial,
    /// SHA-256 of its DER.
    pub fingerprint: Fingerprint,
    /// Its PEM.
    pub pem: String,
}

impl Writer {
    /// Records that a certificate is about to be signed. An intent of the device that was left
    /// behind is closed: the newest one counts, and an older one can no longer be recorded.
    ///
    /// # Errors
    /// The device may not hold one now, has one already, or has none to renew.
    pub async fn intend(&self, by: &By, intent: &Intent, purpose: Purpose) -> Result<IntentReceipt, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let stage = intendable(&mut change, intent.device).await?;
        let now = change.at();
        let held = held(&mut change, intent.device, now).await?;
        match purpose {
            Purpose::First => {
                if let Some(in_use) = held.first() {
                    return Err(Refusal::HasCertificate(intent.device, in_use.serial.clone()));
                }
            }
            Purpose::Renewal { .. } => {
                renewable(intent.device, &held)?;
            }
        }
        change
            .run(
                "UPDATE certificates SET state = 'revoked', revoked_at = $2, revoked_reason = 'other', version = $3 \
                 WHERE device = $1 AND state = 'intended'",
                [intent.device.number().into(), now.unix().into(), change.version().into()],
            )
            .await?;
        let application = change.application()?;
        change
            .run(
                "INSERT INTO certificates (serial, device, state, not_before, not_after, assurance, key_origin, issuer, \
                 to_be_signed, application, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                [
                    intent.serial.to_string().into(),
                    intent.device.number().into(),
                    stage.as_str().into(),
                    intent.validity.not_before.unix().into(),
                    intent.validity.not_after.unix().into(),
                    intent.assurance.as_str().into(),
                    intent.key_origin.as_str().into(),
                    intent.issuer.to_string().into(),
                    intent.to_be_signed.as_str().into(),
                    application.into(),
                    change.version().into(),
                ],
            )
            .await?;
        let detail = json!({ "serial": intent.serial.to_string(), "to_be_signed": intent.to_be_signed });
        change.commit("cert.intend", &intent.device.to_string(), detail).await?;
        Ok(IntentReceipt::of_committed(intent.serial, &intent.to_be_signed))
    }

    /// Records a signed certificate, and supersedes the one it renews in the same moment.
    ///
    /// # Errors
    /// Its intent was closed meanwhile: another operator came first, or the device left service.
    pub async fn record(&self, by: &By, device: DeviceNo, signed: &Signed, purpose: Purpose) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        intendable(&mut change, device).await?;
        let serial = signed.serial.to_string();
        let row = change.row("SELECT state FROM certificates WHERE serial = $1", [serial.as_str().into()]).await?;
        let row = row.ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.clone()))?;
        let stage: CertificateStage = word(&row.text("state")?)?;
        let stage =
            stage.after(CertificateChange::Sign).map_err(|why| Refusal::Illegal(format!("{device} {serial}"), why))?;
        let now = change.at();
        let held = held(&mut change, device, now).await?;
        let (action, detail) = match purpose {
            Purpose::First => {
                if let Some(in_use) = held.first() {
                    return Err(Refusal::HasCertificate(device, in_use.serial.clone()));
                }
                ("cert.issue", json!({ "serial": serial, "fingerprint": signed.fingerprint.to_string() }))
            }
            Purpose::Renewal { grace } => {
                let old = renewable(device, &held)?;
                let from = now.plus(grace).unix();
                change
                    .run(
                        "UPDATE certificates SET state = 'superseded', superseded_from = $2, successor = $3, \
                         version = $4 WHERE serial = $1",
                        [old.serial.as_str().into(), from.into(), serial.as_str().into(), change.version().into()],
                    )
                    .await?;
                let detail = json!({
                    "serial": serial, "fingerprint": signed.fingerprint.to_string(),
                    "supersedes": old.serial, "superseded_from": from,
                });
                ("cert.renew", detail)
            }
        };
        change
            .run(
                "UPDATE certificates SET state = $2, fingerprint = $3, certificate = $4, version = $5 WHERE serial = $1",
                [
                    serial.as_str().into(),
                    stage.as_str().into(),
                    signed.fingerprint.to_string().into(),
                    signed.pem.as_str().into(),
                    change.version().into(),
                ],
            )
            .await?;
        change.commit(action, &device.to_string(), detail).await
    }

    /// Withdraws a device's certificates for ever: one by its serial, or every one not revoked yet.
    ///
    /// # Errors
    /// No such device or certificate, or nothing left to revoke.
    pub async fn revoke(
        &self,
        by: &By,
        device: DeviceNo,
        serial: Option<&Serial>,
        reason: RevokedReason,
    ) -> Result<Vec<String>, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        super::device::standing(&mut change, i64::from(device.number())).await?;
        let what = CertificateChange::Revoke(reason);
        let revoked = match serial {
            None => change_all(&mut change, device, what).await?,
            Some(serial) => {
                let serial = serial.to_string();
                let row = change
                    .row(
                        "SELECT state FROM certificates WHERE serial = $1 AND device = $2",
                        [serial.as_str().into(), device.number().into()],
                    )
                    .await?
                    .ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.clone()))?;
                let stage: CertificateStage = word(&row.text("state")?)?;
                stage.after(what).map_err(|why| Refusal::Illegal(format!("{device} {serial}"), why))?;
                write_revoked(&mut change, &serial, reason).await?;
                vec![serial]
            }
        };
        if revoked.is_empty() {
            return Err(Refusal::NoCertificate(device));
        }
        let detail = json!({ "reason": reason.as_str(), "serials": revoked });
        change.commit("cert.revoke", &device.to_string(), detail).await?;
        Ok(revoked)
    }
}

/// May this device be given a certificate now? Takes over its application.
async fn intendable(change: &mut Change, device: DeviceNo) -> Result<CertificateStage, Refusal> {
    let (_, standing) = super::device::standing(change, i64::from(device.number())).await?;
    let row = change
        .row("SELECT office, approved_until, application FROM devices WHERE device = $1", [device.number().into()])
        .await?
        .ok_or_else(|| Refusal::Unknown(Kind::Device, device.to_string()))?;
    let office = row.text("office")?.parse().map_err(|why| Unavailable::Corrupt(format!("{device}: {why}")))?;
    let office = office_state(change, &office).await?;
    let until = row.maybe_int("approved_until")?.map(Timestamp::from_unix);
    change.inherit_application(row.text("application")?);
    standing.intend_certificate(office, until, change.at()).map_err(|why| Refusal::Illegal(device.to_string(), why))
}

/// A certificate of the device that still opens the door.
struct Held {
    serial: String,
    stage: CertificateStage,
}

/// Those that open the door now, the one in use first.
async fn held(change: &mut Change, device: DeviceNo, now: Timestamp) -> Result<Vec<Held>, Refusal> {
    let rows = change
        .rows(
            "SELECT serial, state FROM certificates WHERE device = $1 AND not_after >= $2 AND (state = 'issued' \
             OR (state = 'superseded' AND superseded_from > $2)) ORDER BY state, not_after DESC",
            [device.number().into(), now.unix().into()],
        )
        .await?;
    rows.iter().map(|row| Ok(Held { serial: row.text("serial")?, stage: word(&row.text("state")?)? })).collect()
}

/// The one to be renewed: in use, with no renewal of it under way.
fn renewable(device: DeviceNo, held: &[Held]) -> Result<&Held, Refusal> {
    match held {
        [] => Err(Refusal::NoCertificate(device)),
        [one] if one.stage == CertificateStage::Issued => Ok(one),
        [newest, ..] => Err(Refusal::RenewalPending(device, newest.serial.clone())),
    }
}

/// Does this to each certificate of the device to which it can be done; their serials.
pub(super) async fn change_all(
    change: &mut Change,
    device: DeviceNo,
    what: CertificateChange,
) -> Result<Vec<String>, Refusal> {
    let rows = change
        .rows("SELECT serial, state FROM certificates WHERE device = $1 ORDER BY not_before", [device.number().into()])
        .await?;
    let mut changed = Vec::new();
    for row in rows {
        let stage: CertificateStage = word(&row.text("state")?)?;
        let CertificateChange::Revoke(reason) = what else { continue };
        if stage.after(what).is_ok() {
            let serial = row.text("serial")?;
            write_revoked(change, &serial, reason).await?;
            changed.push(serial);
        }
    }
    Ok(changed)
}

async fn write_revoked(change: &mut Change, serial: &str, reason: RevokedReason) -> Result<(), Refusal> {
    change
        .run(
            "UPDATE certificates SET state = 'revoked', revoked_at = $2, revoked_reason = $3, version = $4 \
             WHERE serial = $1",
            [serial.into(), change.at().unix().into(), reason.as_str().into(), change.version().into()],
        )
        .await?;
    Ok(())
}
