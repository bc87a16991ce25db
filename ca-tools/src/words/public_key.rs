//! A public key that gets no certificate.

use crate::language::Text;
use crate::refusal::PublicKeyRefusal;

/// With what operators type next.
pub(super) fn for_operators(refusal: &PublicKeyRefusal) -> Text {
    match refusal {
        PublicKeyRefusal::Certified(device, serial) => Text::new(
            format!(
                "この鍵には、すでに電子証明書が発行されています（{device}、シリアル番号 {serial}）。同じ鍵では、更新でも2度は発行できません。端末で新しい鍵を作り、証明書署名要求を作り直してください。"
            ),
            format!(
                "this public key was certified already for {device} (serial {serial}), and is not again, not even for a renewal: make a new key and a new request"
            ),
        ),
        PublicKeyRefusal::Ours => Text::new(
            "この鍵は、認証局やゲートウェイの鍵です。端末の電子証明書は発行できません。端末で新しい鍵を作ってください。",
            "this public key is a CA's or another machine's of the house: make a new key on the device",
        ),
    }
}

/// With what people can do themselves. Of which device the other certificate is, is told to nobody who holds the same key.
pub(super) fn for_people(refusal: &PublicKeyRefusal) -> Text {
    match refusal {
        PublicKeyRefusal::Certified(..) => Text::new(
            "この鍵には、すでに電子証明書が発行されています。端末で新しい鍵を作り、証明書署名要求を作り直してください。",
            "this public key was certified already: make a new key on the device, and a new request",
        ),
        PublicKeyRefusal::Ours => Text::new(
            "この鍵では、電子証明書を発行できません。端末で新しい鍵を作り、証明書署名要求を作り直してください。",
            "this public key gets no certificate: make a new key on the device, and a new request",
        ),
    }
}
