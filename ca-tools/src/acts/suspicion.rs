//! A certificate that seems to be on two devices: the office is told, the device put on hold where the house wants it.

use certs::{DeviceNo, Timestamp};
use registry::change::DeviceChange;
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::{By, Writer};
use crate::config::Clones;
use crate::letters::{Hold, Letter};
use crate::refusal::Refusal;
use crate::reports::{Appearance, Suspicion, suspicions};
use crate::rows;
use crate::rows::suspicion;

/// The same is not told again for a day, in seconds.
const SILENCE: i64 = 86_400;

impl Writer {
    /// Looks at where a certificate was seen, and acts on what that shows.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn suspect(&self, serial: &str, policy: Clones, now: Timestamp) -> Result<(), Refusal> {
        let mut tx = self.read().await?;
        let Some((device, os)) = rows::certificate::device_of(&mut tx, serial).await? else { return Ok(()) };
        let seen = suspicion::seen(&mut tx, serial).await?;
        let known = suspicion::known(&mut tx, serial).await?;
        drop(tx);
        for suspicion in new_suspicions(&seen, os, &known) {
            self.act_on(serial, device, &suspicion, policy, now).await?;
        }
        Ok(())
    }

    async fn act_on(
        &self,
        serial: &str,
        device: DeviceNo,
        suspicion: &Suspicion,
        policy: Clones,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut change = self.change(&By::desk(now)?, RequiredRole::Desk).await?;
        let at = suspicion.at() / 1_000;
        // Asked again under the lock: another desk may have been quicker.
        if suspicion::is_known_since(&mut change, serial, suspicion.kind(), at - SILENCE).await? {
            return Ok(());
        }
        let detail = suspicion.detail().to_string();
        suspicion::write(&mut change, (serial, suspicion.kind()), (at, &detail)).await?;
        let standing = rows::device::standing(&mut change, device).await?;
        let hold = match policy {
            Clones::Alarm => Hold::NotHeld,
            Clones::Suspend => match standing.after(DeviceChange::Suspend) {
                Ok(held) => {
                    rows::device::write_standing(&mut change, device, held).await?;
                    Hold::Held
                }
                // On hold or out of use already.
                Err(_) => Hold::NotHeld,
            },
        };
        tell(&mut change, device, suspicion, hold).await?;
        let mut detail = suspicion.detail();
        detail["serial"] = serial.into();
        detail["kind"] = suspicion.kind().into();
        detail["seen_at"] = at.into();
        detail["suspended"] = json!(hold == Hold::Held);
        change.commit("device.clone_suspected", &device.to_string(), detail).await?;
        tracing::warn!(%device, serial, kind = suspicion.kind(), "a certificate seems to be on two devices");
        Ok(())
    }
}

async fn tell(change: &mut Change, device: DeviceNo, suspicion: &Suspicion, hold: Hold) -> Result<(), Refusal> {
    let facts = rows::device::named(change, device).await?;
    let at = suspicion.at() / 1_000;
    let letter = Letter::UsedElsewhere { device: facts, at, how: suspicion.elsewhere(), hold };
    change.mail_contact_of(device, &letter).await.map(|_| ())
}

/// What the sightings after the last one told show: the memory is a day long, and a copy stays a copy.
fn new_suspicions(seen: &[Appearance], device: registry::Os, known: &[(String, i64)]) -> Vec<Suspicion> {
    let found = suspicions(seen, device);
    let quiet = |suspicion: &Suspicion| {
        let at = suspicion.at() / 1_000;
        known.iter().any(|(kind, told)| kind == suspicion.kind() && (at - told).abs() < SILENCE)
    };
    found.into_iter().filter(|suspicion| !quiet(suspicion)).collect()
}
