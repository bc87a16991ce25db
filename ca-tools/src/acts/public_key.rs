//! A public key is certified once.
//!
//! Whoever held the secret half of a key that was lost would hold that of the next certificate, too; and a key of two
//! devices, or of a device and a CA, proves nothing of either. So a key that has had a certificate gets no other one:
//! not for another device, not after a revocation, and not for a renewal, for which the device makes a new key as
//! easily. One that was signed and never recorded reached nobody, and counts for nothing.

use certs::KeyPrint;

use super::change::Change;
use crate::database::Database;
use crate::refusal::{PublicKeyRefusal, Refusal, Unavailable};
use crate::rows::{authority, key_print};
use crate::sign::read_certificate_pem;

/// Nobody has a certificate of this key yet.
pub(super) async fn not_certified(change: &mut Change, key: &KeyPrint) -> Result<(), Refusal> {
    if let Some((device, serial)) = key_print::certified(change, key).await? {
        return Err(PublicKeyRefusal::Certified(device, serial).into());
    }
    for pem in authority::pems(change).await? {
        let der = read_certificate_pem(&pem).ok();
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
        let found = key_print::unwritten(&mut tx, &after, AT_A_TIME).await?;
        drop(tx);
        let Some((last, _)) = found.last() else { return Ok(()) };
        after.clone_from(last);
        let mut prints = Vec::with_capacity(found.len());
        for (serial, pem) in &found {
            let der = read_certificate_pem(pem).ok();
            if let Some(print) = der.and_then(|der| KeyPrint::of_certificate(&der)) {
                prints.push((serial.clone(), print));
            }
        }
        if prints.is_empty() {
            continue;
        }
        let mut tx = database.begin_write().await?;
        for (serial, print) in prints {
            key_print::write(&mut tx, &serial, &print).await?;
        }
        tx.commit().await?;
    }
}
