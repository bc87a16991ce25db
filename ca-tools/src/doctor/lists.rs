//! The published lists: there, ours, not about to end, and saying what the registry says.

use certs::Timestamp;

use super::finding::Finding;
use crate::acts::Writer;
use crate::config::AuthorityFiles;
use crate::crl::{ISSUING_LIFE, Unlisted};
use crate::issuance::lists::{ListFile, is_settled};
use crate::language::Text;
use crate::refusal::Unavailable;
use crate::rows::ListOf;

/// Each is published daily: one that has less than this left has a publisher that stopped days ago.
const ISSUING_SOON: i64 = ISSUING_LIFE / 2;
/// The root's medium has to be fetched, and two people with it.
const ROOT_SOON: i64 = 45 * 86_400;

/// The list of one CA.
pub(super) async fn examine(
    writer: &Writer,
    (place, of): (&ListFile, ListOf),
    now: Timestamp,
) -> Result<Vec<Finding>, Unavailable> {
    let subject = place.file.display().to_string();
    let (command, soon) = match of {
        ListOf::Issuing(_) => ("crl publish", ISSUING_SOON),
        ListOf::Root(_) => ("crl publish --root", ROOT_SOON),
    };
    let listed = match place.listed() {
        Ok(listed) => listed,
        Err(why) => return Ok(vec![unlisted(&why, subject, command)]),
    };
    let mut findings = Vec::new();
    let until = listed.next_update;
    if until < now {
        findings.push(Finding::wrong("crl_stale", subject.clone(), stale(&subject, until, command)));
    } else if until < now.plus(soon) {
        findings.push(Finding::notice("crl_ending", subject.clone(), ending(&subject, until, of, command)));
    }
    let entries = match writer.ledger().withdrawn(of, now).await {
        Ok(entries) => entries,
        // A row that cannot be is told where rows are looked at.
        Err(Unavailable::Corrupt(_)) => return Ok(findings),
        Err(why) => return Err(why),
    };
    if !listed.says(&entries) {
        let text = Text::new(
            format!(
                "失効リスト {subject}（第{}号）の内容が台帳と違います。窓口（ca-tools serve）が動いていれば数秒で公開されます。そうでなければ {command} で公開してください。",
                listed.number
            ),
            format!(
                "the revocation list {subject} ({}) does not say what the registry says: a desk that is open publishes it within seconds; else run {command}",
                listed.number
            ),
        );
        findings.push(Finding::notice("crl_behind", subject, text));
    }
    Ok(findings)
}

/// What is made of the lists.
pub(super) fn unsettled(settings: &AuthorityFiles) -> Option<Finding> {
    // What cannot be read is told where it is looked at.
    if is_settled(settings).unwrap_or(true) {
        return None;
    }
    let subject = settings.crl.display().to_string();
    let text = Text::new(
        format!(
            "失効リスト {subject} の PEM（….pem、all.crl.pem）が、元のリストと違います。crl publish で公開し直してください。"
        ),
        format!(
            "the PEM beside the revocation list {subject} (….pem, all.crl.pem) does not say what the list says: publish it again"
        ),
    );
    Some(Finding::notice("crl_pem_behind", subject, text))
}

fn unlisted(why: &Unlisted, subject: String, command: &str) -> Finding {
    match why {
        Unlisted::Missing => {
            let text = Text::new(
                format!("失効リスト {subject} がまだありません。{command} で公開してください。"),
                format!("there is no revocation list at {subject} yet: publish it with {command}"),
            );
            Finding::notice("crl_missing", subject, text)
        }
        Unlisted::NotOurs => {
            let text = Text::new(
                format!(
                    "失効リスト {subject} は、この認証局が署名したものではありません。{command} で公開し直してください。"
                ),
                format!("the revocation list {subject} is not signed by this CA: publish it again with {command}"),
            );
            Finding::wrong("crl_of_another_ca", subject, text)
        }
        Unlisted::Unreadable(_) => {
            let text = Text::new(
                format!("失効リスト {subject} を読めません。{command} で公開し直してください。"),
                format!("the revocation list {subject} cannot be read: publish it again with {command}"),
            );
            Finding::wrong("crl_unreadable", subject, text)
        }
    }
}

fn stale(subject: &str, until: Timestamp, command: &str) -> Text {
    Text::new(
        format!(
            "失効リスト {subject} の次回更新日時（{until}）を過ぎています。{command} で公開し、毎日公開される設定（窓口）を確かめてください。"
        ),
        format!(
            "the revocation list {subject} was due again at {until}: publish it with {command}, and see that the desk publishes daily"
        ),
    )
}

fn ending(subject: &str, until: Timestamp, of: ListOf, command: &str) -> Text {
    match of {
        ListOf::Issuing(_) => Text::new(
            format!(
                "失効リスト {subject} は {until} までです。毎日公開されていません。窓口（ca-tools serve）の記録を確かめ、{command} で公開してください。"
            ),
            format!(
                "the revocation list {subject} ends at {until} and is not published daily: look at what the desk says, and run {command}"
            ),
        ),
        ListOf::Root(_) => Text::new(
            format!(
                "ルートの失効リスト {subject} は {until} までです。ルートの媒体を用意し、{command} で公開してください。"
            ),
            format!("the root's revocation list {subject} ends at {until}: fetch the root's medium and run {command}"),
        ),
    }
}
