//! The CA's files: there, of one house with the registry, closed to others, not about to end.

use std::path::Path;

use certs::Timestamp;
use der::Decode;
use x509_cert::crl::CertificateList;

use super::finding::Finding;
use crate::config::AuthorityFiles;
use crate::issuance::{certificate, files};
use crate::key::read_secret;
use crate::language::Text;
use crate::writer::{Unavailable, Writer};

/// Half-way through its five years the next issuing CA is due; a year before its end it is urgent,
/// for device certificates never outlive it and run for two.
const URGENT: i64 = 365 * 86_400;

pub(super) async fn examine(
    writer: &Writer,
    settings: &AuthorityFiles,
    now: Timestamp,
) -> Result<Vec<Finding>, Unavailable> {
    let mut tx = writer.read().await?;
    let rows = tx.rows("SELECT fingerprint FROM authorities WHERE state = 'active'", []).await?;
    let known = rows.iter().map(|row| row.text("fingerprint")).collect::<Result<Vec<_>, _>>()?;
    let mut findings = Vec::new();
    for name in [files::ROOT, files::ISSUING] {
        let path = settings.directory.join(name);
        let subject = path.display().to_string();
        match certificate(&path) {
            Err(why) => findings.push(Finding::wrong("ca_unreadable", subject, why.text())),
            Ok(found) if !known.contains(&found.fingerprint().to_string()) => {
                let text = Text::new(
                    format!("{subject} は台帳の認証局と違います。別の認証局のファイルです。控えから戻してください。"),
                    format!("{subject} is not an authority of this registry: restore it from a backup"),
                );
                findings.push(Finding::wrong("ca_of_another_house", subject, text));
            }
            Ok(found) => findings.extend(ending(found.validity().not_after, now, subject)),
        }
    }
    for name in [files::ISSUING_KEY, files::SIGNING_KEY] {
        findings.extend(secret(&settings.directory.join(name)));
    }
    findings.extend(settings.passphrase_file.as_deref().and_then(secret));
    let root_key = settings.directory.join("root/root.key");
    if root_key.exists() {
        let subject = root_key.display().to_string();
        let text = Text::new(
            format!("ルートの鍵が {subject} にあります。媒体に移して金庫に保管し、この場所から消してください。"),
            format!("the root's key is at {subject}: move it to a medium kept apart"),
        );
        findings.push(Finding::notice("root_key_here", subject, text));
    }
    findings.extend(list(&settings.crl, now));
    Ok(findings)
}

fn ending(not_after: Timestamp, now: Timestamp, subject: String) -> Option<Finding> {
    if not_after < now {
        let text = Text::new(
            format!("{subject} の有効期限（{not_after}）が切れています。発行も利用もできません。"),
            format!("{subject} expired at {not_after}: nothing can be issued or used"),
        );
        return Some(Finding::wrong("ca_expired", subject, text));
    }
    (not_after < now.plus(URGENT)).then(|| {
        let text = Text::new(
            format!("{subject} の有効期限（{not_after}）まで1年を切りました。次の認証局を用意してください。"),
            format!("{subject} ends at {not_after}: the next one is due"),
        );
        Finding::notice("ca_ending", subject, text)
    })
}

fn secret(path: &Path) -> Option<Finding> {
    let why = read_secret(path).err()?.to_string();
    let subject = path.display().to_string();
    let text = Text::new(
        format!("{why}。所有者だけが読めるようにしてください（chmod 600）。"),
        format!("{why}: it must be there and its owner's alone"),
    );
    Some(Finding::wrong("secret_unusable", subject, text))
}

fn list(path: &Path, now: Timestamp) -> Option<Finding> {
    let subject = path.display().to_string();
    let Ok(bytes) = std::fs::read(path) else {
        let text = Text::new(
            format!("失効リスト {subject} がまだありません。crl publish で公開してください。"),
            format!("there is no revocation list at {subject} yet: publish it with crl publish"),
        );
        return Some(Finding::notice("crl_missing", subject, text));
    };
    let next_update = CertificateList::from_der(&bytes).ok().and_then(|list| list.tbs_cert_list.next_update);
    let until =
        next_update.map(|time| Timestamp::from_unix(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(0)));
    match until {
        Some(until) if until >= now => None,
        Some(until) => {
            let text = Text::new(
                format!(
                    "失効リスト {subject} の次回更新日時（{until}）を過ぎています。crl publish で公開し、毎日公開される設定を確かめてください。"
                ),
                format!(
                    "the revocation list {subject} was due again at {until}: publish it, and see that it is published daily"
                ),
            );
            Some(Finding::wrong("crl_stale", subject, text))
        }
        None => {
            let text = Text::new(
                format!("失効リスト {subject} を読めません。crl publish で公開し直してください。"),
                format!("the revocation list {subject} cannot be read: publish it again"),
            );
            Some(Finding::wrong("crl_unreadable", subject, text))
        }
    }
}
