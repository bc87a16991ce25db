//! Rows that no writer of ours leaves behind, and what a program that died leaves to be closed.

use super::finding::Finding;
use crate::acts::Writer;
use crate::language::Text;
use crate::ledger::Ledger;
use crate::refusal::Unavailable;

/// What a rule of the ledger found, said to people.
struct StateWords {
    code: &'static str,
    ja: &'static str,
    en: &'static str,
}

const SAID: [StateWords; 8] = [
    StateWords {
        code: "issued_without_certificate",
        ja: "発行済みなのに電子証明書がありません",
        en: "is issued and has no certificate",
    },
    StateWords {
        code: "intended_with_certificate",
        ja: "発行準備中なのに電子証明書があります",
        en: "is only intended and has a certificate",
    },
    StateWords {
        code: "end_without_time",
        ja: "失効・切替の日時または理由がありません",
        en: "has ended and does not say when or why",
    },
    StateWords {
        code: "two_certificates_in_use",
        ja: "同じ端末に使用中の電子証明書が2枚以上あります",
        en: "is in use beside another one of the same device",
    },
    StateWords {
        code: "certificate_of_retired_device",
        ja: "使用終了または却下の端末に、使用中の電子証明書があります",
        en: "is in use and its device is retired or rejected",
    },
    StateWords {
        code: "approved_without_approval",
        ja: "承認済みなのに検査または承認の記録がありません",
        en: "is approved without an inspection or an approval",
    },
    StateWords {
        code: "deleted_user_invited",
        ja: "削除された利用者が招待されたままです",
        en: "is an invitation of a deleted ID",
    },
    StateWords {
        code: "deleted_user_listed",
        ja: "削除された利用者が端末の利用者のままです",
        en: "lists a deleted ID",
    },
];

pub(super) async fn examine(writer: &Writer) -> Result<Vec<Finding>, Unavailable> {
    let ledger = writer.ledger();
    let mut findings = Vec::new();
    for said in &SAID {
        for subject in ledger.breaking(said.code).await? {
            let text = Text::new(
                format!("{subject}：{}。台帳が書き換えられたおそれがあります。控えと比べてください。", said.ja),
                format!("{subject} {}: compare the registry with a backup", said.en),
            );
            findings.push(Finding::wrong(said.code, subject, text));
        }
    }
    findings.extend(left_behind(&ledger).await?);
    Ok(findings)
}

/// A program that died between recording the intent and recording the certificate.
async fn left_behind(ledger: &Ledger) -> Result<Vec<Finding>, Unavailable> {
    let left = ledger.left_behind().await?;
    Ok(left
        .into_iter()
        .map(|(serial, device)| {
            let device = device.map(|no| no.to_string()).unwrap_or_default();
            let text = Text::new(
                format!("{device} の発行が途中で終わっています（{serial}）。doctor --mend で閉じるか、もう一度発行してください。この番号は再び使われません。"),
                format!("the issue of {serial} for {device} was cut short: close it with doctor --mend, or issue anew; the serial is never used again"),
            );
            Finding::notice("intent_left_behind", serial, text)
        })
        .collect())
}
