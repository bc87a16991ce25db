//! A certificate is used for the first time: the proof that it works, on which the old one may go.
//!
//! Until then a renewal leaves both in force, so that nobody is locked out by a file that did not
//! open. From then on the old one counts for a grace.

use certs::{DeviceNo, Serial};
use registry::change::CertificateStage;
use serde_json::json;

use super::change::RequiredRole;
use super::eligible::held;
use super::{By, Writer, written};
use crate::letters::Letter;
use crate::refusal::{Kind, Refusal};
use crate::rows;
use crate::rows::certificate::Held;
use crate::rows::{GRACE, first_use};

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
        if first_use::is_used(&mut self.read().await?, &serial).await? {
            return Ok(FirstUse::Known);
        }
        let mut change = self.change(by, RequiredRole::Desk).await?;
        if first_use::is_used(&mut change, &serial).await? {
            return Ok(FirstUse::Known);
        }
        let of = rows::certificate::of(&mut change, &serial).await?;
        let of = of.ok_or_else(|| Refusal::Unknown(Kind::Certificate, serial.clone()))?;
        let device = rows::device::number(of.device)?;
        rows::device::standing(&mut change, device).await?;
        first_use::write(&mut change, &serial).await?;
        // It was installed: nobody needs the file that it came in any more.
        rows::kept_file::forget(&mut change, &serial).await?;
        let now = change.at();
        let in_use = held(&mut change, device).await?;
        let renewed = in_use.iter().find(|held| renewed_by(held, &serial));
        if let Some(old) = renewed {
            written::superseded(&mut change, (device, old), (now.plus(GRACE).unix(), &serial)).await?;
        }
        let supersedes = renewed.map(|old| old.serial.clone());
        if of.stage == CertificateStage::Issued {
            let facts = rows::device::named(&mut change, device).await?;
            let letter = Letter::CertificateWorks { device: facts, not_after: of.not_after.unix() };
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
    pub(crate) async fn finish_renewal(&self, by: &By, device: DeviceNo, with: &Serial) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Own).await?;
        let (now, with) = (change.at(), with.to_string());
        let in_use = held(&mut change, device).await?;
        let old = in_use.iter().find(|held| held.successor.as_deref() == Some(with.as_str()));
        let Some(old) = old else {
            // Pressed once more: it is over already.
            let over = rows::certificate::is_superseded_by(&mut change, device, &with).await?;
            let version = change.version().unsigned_abs().saturating_sub(1);
            return if over { Ok(version) } else { Err(Refusal::NoCertificate(device)) };
        };
        if old.stage == CertificateStage::Issued {
            written::superseded(&mut change, (device, old), (now.unix(), &with)).await?;
        } else {
            rows::certificate_end::end_at(&mut change, &old.serial, now).await?;
        }
        let detail = json!({ "serial": with, "supersedes": old.serial, "superseded_from": now.unix() });
        change.commit("cert.finish-renewal", &device.to_string(), detail).await
    }
}

fn renewed_by(held: &Held, serial: &str) -> bool {
    held.stage == CertificateStage::Issued && held.successor.as_deref() == Some(serial)
}
