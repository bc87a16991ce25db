//! The CA's files: there, of one house with the registry, closed to others, not about to end.

use std::path::Path;

use certs::{AuthorityCert, Timestamp};

use super::finding::Finding;
use super::{issuers, lists};
use crate::acts::Writer;
use crate::config::{AuthorityFiles, files};
use crate::issuance::certificate;
use crate::issuance::lists::ListFile;
use crate::key::read_secret;
use crate::language::Text;
use crate::refusal::Unavailable;
use crate::rows::ListOf;

/// A year before the end of a CA it is urgent, for device certificates never outlive it and run for two.
const URGENT: i64 = 365 * 86_400;

pub(super) async fn examine(
    writer: &Writer,
    settings: &AuthorityFiles,
    now: Timestamp,
) -> Result<Vec<Finding>, Unavailable> {
    let mut findings = Vec::new();
    let path = settings.directory.join(files::ROOT);
    let active = active(writer).await?;
    match read(&path, &active) {
        Err(finding) => findings.push(finding),
        Ok(found) => {
            findings.extend(ending(found.validity().not_after, now, path.display().to_string()));
            let of = ListOf::Root(found.fingerprint());
            if let Ok(place) = ListFile::of_root(settings) {
                findings.extend(lists::examine(writer, (&place, of), now).await?);
            }
        }
    }
    findings.extend(settings.passphrase_file.as_deref().and_then(secret));
    let root_key = settings.directory.join(files::ROOT_KEY);
    if root_key.exists() {
        let subject = root_key.display().to_string();
        let text = Text::new(
            format!("ルートの鍵が {subject} にあります。媒体に移して金庫に保管し、この場所から消してください。"),
            format!("the root's key is at {subject}: move it to a medium kept apart"),
        );
        findings.push(Finding::notice("root_key_here", subject, text));
    }
    findings.extend(issuers::examine(writer, settings, now).await?);
    findings.extend(lists::unsettled(settings));
    Ok(findings)
}

/// The fingerprints of authorities in use.
pub(super) async fn active(writer: &Writer) -> Result<Vec<String>, Unavailable> {
    writer.ledger().authorities_in_use().await
}

/// A certificate of one of these authorities.
pub(super) fn read(path: &Path, known: &[String]) -> Result<AuthorityCert, Finding> {
    let subject = path.display().to_string();
    let found = certificate(path).map_err(|why| Finding::wrong("ca_unreadable", subject.clone(), why.text()))?;
    if known.contains(&found.fingerprint().to_string()) {
        return Ok(found);
    }
    let text = Text::new(
        format!("{subject} は台帳の認証局と違います。別の認証局のファイルです。控えから戻してください。"),
        format!("{subject} is not an authority of this registry: restore it from a backup"),
    );
    Err(Finding::wrong("ca_of_another_house", subject, text))
}

pub(super) fn ending(not_after: Timestamp, now: Timestamp, subject: String) -> Option<Finding> {
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

pub(super) fn secret(path: &Path) -> Option<Finding> {
    let why = read_secret(path).err()?.to_string();
    let subject = path.display().to_string();
    let text = Text::new(
        format!("{why}。所有者だけが読めるようにしてください（chmod 600）。"),
        format!("{why}: it must be there and its owner's alone"),
    );
    Some(Finding::wrong("secret_unusable", subject, text))
}
