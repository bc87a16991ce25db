//! A certificate is used for the first time: the proof that it works, on which the old one may go.
//!
//! Until then a renewal leaves both in force, so that nobody is locked out by a file that did not
//! open. From then on the old one counts for a grace.

use certs::{DeviceNo, Serial};
use serde_json::json;

use super::certificate::{self, Held, held};
use super::change::{Change, Duty};
use super::refusal::{Kind, Refusal};
use super::{By, Writer, ticket};
use crate::mail::Letter;

/// What a first use did.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FirstUse {
    /// It was known already.
    Known,
    /// It is noted; this certificate, if any, is superseded after the grace.
    Noted {
        /// The serial of the one it renews.
        supersedes: Option<String>,
    },
}

impl Writer {
    /// A gateway let a request with this certificate through the device check for the first time. The one it
    /// renews ends after a grace, and the office is told that it works.
    ///
    /// # Errors
    /// There is none of that serial, or the registry does not answer.
    pub async fn first_use(&self, by: &By, serial: &Serial) -> Result<FirstUse, Refusal> {
        let serial = serial.to_string();
        let mut tx = self.read().await?;
        if tx.row("SELECT at FROM first_uses WHERE serial = $1", [serial.as_str().into()]).await?.is_some() {
            return Ok(FirstUse::Known);
        }
        drop(tx);
        let mut change = self.change(by, Duty::Desk).await?;
        if is_used(&mut change, &serial).await? {
            return Ok(FirstUse::Known);
        }
        let row = change
            .row("SELECT device, not_after, state FROM certificates WHERE serial = $1", [serial.as_str().into()])
            .await?
            .ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.clone()))?;
        let (device, _) = super::device::standing(&mut change, row.int("device")?).await?;
        let (now, version) = (change.at(), change.version());
        change
            .run(
                "INSERT INTO first_uses (serial, at, version) VALUES ($1, $2, $3)",
                [serial.as_str().into(), now.unix().into(), version.into()],
            )
            .await?;
        // It was installed: nobody needs the file that it came in any more.
        change.run("DELETE FROM kept_files WHERE serial = $1", [serial.as_str().into()]).await?;
        let in_use = held(&mut change, device, now).await?;
        let renewed = in_use.iter().find(|held| renewed_by(held, &serial));
        if let Some(old) = renewed {
            certificate::supersede(&mut change, (device, old), (now.plus(super::GRACE).unix(), &serial)).await?;
        }
        let supersedes = renewed.map(|old| old.serial.clone());
        if row.text("state")? == "issued" {
            let facts = ticket::device_facts(&mut change, device).await?;
            let letter = Letter::CertificateWorks { device: facts, not_after: row.int("not_after")? };
            change.mail_contact_of(device, &letter).await?;
        }
        let detail = json!({ "serial": serial, "supersedes": supersedes });
        change.commit("cert.first-use", &device.to_string(), detail).await?;
        Ok(FirstUse::Noted { supersedes })
    }

    /// A person on the device says that the new certificate works and the old one may go now: what still counts
    /// beside the one they came with ends at once.
    ///
    /// # Errors
    /// The one they came with is not the one that renews, or nothing counts beside it.
    pub(crate) async fn finish_renewal(&self, by: &By, (device, with): (DeviceNo, &Serial)) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Own).await?;
        let (now, with) = (change.at(), with.to_string());
        let in_use = held(&mut change, device, now).await?;
        let old = in_use.iter().find(|held| held.successor.as_deref() == Some(with.as_str()));
        let Some(old) = old else {
            // Pressed once more: it is over already.
            let question =
                "SELECT serial FROM certificates WHERE successor = $1 AND device = $2 AND state = 'superseded'";
            let over = change.row(question, [with.as_str().into(), device.number().into()]).await?;
            let version = change.version().unsigned_abs().saturating_sub(1);
            return over.map(|_| version).ok_or(Refusal::NoCertificate(device));
        };
        if old.stage == registry::change::CertificateStage::Issued {
            certificate::supersede(&mut change, (device, old), (now.unix(), &with)).await?;
        } else {
            change
                .run(
                    "UPDATE certificates SET superseded_from = $2, version = $3 WHERE serial = $1",
                    [old.serial.as_str().into(), now.unix().into(), change.version().into()],
                )
                .await?;
        }
        let detail = json!({ "serial": with, "supersedes": old.serial, "superseded_from": now.unix() });
        change.commit("cert.finish-renewal", &device.to_string(), detail).await
    }
}

fn renewed_by(held: &Held, serial: &str) -> bool {
    held.stage == registry::change::CertificateStage::Issued && held.successor.as_deref() == Some(serial)
}

async fn is_used(change: &mut Change, serial: &str) -> Result<bool, Refusal> {
    Ok(change.row("SELECT at FROM first_uses WHERE serial = $1", [serial.into()]).await?.is_some())
}

/// The one that could not be opened: in use by the registry, never used by anybody.
pub(super) async fn retakable<'a>(
    change: &mut Change,
    (device, held): (DeviceNo, &'a [Held]),
    of: &str,
) -> Result<&'a Held, Refusal> {
    let issued = |held: &&Held| held.serial == of && held.stage == registry::change::CertificateStage::Issued;
    let Some(old) = held.iter().find(issued) else { return Err(Refusal::NoCertificate(device)) };
    if is_used(change, of).await? {
        return Err(Refusal::HasCertificate(device, of.to_owned()));
    }
    Ok(old)
}
