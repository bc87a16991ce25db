//! Certificates withdrawn: one, a device's, or those of a device that leaves with its people.

use certs::{DeviceNo, Serial};
use registry::change::{CertificateChange, CertificateStage, RevokedReason};
use serde_json::json;

use super::change::{Change, Duty};
use super::refusal::{Kind, Refusal};
use super::{By, Writer, word};

impl Writer {
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
