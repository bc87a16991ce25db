//! Rows that no writer of ours leaves behind, and what a program that died leaves to be closed.

use certs::DeviceNo;

use super::finding::Finding;
use crate::acts::{Unavailable, Writer};
use crate::database::Transaction;
use crate::language::Text;

/// A question whose answer should be empty; each row names a `subject`.
struct Rule {
    code: &'static str,
    question: &'static str,
    ja: &'static str,
    en: &'static str,
}

const RULES: [Rule; 8] = [
    Rule {
        code: "issued_without_certificate",
        question: "SELECT serial AS subject FROM certificates WHERE state IN ('issued', 'superseded') \
            AND (fingerprint IS NULL OR certificate IS NULL)",
        ja: "発行済みなのに電子証明書がありません",
        en: "is issued and has no certificate",
    },
    Rule {
        code: "intended_with_certificate",
        question: "SELECT serial AS subject FROM certificates WHERE state = 'intended' \
            AND (fingerprint IS NOT NULL OR certificate IS NOT NULL)",
        ja: "発行準備中なのに電子証明書があります",
        en: "is only intended and has a certificate",
    },
    Rule {
        code: "end_without_time",
        question: "SELECT serial AS subject FROM certificates WHERE (state = 'superseded' AND superseded_from IS NULL) \
            OR (state = 'revoked' AND (revoked_at IS NULL OR revoked_reason IS NULL))",
        ja: "失効・切替の日時または理由がありません",
        en: "has ended and does not say when or why",
    },
    Rule {
        code: "two_certificates_in_use",
        question: "SELECT MIN(serial) AS subject FROM certificates WHERE state = 'issued' AND successor IS NULL GROUP BY device \
            HAVING COUNT(*) > 1 AND MIN(not_after) >= (SELECT MAX(at) FROM events)",
        ja: "同じ端末に使用中の電子証明書が2枚以上あります",
        en: "is in use beside another one of the same device",
    },
    Rule {
        code: "certificate_of_retired_device",
        question: "SELECT c.serial AS subject FROM certificates c JOIN devices d ON d.device = c.device \
            WHERE c.state = 'issued' AND d.stage IN ('retired', 'rejected')",
        ja: "使用終了または却下の端末に、使用中の電子証明書があります",
        en: "is in use and its device is retired or rejected",
    },
    Rule {
        code: "approved_without_approval",
        question: "SELECT 'DEV-' || device AS subject FROM devices WHERE stage = 'approved' \
            AND (approved_at IS NULL OR approved_by IS NULL OR (inspected_at IS NULL \
            AND NOT EXISTS (SELECT 1 FROM emergencies e WHERE e.device = devices.device)))",
        ja: "承認済みなのに検査または承認の記録がありません",
        en: "is approved without an inspection or an approval",
    },
    Rule {
        code: "deleted_user_invited",
        question: "SELECT i.room || ' ' || i.login_id AS subject FROM invitations i \
            JOIN system_users u ON u.login_id = i.login_id WHERE i.state = 'invited' AND u.state = 'deleted'",
        ja: "削除された利用者が招待されたままです",
        en: "is an invitation of a deleted ID",
    },
    Rule {
        code: "deleted_user_listed",
        question: "SELECT 'DEV-' || l.device || ' ' || l.login_id AS subject FROM device_users l \
            JOIN system_users u ON u.login_id = l.login_id WHERE l.state = 'listed' AND u.state = 'deleted'",
        ja: "削除された利用者が端末の利用者のままです",
        en: "lists a deleted ID",
    },
];

pub(super) async fn examine(writer: &Writer) -> Result<Vec<Finding>, Unavailable> {
    let mut tx = writer.read().await?;
    let mut findings = Vec::new();
    for rule in &RULES {
        for row in tx.rows(rule.question, []).await? {
            let subject = row.text("subject")?;
            let text = Text::new(
                format!("{subject}：{}。台帳が書き換えられたおそれがあります。控えと比べてください。", rule.ja),
                format!("{subject} {}: compare the registry with a backup", rule.en),
            );
            findings.push(Finding::wrong(rule.code, subject, text));
        }
    }
    findings.extend(left_behind(&mut tx).await?);
    Ok(findings)
}

/// A program that died between recording the intent and recording the certificate.
async fn left_behind(tx: &mut Transaction) -> Result<Vec<Finding>, Unavailable> {
    let rows = tx.rows("SELECT serial, device FROM certificates WHERE state = 'intended' ORDER BY version", []).await?;
    rows.iter()
        .map(|row| {
            let serial = row.text("serial")?;
            let device = u32::try_from(row.int("device")?).ok().and_then(|n| DeviceNo::new(n).ok());
            let device = device.map(|no| no.to_string()).unwrap_or_default();
            let text = Text::new(
                format!("{device} の発行が途中で終わっています（{serial}）。doctor --mend で閉じるか、もう一度発行してください。この番号は再び使われません。"),
                format!("the issue of {serial} for {device} was cut short: close it with doctor --mend, or issue anew; the serial is never used again"),
            );
            Ok(Finding::notice("intent_left_behind", serial, text))
        })
        .collect()
}
