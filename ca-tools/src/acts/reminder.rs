//! Which certificates near their end still need somebody to act, and who was told.
//!
//! Nobody is reminded of a certificate whose successor has been seen to work, or of a device that
//! could not come in anyway. That a notice was sent is recorded in the transaction that queues it.

use certs::{DeviceNo, Timestamp, Validity};
use serde_json::json;

use super::change::Duty;
use super::mail::Told;
use super::refusal::{Refusal, Unavailable};
use super::{By, Writer, ticket};
use crate::database::Row;
use crate::mail::{Letter, REMINDER_WINDOW, due_reminder};

impl Writer {
    /// Queues every notice of renewal that is due, a change each; how many.
    ///
    /// # Errors
    /// The registry does not answer; what was queued before stays so.
    pub async fn remind(&self, now: Timestamp) -> Result<usize, Refusal> {
        let window = now.plus((REMINDER_WINDOW + 1) * 86_400);
        let rows =
            self.read().await?.rows(NEAR_THEIR_END, [now.unix().into(), window.unix().into(), "".into()]).await?;
        let mut sent = 0;
        for row in &rows {
            let serial = row.text("serial")?;
            let told = told(&mut self.read().await?, &serial).await?;
            if due_reminder(validity(row)?, now, &told).is_some() && self.remind_of(&serial, now).await? {
                sent += 1;
            }
        }
        Ok(sent)
    }

    /// Asked again under the lock: another desk may have been quicker, an operator may have revoked it.
    async fn remind_of(&self, serial: &str, now: Timestamp) -> Result<bool, Refusal> {
        let mut change = self.change(&By::desk(now)?, Duty::Desk).await?;
        let window = now.plus((REMINDER_WINDOW + 1) * 86_400);
        let values = [now.unix().into(), window.unix().into(), serial.into()];
        let Some(row) = change.row(NEAR_THEIR_END, values).await? else { return Ok(false) };
        let sent = change.rows(SENT, [serial.into()]).await?;
        let sent = sent.iter().map(|row| row.int("days")).collect::<Result<Vec<_>, _>>()?;
        let Some(reminder) = due_reminder(validity(&row)?, now, &sent) else { return Ok(false) };
        let version = change.version();
        change
            .run(
                "INSERT INTO renewal_notices (serial, days, sent_at, version) VALUES ($1, $2, $3, $4)",
                [serial.into(), reminder.step.into(), now.unix().into(), version.into()],
            )
            .await?;
        let device = number(&row)?;
        let facts = ticket::device_facts(&mut change, device).await?;
        let letter = Letter::RenewalDue { device: facts, not_after: row.int("not_after")?, days: reminder.days };
        let by_mail = change.mail_contact_of(device, &letter).await? == Told::ByMail;
        let detail = json!({ "serial": serial, "step": reminder.step, "days": reminder.days, "by_mail": by_mail });
        change.commit("cert.remind", &device.to_string(), detail).await?;
        Ok(true)
    }
}

/// In use, near its end, on a device that may come in: one whose successor was seen to work is superseded.
/// An emergency certificate is meant to end.
const NEAR_THEIR_END: &str = "SELECT c.serial, c.device, c.not_before, c.not_after FROM certificates c \
    JOIN devices d ON d.device = c.device JOIN offices o ON o.office = d.office \
    WHERE c.state = 'issued' AND c.not_after >= $1 AND c.not_after <= $2 AND ($3 = '' OR c.serial = $3) \
    AND d.stage = 'approved' AND d.suspended = 0 AND (d.approved_until IS NULL OR d.approved_until >= $1) \
    AND o.state = 'registered' \
    AND NOT EXISTS (SELECT 1 FROM emergencies e WHERE e.serial = c.serial) \
    ORDER BY c.not_after, c.serial";

const SENT: &str = "SELECT days FROM renewal_notices WHERE serial = $1";

async fn told(tx: &mut crate::database::Transaction, serial: &str) -> Result<Vec<i64>, Unavailable> {
    tx.rows(SENT, [serial.into()]).await?.iter().map(|row| row.int("days")).collect()
}

fn validity(row: &Row) -> Result<Validity, Unavailable> {
    Ok(Validity {
        not_before: Timestamp::from_unix(row.int("not_before")?),
        not_after: Timestamp::from_unix(row.int("not_after")?),
    })
}

fn number(row: &Row) -> Result<DeviceNo, Unavailable> {
    let stored = row.int("device")?;
    let no = u32::try_from(stored).ok().and_then(|number| DeviceNo::new(number).ok());
    no.ok_or_else(|| Unavailable::Corrupt(format!("device number {stored}")))
}
