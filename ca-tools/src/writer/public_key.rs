//! A public key is certified once.
//!
//! Whoever held the secret half of a key that was lost would hold that of the next certificate, too; and a key of two
//! devices, or of a device and a CA, proves nothing of either. So a key that has had a certificate gets no other one:
//! not for another device, not after a revocation, and not for a renewal, for which the device makes a new key as
//! easily. One that was signed and never recorded reached nobody, and counts for nothing.

use certs::KeyPrint;

use super::change::Change;
use super::database::Database;
use super::device::number;
use super::refusal::{PublicKeyRefusal, Refusal, Unavailable};
use crate::sign::read_certificate_pem;

/// Nobody has a certificate of this key yet.
pub(super) async fn not_certified(change: &mut Change, key: &KeyPrint) -> Result<(), Refusal> {
    let question = "SELECT serial, device FROM certificates WHERE key_print = $1 ORDER BY serial LIMIT 1";
    if let Some(row) = change.row(question, [key.to_string().into()]).await? {
        return Err(PublicKeyRefusal::Certified(number(row.int("device")?)?, row.text("serial")?).into());
    }
    for row in change.rows("SELECT certificate FROM authorities", []).await? {
        let der = read_certificate_pem(&row.text("certificate")?).ok();
        if der.and_then(|der| KeyPrint::of_certificate(&der)).as_ref() == Some(key) {
            return Err(PublicKeyRefusal::Ours.into());
        }
    }
    Ok(())
}

/// Certificates whose key is written down together.
const AT_A_TIME: i64 = 500;

/// Writes down the key of each certificate that was recorded before keys were. One that cannot be read stays without:
/// `doctor` tells of it.
pub(super) async fn write_down(database: &Database) -> Result<(), Unavailable> {
    let mut after = String::new();
    loop {
        let mut tx = database.begin_read().await?;
        let question = "SELECT serial, certificate FROM certificates \
            WHERE certificate IS NOT NULL AND key_print IS NULL AND serial > $1 ORDER BY serial LIMIT $2";
        let rows = tx.rows(question, [after.as_str().into(), AT_A_TIME.into()]).await?;
        drop(tx);
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.text("serial")?;
        let mut prints = Vec::with_capacity(rows.len());
        for row in &rows {
            let der = read_certificate_pem(&row.text("certificate")?).ok();
            if let Some(print) = der.and_then(|der| KeyPrint::of_certificate(&der)) {
                prints.push((row.text("serial")?, print));
            }
        }
        if prints.is_empty() {
            continue;
        }
        let mut tx = database.begin_write().await?;
        for (serial, print) in prints {
            let statement = "UPDATE certificates SET key_print = $2 WHERE serial = $1";
            tx.run(statement, [serial.into(), print.to_string().into()]).await?;
        }
        tx.commit().await?;
    }
}
