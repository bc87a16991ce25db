//! Which certificates were used, and of which renewals people were reminded.

use certs::{DeviceNo, Timestamp, Validity};

use super::device::number;
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;

/// Whether it was ever used.
pub(crate) async fn is_used(tx: &mut Transaction, serial: &str) -> Result<bool, Unavailable> {
    Ok(tx.row("SELECT at FROM first_uses WHERE serial = $1", [serial.into()]).await?.is_some())
}

/// It is used for the first time.
pub(crate) async fn write(tx: &mut Versioned, serial: &str) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO first_uses (serial, at, version) VALUES ($1, $2, $3)",
        [serial.into(), tx.at().unix().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// A certificate near its end.
#[derive(Clone, Debug)]
pub(crate) struct NearItsEnd {
    pub(crate) serial: String,
    pub(crate) device: DeviceNo,
    pub(crate) validity: Validity,
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

/// Those that end between the two moments; or only this one of them.
pub(crate) async fn near_their_end(
    tx: &mut Transaction,
    now: Timestamp,
    window: Timestamp,
    only: Option<&str>,
) -> Result<Vec<NearItsEnd>, Unavailable> {
    let values = [now.unix().into(), window.unix().into(), only.unwrap_or_default().into()];
    let read = |row: &Row| {
        let validity = Validity {
            not_before: Timestamp::from_unix(row.int("not_before")?),
            not_after: Timestamp::from_unix(row.int("not_after")?),
        };
        Ok(NearItsEnd { serial: row.text("serial")?, device: number(row.int("device")?)?, validity })
    };
    tx.rows(NEAR_THEIR_END, values).await?.iter().map(read).collect()
}

/// The steps at which somebody was reminded of this one.
pub(crate) async fn reminded(tx: &mut Transaction, serial: &str) -> Result<Vec<i64>, Unavailable> {
    let rows = tx.rows("SELECT days FROM renewal_notices WHERE serial = $1", [serial.into()]).await?;
    rows.iter().map(|row| row.int("days")).collect()
}

/// Somebody is reminded at this step.
pub(crate) async fn write_reminder(tx: &mut Versioned, serial: &str, step: i64) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO renewal_notices (serial, days, sent_at, version) VALUES ($1, $2, $3, $4)",
        [serial.into(), step.into(), tx.at().unix().into(), tx.version().into()],
    )
    .await
    .map(drop)
}
