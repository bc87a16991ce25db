//! Does each certificate say what its row says, and did an authority of ours sign it?

use std::collections::HashMap;

use certs::{DeviceCert, KeyPrint, lint};

use super::finding::Finding;
use crate::acts::{Unavailable, Writer};
use crate::database::Row;
use crate::language::Text;
use crate::sign::read_certificate_pem;

const QUESTION: &str = "SELECT serial, device, fingerprint, not_before, not_after, issuer, certificate, key_print \
    FROM certificates WHERE certificate IS NOT NULL AND serial > $1 ORDER BY serial LIMIT 1000";

pub(super) async fn examine(writer: &Writer) -> Result<Vec<Finding>, Unavailable> {
    let mut tx = writer.read().await?;
    let mut issuers = HashMap::new();
    for row in tx.rows("SELECT fingerprint, certificate FROM authorities", []).await? {
        // One that cannot be read signed nothing that holds.
        if let Ok(der) = read_certificate_pem(&row.text("certificate")?) {
            issuers.insert(row.text("fingerprint")?, der);
        }
    }
    let mut findings = Vec::new();
    let mut after = String::new();
    loop {
        let rows = tx.rows(QUESTION, [after.as_str().into()]).await?;
        let Some(last) = rows.last() else { return Ok(findings) };
        after = last.text("serial")?;
        for row in &rows {
            if let Some((ja, en)) = disagreement(row, &issuers)? {
                let serial = row.text("serial")?;
                let text = Text::new(
                    format!("電子証明書 {serial}：{ja}。台帳が書き換えられたおそれがあります。控えと比べてください。"),
                    format!("the certificate {serial}: {en}: compare the registry with a backup"),
                );
                findings.push(Finding::wrong("certificate_disagrees", serial, text));
            }
        }
    }
}

type Said = (&'static str, &'static str);

fn disagreement(row: &Row, issuers: &HashMap<String, Vec<u8>>) -> Result<Option<Said>, Unavailable> {
    let Ok(der) = read_certificate_pem(&row.text("certificate")?) else {
        return Ok(Some(("読めません", "it cannot be read")));
    };
    let Ok(certificate) = DeviceCert::read(&der) else {
        return Ok(Some(("端末の電子証明書ではありません", "it is not a device's")));
    };
    let checks = [
        (certificate.serial().to_string() == row.text("serial")?, ("番号が違います", "its serial is another one")),
        (
            i64::from(certificate.device().number()) == row.int("device")?,
            ("端末番号が違います", "it names another device"),
        ),
        (
            Some(certificate.fingerprint().to_string()) == row.maybe_text("fingerprint")?,
            ("拇印が違います", "its fingerprint is another one"),
        ),
        (
            certificate.validity().not_before.unix() == row.int("not_before")?
                && certificate.validity().not_after.unix() == row.int("not_after")?,
            ("有効期間が違います", "its dates are other ones"),
        ),
        (
            KeyPrint::of_certificate(&der).map(|print| print.to_string()) == row.maybe_text("key_print")?,
            ("鍵が違います", "its key is another one"),
        ),
    ];
    if let Some((_, said)) = checks.into_iter().find(|(holds, _)| !holds) {
        return Ok(Some(said));
    }
    let Some(issuer) = issuers.get(&row.text("issuer")?) else {
        return Ok(Some(("発行認証局が台帳にありません", "its issuer is not in the registry")));
    };
    match lint::verify(&der, Some(issuer)) {
        Ok(()) => Ok(None),
        Err(_) => Ok(Some(("発行認証局の署名ではありません", "its issuer did not sign it"))),
    }
}
