//! The issuing CAs: each one's files there and closed, its list published, the next one made in time.

use std::path::Path;

use certs::{AuthorityCert, Timestamp, lint};
use registry::change::{newest, next_due};

use super::files::{active, ending, read, secret};
use super::finding::Finding;
use super::lists;
use crate::acts::Writer;
use crate::config::{AuthorityFiles, files};
use crate::issuance::lists::ListFile;
use crate::issuance::{IssuerFiles, certificate, gateway_line};
use crate::language::Text;
use crate::refusal::Unavailable;
use crate::rows::ListOf;

pub(super) async fn examine(
    writer: &Writer,
    settings: &AuthorityFiles,
    now: Timestamp,
) -> Result<Vec<Finding>, Unavailable> {
    let (active, issuing) = (active(writer).await?, of_state(writer, "active").await?);
    let retired = of_state(writer, "retired").await?;
    let mut findings = Vec::new();
    let (mut sign, mut present) = (Vec::new(), Vec::new());
    // A folder that cannot be read has told so at the root's certificate.
    for place in IssuerFiles::all(settings).unwrap_or_default() {
        if let Ok(found) = certificate(&place.certificate) {
            let fingerprint = found.fingerprint().to_string();
            if retired.contains(&fingerprint) {
                findings.extend(left_key(&place.key));
                continue;
            }
            if !active.contains(&fingerprint) && of_our_root(settings, &found) {
                findings.push(unused(&place.certificate));
                continue;
            }
        }
        match read(&place.certificate, &active) {
            Err(finding) => findings.push(finding),
            Ok(found) => {
                present.push(found.fingerprint().to_string());
                findings.extend([&place.key, &place.signing_key].into_iter().filter_map(|path| secret(path)));
                sign.push((place, found));
            }
        }
    }
    let missing = issuing.iter().filter(|fingerprint| !present.contains(fingerprint));
    // Where a file is there and is another one's, that is told already.
    if findings.iter().all(|finding| finding.code != "ca_of_another_house" && finding.code != "ca_unreadable") {
        findings.extend(missing.map(|fingerprint| not_here(fingerprint, settings)));
    }
    let signs = newest(sign.iter().map(|(_, found)| found)).map(AuthorityCert::fingerprint);
    for (place, found) in &sign {
        let subject = place.certificate.display().to_string();
        let not_after = found.validity().not_after;
        // One that signs no more runs out in peace: what it signed ends before it.
        if Some(found.fingerprint()) == signs || not_after < now {
            let ends = ending(not_after, now, subject.clone());
            findings.extend(ends.or_else(|| due(found, now, subject)));
        }
    }
    for (files, found) in &sign {
        let place = ListFile { file: files.crl.clone(), signer: found.clone() };
        findings.extend(lists::examine(writer, (&place, ListOf::Issuing(found.fingerprint())), now).await?);
    }
    if sign.len() > 1 {
        let all: Vec<_> = sign.iter().map(|(_, found)| found.clone()).collect();
        findings.push(to_trust(&gateway_line(settings, &all)));
    }
    Ok(findings)
}

async fn of_state(writer: &Writer, state: &str) -> Result<Vec<String>, Unavailable> {
    writer.ledger().issuing_in_state(state).await
}

fn of_our_root(settings: &AuthorityFiles, found: &AuthorityCert) -> bool {
    certificate(&settings.directory.join(files::ROOT))
        .is_ok_and(|root| lint::verify(found.der(), Some(root.der())).is_ok())
}

fn left_key(key: &Path) -> Option<Finding> {
    key.exists().then(|| {
        let subject = key.display().to_string();
        let text = Text::new(
            format!("{subject} は使用終了の発行認証局の鍵です。もう使いません。消してください。"),
            format!("{subject} is the key of a retired issuing CA and of no use any more: remove it"),
        );
        Finding::notice("retired_key_here", subject, text)
    })
}

fn unused(path: &Path) -> Finding {
    let subject = path.display().to_string();
    let text = Text::new(
        format!(
            "{subject} の発行認証局は、まだ使われていません。同じ --name で ca add-issuing を実行すると使い始めます。使わないなら、このファイルと鍵を消してください。"
        ),
        format!(
            "the issuing CA {subject} is not in use yet: ca add-issuing with the same --name begins it; or remove it with its key"
        ),
    );
    Finding::notice("ca_not_in_use_yet", subject, text)
}

fn not_here(fingerprint: &str, settings: &AuthorityFiles) -> Finding {
    let folder = settings.directory.display();
    let text = Text::new(
        format!("台帳にある発行認証局 {fingerprint} のファイルが {folder} にありません。控えから戻してください。"),
        format!("the issuing CA {fingerprint} of the registry is not in {folder}: restore its files"),
    );
    Finding::wrong("ca_missing", fingerprint, text)
}

fn due(found: &AuthorityCert, now: Timestamp, subject: String) -> Option<Finding> {
    let since = next_due(found.validity());
    (since <= now).then(|| {
        let text = Text::new(
            format!("次の発行認証局を作る時期です（{since} から。{subject} の期限は {}）。ルートの媒体を用意し、ca add-issuing --prepare から始めてください。", found.validity().not_after),
            format!("the next issuing CA is due since {since} ({subject} ends at {}): begin with ca add-issuing --prepare", found.validity().not_after),
        );
        Finding::notice("issuer_due", subject, text)
    })
}

fn to_trust(line: &str) -> Finding {
    let text = Text::new(
        format!(
            "発行認証局が2つ以上あります。すべての gateway.toml の [devices] に {line} が要ります（gateway が読める場所に写したもの）。"
        ),
        format!(
            "there is more than one issuing CA: every gateway.toml needs, in [devices], {line} (copied to where it may read)"
        ),
    );
    Finding::notice("issuers_to_trust", line, text)
}
