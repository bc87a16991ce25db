//! 利用停止コード, as Argon2id.

use certs::DeviceNo;

use crate::database::{Transaction, Versioned};
use crate::refusal::Unavailable;

/// The Argon2id of the device's code, if one was told.
pub(crate) async fn hash(tx: &mut Transaction, device: DeviceNo) -> Result<Option<String>, Unavailable> {
    let row = tx.row("SELECT code_hash FROM loss_codes WHERE device = $1", [device.number().into()]).await?;
    row.map(|row| row.text("code_hash")).transpose()
}

/// It has this one from now on.
pub(crate) async fn set(tx: &mut Versioned, device: DeviceNo, code_hash: &str) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO loss_codes (device, code_hash, set_at, version) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (device) DO UPDATE SET code_hash = excluded.code_hash, set_at = excluded.set_at, \
         version = excluded.version",
        [device.number().into(), code_hash.into(), tx.at().unix().into(), tx.version().into()],
    )
    .await
    .map(drop)
}
