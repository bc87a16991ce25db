//! Why is a request for a certificate not taken? In words of the one who made it, and with what is taken.

use certs::profile::AcceptedKeys;
use certs::{KeyRefusal, RequestRefusal};

use crate::language::Text;

/// What was wrong, and what would be right, under a profile that accepts these keys.
pub(crate) fn request_refused(why: RequestRefusal, accepted: &AcceptedKeys) -> Text {
    let ja = match why {
        RequestRefusal::Key(why) => return key_refused(why, accepted),
        RequestRefusal::OtherPem => {
            "証明書署名要求ではないファイルです。「-----BEGIN CERTIFICATE REQUEST-----」で始まるもの（NEW が付いていても可）を指定してください。"
        }
        RequestRefusal::PrivateKey => {
            "秘密鍵のファイルです。だれにも渡さず、その鍵で作った証明書署名要求（CERTIFICATE REQUEST）を指定してください。"
        }
        RequestRefusal::Signature => {
            "要求の署名が合いません。途中で書き換わったか、別の鍵で署名されています。証明書署名要求を作り直してください。"
        }
        RequestRefusal::SignatureAlgorithm => {
            "署名の方式が使えません。使えるのは ECDSA または RSA（PKCS#1 v1.5）で、SHA-256・SHA-384・SHA-512 のどれかです。"
        }
        RequestRefusal::TooLong => "ファイルが大きすぎます（64 KiB まで）。証明書署名要求だけを入れてください。",
        RequestRefusal::TrailingBytes => {
            "要求の後ろに余分なものがあります。1つのファイルに、証明書署名要求を1つだけ入れてください。"
        }
        RequestRefusal::Unparsable => {
            "証明書署名要求（PKCS#10）として読めません。使えるのは DER か PEM で、文字コードは UTF-8 か UTF-16 です。"
        }
    };
    Text::new(ja, why.to_string())
}

fn key_refused(why: KeyRefusal, accepted: &AcceptedKeys) -> Text {
    let ja = match why {
        KeyRefusal::CloseFactors => "RSA の鍵が弱く、2つの素数が近すぎて計算で破れます。".to_owned(),
        KeyRefusal::CompressedPoint => {
            "楕円曲線の点が圧縮されています。圧縮しない形（uncompressed）で作り直してください。".to_owned()
        }
        KeyRefusal::ExplicitCurve => {
            "楕円曲線が名前でなく係数で書かれています（explicit）。曲線の名前（named_curve）で作り直してください。"
                .to_owned()
        }
        KeyRefusal::Exponent => "RSA の公開指数が 65537 ではありません。".to_owned(),
        KeyRefusal::SmallFactor => "RSA の鍵が弱く、小さな素因数があります。".to_owned(),
        KeyRefusal::Malformed => "公開鍵の形が正しくありません。".to_owned(),
        KeyRefusal::NotAccepted(kind) => format!("{kind} の鍵は使えません。"),
        KeyRefusal::OtherKind => "この種類の鍵は使えません。".to_owned(),
        KeyRefusal::Roca => "RSA の鍵が、欠陥のあるチップ（ROCA、CVE-2017-15361）で作られています。".to_owned(),
    };
    Text::new(
        format!(
            "{ja}使える鍵：{}。鍵を作り直してから、要求を作ってください。",
            accepted.to_string().replace(", ", "、")
        ),
        format!("{why}; accepted are {accepted}"),
    )
}
