//! What the desk asks before anything is changed: of a ticket that is shown, of a device that is lost or ended.

use certs::{DeviceNo, Timestamp};
use registry::{LoginId, OfficeNo};

use super::Ledger;
use crate::refusal::{Loss, Refusal, Unavailable};
use crate::rows::person::DESK;
use crate::rows::shown::Found;
use crate::rows::{contact, loss, loss_code, shown};

impl Ledger {
    /// The ticket with this number, known by its SHA-256.
    pub(crate) async fn ticket_known_by(&self, number_hash: &str) -> Result<Option<Found>, Refusal> {
        Ok(shown::known_by(&mut self.read().await?, number_hash).await?)
    }

    /// The Argon2id of the device's code, if one was told.
    pub(crate) async fn loss_code_hash(&self, device: DeviceNo) -> Result<Option<String>, Refusal> {
        Ok(loss_code::hash(&mut self.read().await?, device).await?)
    }

    /// The report by which this device is on hold now, if it is lost.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn loss(&self, no: DeviceNo) -> Result<Option<Loss>, Unavailable> {
        loss::standing(&mut self.read().await?, no).await
    }

    /// The open ticket that this device was given on its own asking: when, and its last second.
    pub(crate) async fn asked_after_end(
        &self,
        device: DeviceNo,
        now: Timestamp,
    ) -> Result<Option<(Timestamp, Timestamp)>, Refusal> {
        let mut tx = self.read().await?;
        let row = tx
            .row(
                "SELECT issued_at, until FROM tickets WHERE device = $1 AND state = 'open' AND issued_by = $2 \
                 AND until >= $3 ORDER BY issued_at DESC LIMIT 1",
                [device.number().into(), DESK.into(), now.unix().into()],
            )
            .await?;
        let times = |row: crate::database::Row| {
            Ok((Timestamp::from_unix(row.int("issued_at")?), Timestamp::from_unix(row.int("until")?)))
        };
        row.map(times).transpose()
    }

    /// What a device is called.
    pub(crate) async fn label_of(&self, device: DeviceNo) -> Result<Option<String>, Refusal> {
        let mut tx = self.read().await?;
        let row = tx.row("SELECT label FROM devices WHERE device = $1", [device.number().into()]).await?;
        Ok(row.map(|row| row.text("label")).transpose()?)
    }

    /// Whether this person speaks for this office now.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn is_contact(&self, login_id: &LoginId, office: &OfficeNo) -> Result<bool, Refusal> {
        Ok(contact::speaks_for(&mut self.read().await?, login_id, office).await?)
    }
}
