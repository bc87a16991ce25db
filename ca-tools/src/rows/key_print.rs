//! Which public keys were certified.

use certs::{DeviceNo, KeyPrint};

use super::device::number;
use crate::database::Transaction;
use crate::refusal::Unavailable;

/// The device and the serial of the first certificate of this key, where there is one.
pub(crate) async fn certified(tx: &mut Transaction, key: &KeyPrint) -> Result<Option<(DeviceNo, String)>, Unavailable> {
    let question = "SELECT serial, device FROM certificates WHERE key_print = $1 ORDER BY serial LIMIT 1";
    let row = tx.row(question, [key.to_string().into()]).await?;
    row.map(|row| Ok((number(row.int("device")?)?, row.text("serial")?))).transpose()
}

/// Certificates after this serial, up to so many, whose key is not written down: serial and PEM.
pub(crate) async fn unwritten(
    tx: &mut Transaction,
    after: &str,
    most: i64,
) -> Result<Vec<(String, String)>, Unavailable> {
    let question = "SELECT serial, certificate FROM certificates \
        WHERE certificate IS NOT NULL AND key_print IS NULL AND serial > $1 ORDER BY serial LIMIT $2";
    let rows = tx.rows(question, [after.into(), most.into()]).await?;
    rows.iter().map(|row| Ok((row.text("serial")?, row.text("certificate")?))).collect()
}

/// Writes down the key of a certificate that was recorded before keys were.
pub(crate) async fn write(tx: &mut Transaction, serial: &str, key: &KeyPrint) -> Result<(), Unavailable> {
    let statement = "UPDATE certificates SET key_print = $2 WHERE serial = $1";
    tx.run(statement, [serial.into(), key.to_string().into()]).await.map(drop)
}
