//! Which certificates near their end still need somebody to act, and who was told.
//!
//! Nobody is reminded of a certificate whose successor has been seen to work, or of a device that
//! could not come in anyway. That a notice was sent is recorded in the transaction that queues it.

use certs::Timestamp;
use serde_json::json;

use super::change::RequiredRole;
use super::mail::Delivery;
use super::{By, Writer};
use crate::letters::{Letter, REMINDER_WINDOW, due_reminder};
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::first_use;
use crate::rows::first_use::NearItsEnd;

impl Writer {
    /// Queues every notice of renewal that is due, a change each; how many.
    ///
    /// # Errors
    /// The registry does not answer; what was queued before stays so.
    pub async fn remind(&self, now: Timestamp) -> Result<usize, Refusal> {
        let window = now.plus((REMINDER_WINDOW + 1) * 86_400);
        let near = first_use::near_their_end(&mut self.read().await?, now, window, None).await?;
        let mut sent = 0;
        for NearItsEnd { serial, validity, .. } in &near {
            let told = first_use::reminded(&mut self.read().await?, serial).await?;
            if due_reminder(*validity, now, &told).is_some() && self.remind_of(serial, now).await? {
                sent += 1;
            }
        }
        Ok(sent)
    }

    /// Asked again under the lock: another desk may have been quicker, an operator may have revoked it.
    async fn remind_of(&self, serial: &str, now: Timestamp) -> Result<bool, Refusal> {
        let mut change = self.change(&By::desk(now)?, RequiredRole::Desk).await?;
        let window = now.plus((REMINDER_WINDOW + 1) * 86_400);
        let near = first_use::near_their_end(&mut change, now, window, Some(serial)).await?;
        let Some(NearItsEnd { device, validity, .. }) = near.into_iter().next() else { return Ok(false) };
        let sent = first_use::reminded(&mut change, serial).await?;
        let Some(reminder) = due_reminder(validity, now, &sent) else { return Ok(false) };
        first_use::write_reminder(&mut change, serial, reminder.step).await?;
        let facts = rows::device::named(&mut change, device).await?;
        let letter = Letter::RenewalDue { device: facts, not_after: validity.not_after.unix(), days: reminder.days };
        let by_mail = change.mail_contact_of(device, &letter).await? == Delivery::ByMail;
        let detail = json!({ "serial": serial, "step": reminder.step, "days": reminder.days, "by_mail": by_mail });
        change.commit("cert.remind", &device.to_string(), detail).await?;
        Ok(true)
    }
}
