//! Certificates withdrawn: one, a device's, or those of a device that leaves with its people.

use certs::{DeviceNo, Serial};
use registry::change::{CertificateChange, CertificateStage, RevokedReason};
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::{By, Writer};
use crate::letters::Letter;
use crate::refusal::{Kind, Refusal};
use crate::rows;
use crate::rows::certificate::Revocable;
use crate::rows::{certificate, certificate_end};

impl Writer {
    /// Withdraws a device's certificates for ever: one by its serial, or every one not revoked yet;
    /// their serials, and the registry's version.
    ///
    /// # Errors
    /// No such device or certificate, or nothing left to revoke.
    pub async fn revoke(
        &self,
        by: &By,
        device: DeviceNo,
        serial: Option<&Serial>,
        reason: RevokedReason,
    ) -> Result<(Vec<String>, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        rows::device::standing(&mut change, device).await?;
        let revoked = match serial {
            None => revoked_all(&mut change, device, reason).await?,
            Some(serial) => {
                let serial = serial.to_string();
                let one = certificate::revocable(&mut change, device, &serial).await?;
                let one = one.ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.clone()))?;
                one.stage
                    .after(CertificateChange::Revoke(reason))
                    .map_err(|why| Refusal::Illegal(format!("{device} {serial}"), why))?;
                withdraw(&mut change, device, vec![one], reason).await?
            }
        };
        if revoked.is_empty() {
            return Err(Refusal::NoCertificate(device));
        }
        let detail = json!({ "reason": reason.as_str(), "serials": revoked });
        let version = change.commit("cert.revoke", &device.to_string(), detail).await?;
        Ok((revoked, version))
    }

    /// Closes every intent that was left behind: its serial is revoked, whatever became of it.
    /// Nothing is done, and no event written, where there is none.
    ///
    /// # Errors
    /// The operator may not, or the registry does not answer.
    pub async fn close_intents(&self, by: &By) -> Result<Vec<String>, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let serials = certificate::intended(&mut change).await?;
        let Some(first) = serials.first().cloned() else { return Ok(serials) };
        let now = change.at();
        for serial in &serials {
            certificate_end::revoke(&mut change, serial, now, RevokedReason::Other).await?;
        }
        change.commit("cert.close-intents", &first, json!({ "serials": serials })).await?;
        Ok(serials)
    }
}

/// Withdraws every certificate of a device that is not revoked yet; their serials.
///
/// # Errors
/// There is none.
pub(super) async fn revoked_all(
    change: &mut Change,
    device: DeviceNo,
    reason: RevokedReason,
) -> Result<Vec<String>, Refusal> {
    rows::device::standing(change, device).await?;
    let revoked = change_all(change, device, CertificateChange::Revoke(reason)).await?;
    if revoked.is_empty() { Err(Refusal::NoCertificate(device)) } else { Ok(revoked) }
}

/// Does this to each certificate of the device to which it can be done; their serials.
pub(super) async fn change_all(
    change: &mut Change,
    device: DeviceNo,
    what: CertificateChange,
) -> Result<Vec<String>, Refusal> {
    let CertificateChange::Revoke(reason) = what else { return Ok(Vec::new()) };
    let all = certificate::all_revocable(change, device).await?;
    withdraw(change, device, all, reason).await
}

/// Withdraws those of a device's certificates that can be. Its contact is told where one of them
/// still opened the door: the end of what was over already is no news.
async fn withdraw(
    change: &mut Change,
    device: DeviceNo,
    all: Vec<Revocable>,
    reason: RevokedReason,
) -> Result<Vec<String>, Refusal> {
    let now = change.at();
    let (mut withdrawn, mut news) = (Vec::new(), false);
    for Revocable { serial, stage, superseded_from, not_after } in all {
        if stage.after(CertificateChange::Revoke(reason)).is_err() {
            continue;
        }
        certificate_end::revoke(change, &serial, now, reason).await?;
        withdrawn.push(serial);
        news |= not_after >= now.unix()
            && match stage {
                CertificateStage::Issued => true,
                CertificateStage::Superseded => superseded_from.is_some_and(|from| from > now.unix()),
                CertificateStage::Intended | CertificateStage::Revoked => false,
            };
    }
    if news {
        let device_facts = rows::device::named(change, device).await?;
        let letter =
            Letter::CertificateRevoked { device: device_facts, at: now.unix(), reason: reason.as_str().to_owned() };
        change.mail_contact_of(device, &letter).await?;
    }
    Ok(withdrawn)
}
