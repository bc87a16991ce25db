//! Emergency certificates, and the two who agreed on each.

use certs::{DeviceNo, Timestamp};

use crate::database::{Transaction, Versioned};
use crate::refusal::Unavailable;

/// An emergency certificate, and who agreed on it.
#[derive(Clone, Debug)]
pub(crate) struct Emergency<'a> {
    pub(crate) serial: &'a str,
    pub(crate) device: DeviceNo,
    pub(crate) first: &'a str,
    pub(crate) second: &'a str,
    pub(crate) why: &'a str,
}

/// Writes it.
pub(crate) async fn write(tx: &mut Versioned, emergency: &Emergency<'_>) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO emergencies (serial, device, first, second, why, at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            emergency.serial.into(),
            emergency.device.number().into(),
            emergency.first.into(),
            emergency.second.into(),
            emergency.why.into(),
            tx.at().unix().into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// Whether this certificate was for an emergency.
pub(crate) async fn is_one(tx: &mut Transaction, serial: &str) -> Result<bool, Unavailable> {
    Ok(tx.row("SELECT serial FROM emergencies WHERE serial = $1", [serial.into()]).await?.is_some())
}

/// The last second of an emergency certificate; `None` of any other.
pub(crate) async fn until(tx: &mut Transaction, serial: &str) -> Result<Option<Timestamp>, Unavailable> {
    let question =
        "SELECT c.not_after FROM emergencies e JOIN certificates c ON c.serial = e.serial WHERE e.serial = $1";
    let row = tx.row(question, [serial.into()]).await?;
    row.map(|row| row.int("not_after").map(Timestamp::from_unix)).transpose()
}
