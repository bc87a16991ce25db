//! When was each device last seen, whichever certificate it showed? Derived from sightings, so that of a large house those that
//! nobody uses are found at a look.

use crate::database::Transaction;
use crate::refusal::Unavailable;

/// Notes that the device of this certificate was seen at this second.
pub(crate) async fn note(tx: &mut Transaction, serial: &str, at: i64) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO device_uses (device, last_at) SELECT device, CAST($2 AS BIGINT) FROM certificates WHERE serial = $1 \
         ON CONFLICT (device) DO UPDATE SET last_at = excluded.last_at WHERE excluded.last_at > device_uses.last_at",
        [serial.into(), at.into()],
    )
    .await
    .map(drop)
}

/// Whether nothing was derived of what there is: a backup does not hold it.
pub(crate) async fn wants_filling(tx: &mut Transaction) -> Result<bool, Unavailable> {
    let question = "SELECT 1 AS one FROM registry WHERE EXISTS (SELECT 1 FROM sightings s \
        JOIN certificates c ON c.serial = s.serial) AND NOT EXISTS (SELECT 1 FROM device_uses)";
    Ok(tx.row(question, []).await?.is_some())
}

/// Derives all of it.
pub(crate) async fn fill(tx: &mut Transaction) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO device_uses (device, last_at) SELECT c.device, MAX(s.last_at) FROM sightings s \
         JOIN certificates c ON c.serial = s.serial WHERE 1 = 1 GROUP BY c.device \
         ON CONFLICT (device) DO UPDATE SET last_at = excluded.last_at",
        [],
    )
    .await
    .map(drop)
}
