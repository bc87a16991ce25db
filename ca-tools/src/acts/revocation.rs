//! Certificates withdrawn: one, a device's, or those of a device that leaves with its people.

use certs::{DeviceNo, Serial};
use registry::change::{CertificateChange, CertificateStage, RevokedReason};
use serde_json::json;

use super::change::{Change, Duty};
use super::refusal::{Kind, Refusal};
use super::{By, Writer};
use crate::database::Row;
use crate::mail::Letter;
use crate::rows::word;

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
        let mut change = self.change(by, Duty::Record).await?;
        super::device::standing(&mut change, i64::from(device.number())).await?;
        let revoked = match serial {
            None => change_all(&mut change, device, CertificateChange::Revoke(reason)).await?,
            Some(serial) => {
                let serial = serial.to_string();
                let row = change
                    .row(
                        "SELECT serial, state, superseded_from, not_after FROM certificates \
                         WHERE serial = $1 AND device = $2",
                        [serial.as_str().into(), device.number().into()],
                    )
                    .await?
                    .ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.clone()))?;
                let stage: CertificateStage = word(&row.text("state")?)?;
                stage
                    .after(CertificateChange::Revoke(reason))
                    .map_err(|why| Refusal::Illegal(format!("{device} {serial}"), why))?;
                withdraw(&mut change, device, (&[row], reason)).await?
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
        let mut change = self.change(by, Duty::Record).await?;
        let rows = change.rows("SELECT serial FROM certificates WHERE state = 'intended' ORDER BY serial", []).await?;
        let serials = rows.iter().map(|row| row.text("serial")).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = serials.first().cloned() else { return Ok(serials) };
        for serial in &serials {
            write_revoked(&mut change, serial, RevokedReason::Other).await?;
        }
        change.commit("cert.close-intents", &first, json!({ "serials": serials })).await?;
        Ok(serials)
    }
}

/// Does this to each certificate of the device to which it can be done; their serials.
pub(super) async fn change_all(
    change: &mut Change,
    device: DeviceNo,
    what: CertificateChange,
) -> Result<Vec<String>, Refusal> {
    let CertificateChange::Revoke(reason) = what else { return Ok(Vec::new()) };
    let rows = change
        .rows(
            "SELECT serial, state, superseded_from, not_after FROM certificates WHERE device = $1 ORDER BY not_before",
            [device.number().into()],
        )
        .await?;
    withdraw(change, device, (&rows, reason)).await
}

/// Withdraws those of a device's certificates that can be. Its contact is told where one of them
/// still opened the door: the end of what was over already is no news.
async fn withdraw(
    change: &mut Change,
    device: DeviceNo,
    (rows, reason): (&[Row], RevokedReason),
) -> Result<Vec<String>, Refusal> {
    let now = change.at().unix();
    let (mut withdrawn, mut news) = (Vec::new(), false);
    for row in rows {
        let stage: CertificateStage = word(&row.text("state")?)?;
        if stage.after(CertificateChange::Revoke(reason)).is_err() {
            continue;
        }
        let serial = row.text("serial")?;
        write_revoked(change, &serial, reason).await?;
        withdrawn.push(serial);
        news |= row.int("not_after")? >= now
            && match stage {
                CertificateStage::Issued => true,
                CertificateStage::Superseded => row.maybe_int("superseded_from")?.is_some_and(|from| from > now),
                CertificateStage::Intended | CertificateStage::Revoked => false,
            };
    }
    if news {
        let device_facts = super::ticket::device_facts(change, device).await?;
        let letter = Letter::CertificateRevoked { device: device_facts, at: now, reason: reason.as_str().to_owned() };
        change.mail_contact_of(device, &letter).await?;
    }
    Ok(withdrawn)
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
