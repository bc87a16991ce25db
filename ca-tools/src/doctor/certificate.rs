//! Does each certificate say what its row says, and did an authority of ours sign it?

use std::collections::HashMap;

use certs::{DeviceCert, KeyPrint, lint};

use super::finding::Finding;
use crate::acts::Writer;
use crate::language::Text;
use crate::ledger::AsItStands;
use crate::refusal::Unavailable;
use crate::sign::read_certificate_pem;

pub(super) async fn examine(writer: &Writer) -> Result<Vec<Finding>, Unavailable> {
    let ledger = writer.ledger();
    let mut findings = Vec::new();
    let mut after = String::new();
    loop {
        let some = ledger.certificates_as_they_stand(&after).await?;
        let Some(last) = some.last() else { return Ok(findings) };
        after.clone_from(&last.serial);
        // Asked after their certificates, and none ever goes: so one that was added meanwhile is not missed.
        let mut issuers = HashMap::new();
        for (fingerprint, pem) in ledger.authorities_as_they_stand().await? {
            // One that cannot be read signed nothing that holds.
            if let Ok(der) = read_certificate_pem(&pem) {
                issuers.insert(fingerprint, der);
            }
        }
        for row in &some {
            if let Some((ja, en)) = disagreement(row, &issuers) {
                let serial = row.serial.clone();
                let text = Text::new(
                    format!("電子証明書 {serial}：{ja}。台帳が書き換えられたおそれがあります。控えと比べてください。"),
                    format!("the certificate {serial}: {en}: compare the registry with a backup"),
                );
                findings.push(Finding::wrong("certificate_disagrees", serial, text));
            }
        }
    }
}

type BothWords = (&'static str, &'static str);

fn disagreement(row: &AsItStands, issuers: &HashMap<String, Vec<u8>>) -> Option<BothWords> {
    let Ok(der) = read_certificate_pem(&row.certificate) else {
        return Some(("読めません", "it cannot be read"));
    };
    let Ok(certificate) = DeviceCert::read(&der) else {
        return Some(("端末の電子証明書ではありません", "it is not a device's"));
    };
    let checks = [
        (certificate.serial().to_string() == row.serial, ("番号が違います", "its serial is another one")),
        (i64::from(certificate.device().number()) == row.device, ("端末番号が違います", "it names another device")),
        (
            Some(certificate.fingerprint().to_string()) == row.fingerprint,
            ("拇印が違います", "its fingerprint is another one"),
        ),
        (
            certificate.validity().not_before.unix() == row.not_before
                && certificate.validity().not_after.unix() == row.not_after,
            ("有効期間が違います", "its dates are other ones"),
        ),
        (
            KeyPrint::of_certificate(&der).map(|print| print.to_string()) == row.key_print,
            ("鍵が違います", "its key is another one"),
        ),
    ];
    if let Some((_, said)) = checks.into_iter().find(|(holds, _)| !holds) {
        return Some(said);
    }
    let Some(issuer) = issuers.get(&row.issuer) else {
        return Some(("発行認証局が台帳にありません", "its issuer is not in the registry"));
    };
    match lint::verify(&der, Some(issuer)) {
        Ok(()) => None,
        Err(_) => Some(("発行認証局の署名ではありません", "its issuer did not sign it")),
    }
}
