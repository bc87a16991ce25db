//! Devices that go out of use: why, and which do by themselves.

use certs::{DeviceNo, Timestamp};

use super::device::number;
use crate::database::{Transaction, Versioned};
use crate::refusal::Unavailable;

/// As the registry spells why a device went by itself.
pub(crate) const UNUSED: &str = "unused";

/// Why it went; that and when it did is written with its standing.
pub(crate) async fn write_reason(tx: &mut Versioned, no: DeviceNo, reason: &str) -> Result<(), Unavailable> {
    tx.run("UPDATE devices SET retired_reason = $2 WHERE device = $1", [no.number().into(), reason.into()])
        .await
        .map(drop)
}

/// Approved, and had certificates, of which none opens anything since that moment; nobody waits with a ticket for the next.
const UNUSABLE: &str = "SELECT d.device FROM devices d WHERE d.stage = 'approved' AND ($2 = 0 OR d.device = $2) \
    AND EXISTS (SELECT 1 FROM certificates c WHERE c.device = d.device) \
    AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.device = d.device AND (c.state = 'intended' \
    OR (c.state = 'issued' AND c.not_after >= $1) \
    OR (c.state = 'superseded' AND c.superseded_from >= $1 AND c.not_after >= $1) \
    OR (c.state = 'revoked' AND c.revoked_at >= $1))) \
    AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.device = d.device AND t.state = 'open' AND t.until >= $1) \
    AND (d.approved_at IS NULL OR d.approved_at < $1) ORDER BY d.device LIMIT $3";

/// Devices that nobody can have used since that moment; or only this one of them.
pub(crate) async fn unusable_since(
    tx: &mut Transaction,
    since: Timestamp,
    (only, most): (Option<DeviceNo>, i64),
) -> Result<Vec<DeviceNo>, Unavailable> {
    let values = [since.unix().into(), only.map_or(0, DeviceNo::number).into(), most.into()];
    tx.rows(UNUSABLE, values).await?.iter().map(|row| number(row.int("device")?)).collect()
}
