//! A device reported lost: it is on hold, and the last event about that says that it was lost.

use certs::{DeviceNo, Timestamp};

use super::event::{self, Hold};
use crate::database::Transaction;
use crate::refusal::{Loss, Unavailable};

/// The loss that this device's last hold was for.
pub(crate) async fn last(tx: &mut Transaction, no: DeviceNo) -> Result<Option<Loss>, Unavailable> {
    of(event::last_hold(tx, no).await?)
}

/// The report by which this device is on hold now, if it is lost.
pub(crate) async fn standing(tx: &mut Transaction, no: DeviceNo) -> Result<Option<Loss>, Unavailable> {
    let held = "SELECT device FROM devices WHERE device = $1 AND suspended = 1";
    if tx.row(held, [no.number().into()]).await?.is_none() {
        return Ok(None);
    }
    last(tx, no).await
}

/// The loss that a hold was for.
pub(crate) fn of(hold: Option<Hold>) -> Result<Option<Loss>, Unavailable> {
    let Some(hold) = hold else { return Ok(None) };
    // What an incident stopped comes back only as what was lost does.
    if !matches!(hold.action.as_str(), "device.report-lost" | "incident.open-stop" | "incident.stop") {
        return Ok(None);
    }
    let detail: serde_json::Value =
        serde_json::from_str(&hold.detail).map_err(|why| Unavailable::Corrupt(format!("detail: {why}")))?;
    let operator = &hold.operator;
    Ok(Some(Loss {
        at: Timestamp::from_unix(hold.at),
        operator: operator.parse().map_err(|why| Unavailable::Corrupt(format!("{operator:?}: {why}")))?,
        reported_by: detail["reported_by"].as_str().map(str::to_owned),
        why: hold.why.unwrap_or_default(),
    }))
}
