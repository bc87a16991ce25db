//! A certificate that seems to be on two devices: the office is told, the device put on hold where the house wants it.

use certs::{DeviceNo, Timestamp};
use pages::System;
use registry::change::DeviceChange;
use serde_json::json;

use super::change::{Change, Duty};
use super::database::Row;
use super::refusal::{Refusal, Unavailable};
use super::{By, Writer, word};
use crate::config::Clones;
use crate::letters::{Hold, Letter};
use crate::reports::{Appearance, Suspicion, suspicions};

/// The same is not told again for a day, in seconds.
const SILENCE: i64 = 86_400;

impl Writer {
    /// Looks at where a certificate was seen, and acts on what that shows.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn suspect(&self, serial: &str, policy: Clones, now: Timestamp) -> Result<(), Refusal> {
        let mut tx = self.read().await?;
        let Some(row) = tx.row(DEVICE_OF, [serial.into()]).await? else { return Ok(()) };
        let rows =
            tx.rows("SELECT at, os, network FROM whereabouts WHERE serial = $1 ORDER BY at", [serial.into()]).await?;
        drop(tx);
        let seen = rows.iter().map(seen).collect::<Result<Vec<_>, _>>()?;
        let known = self.known_suspicions(serial).await?;
        for suspicion in new_suspicions(&seen, word(&row.text("os")?)?, &known) {
            self.act_on((serial, &row), &suspicion, (policy, now)).await?;
        }
        Ok(())
    }

    async fn known_suspicions(&self, serial: &str) -> Result<Vec<(String, i64)>, Unavailable> {
        let rows =
            self.read().await?.rows("SELECT kind, at FROM suspicions WHERE serial = $1", [serial.into()]).await?;
        rows.iter().map(|row| Ok((row.text("kind")?, row.int("at")?))).collect()
    }

    async fn act_on(
        &self,
        (serial, row): (&str, &Row),
        suspicion: &Suspicion,
        (policy, now): (Clones, Timestamp),
    ) -> Result<(), Refusal> {
        let mut change = self.change(&By::desk(now)?, Duty::Desk).await?;
        let at = suspicion.at() / 1_000;
        // Asked again under the lock: another desk may have been quicker.
        let told = change
            .row(
                "SELECT at FROM suspicions WHERE serial = $1 AND kind = $2 AND at > $3",
                [serial.into(), suspicion.kind().into(), (at - SILENCE).into()],
            )
            .await?;
        if told.is_some() {
            return Ok(());
        }
        change
            .run(
                "INSERT INTO suspicions (serial, kind, at, detail) VALUES ($1, $2, $3, $4)",
                [serial.into(), suspicion.kind().into(), at.into(), suspicion.detail().to_string().into()],
            )
            .await?;
        let (device, standing) = super::device::standing(&mut change, row.int("device")?).await?;
        let hold = match policy {
            Clones::Alarm => Hold::NotHeld,
            Clones::Suspend => match standing.after(DeviceChange::Suspend) {
                Ok(held) => {
                    super::device::write_standing(&mut change, device, held).await?;
                    Hold::Held
                }
                // On hold or out of use already.
                Err(_) => Hold::NotHeld,
            },
        };
        tell(&mut change, device, (suspicion, hold)).await?;
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

async fn tell(change: &mut Change, device: DeviceNo, (suspicion, hold): (&Suspicion, Hold)) -> Result<(), Refusal> {
    let facts = super::ticket::device_facts(change, device).await?;
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

const DEVICE_OF: &str = "SELECT c.device, d.os FROM certificates c JOIN devices d ON d.device = c.device \
    WHERE c.serial = $1";

fn seen(row: &Row) -> Result<Appearance, Unavailable> {
    Ok(Appearance { at: row.int("at")?, system: System::from_word(&row.text("os")?), network: row.text("network")? })
}
