//! A public key is certified once.
//!
//! Whoever held the secret half of a key that was lost would hold that of the next certificate, too; and a key of two
//! devices, or of a device and a CA, proves nothing of either. So a key that has had a certificate gets no other one:
//! not for another device, not after a revocation, and not for a renewal, for which the device makes a new key as
//! easily. One that was signed and never recorded reached nobody, and counts for nothing.

use certs::{DeviceNo, KeyPrint};

use super::change::Change;
use super::refusal::{Refusal, Unavailable};
use crate::database::Database;
use crate::language::Text;
use crate::rows::{authority, key_print};
use crate::sign::read_certificate_pem;

/// What can be said of public keys only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PublicKeyRefusal {
    /// It has had a certificate.
    #[error("this public key was certified already, for {0} ({1})")]
    Certified(DeviceNo, String),
    /// It is the key of a CA, or of a machine of the house.
    #[error("this public key is one of the house's own")]
    Ours,
}

impl PublicKeyRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Certified(..) => "key_certified",
            Self::Ours => "key_of_the_house",
        }
    }

    pub(super) fn text(&self) -> Text {
        match self {
            Self::Certified(device, serial) => Text::new(
                format!(
                    "この鍵には、すでに電子証明書が発行されています（{device}、シリアル番号 {serial}）。同じ鍵では、更新でも2度は発行できません。端末で新しい鍵を作り、証明書署名要求を作り直してください。"
                ),
                format!(
                    "this public key was certified already for {device} (serial {serial}), and is not again, not even for a renewal: make a new key and a new request"
                ),
            ),
            Self::Ours => Text::new(
                "この鍵は、認証局やゲートウェイの鍵です。端末の電子証明書は発行できません。端末で新しい鍵を作ってください。",
                "this public key is a CA's or another machine's of the house: make a new key on the device",
            ),
        }
    }
}

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
