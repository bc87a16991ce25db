//! 利用停止コード: kept as Argon2id, asked for when somebody lost a device at night.

use certs::DeviceNo;

use super::change::Change;
use super::refusal::Refusal;
use super::{Before, By, Writer};

impl Writer {
    /// The Argon2id of the device's code, if one was told.
    pub(crate) async fn loss_code_hash(&self, device: DeviceNo) -> Result<Option<String>, Refusal> {
        let mut tx = self.read().await?;
        let row = tx.row("SELECT code_hash FROM loss_codes WHERE device = $1", [device.number().into()]).await?;
        Ok(row.map(|row| row.text("code_hash")).transpose()?)
    }

    /// A device's people report it lost: who told the code, or who is logged in on another device of the office.
    /// It is put on hold, and nothing else; the office's contact is told.
    ///
    /// # Errors
    /// As [`Self::report_lost`].
    pub(crate) async fn report_own_loss(
        &self,
        by: &By,
        device: DeviceNo,
        reported_by: &str,
    ) -> Result<(Before, u64), Refusal> {
        self.lost(by, device, super::loss::Report::ByItsPeople(reported_by)).await
    }
}

pub(super) async fn set(change: &mut Change, device: DeviceNo, code_hash: &str) -> Result<(), Refusal> {
    change
        .run(
            "INSERT INTO loss_codes (device, code_hash, set_at, version) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (device) DO UPDATE SET code_hash = excluded.code_hash, set_at = excluded.set_at, \
             version = excluded.version",
            [device.number().into(), code_hash.into(), change.at().unix().into(), change.version().into()],
        )
        .await?;
    Ok(())
}
