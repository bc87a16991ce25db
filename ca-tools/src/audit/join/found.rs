//! What was found, in words: for whoever reads, and by one word for programs.

use std::collections::{BTreeSet, HashSet};

use access_log::Checked;
use certs::Timestamp;

use super::awaited::TOLERANCE;
use super::passing::{NAMED, Owing, Passing, Unlike};
use super::told::Against;
use super::{AccessLogs, Joined};
use crate::audit::Trouble;
use crate::calendar::minute;
use crate::language::Text;
use crate::ledger::Ledger;
use crate::refusal::Unavailable;

/// What the chain itself says.
pub(super) fn verified(gateway: &str, checked: &Checked, joined: &mut Joined) {
    for finding in &checked.findings {
        joined.troubles.push(trouble(
            "access_log_broken",
            gateway,
            format!("アクセス記録（{gateway}）が書かれたときのままではありません：{finding}"),
            format!("the access log of {gateway} is not as it was written: {finding}"),
        ));
    }
    more(checked.more, "access_log_broken", &mut joined.troubles);
    if let Some((first, last)) = checked.span {
        let vouched = checked.vouched_up_to.map_or_else(
            || "署名された控えは確かめていません（--checkpoints）".to_owned(),
            |up_to| format!("{up_to}番まで署名された控えと一致"),
        );
        joined.notices.push(trouble(
            "access_log",
            gateway,
            format!("アクセス記録（{gateway}）：{}行、{first}〜{last}番。{vouched}。", checked.lines),
            format!("access log of {gateway}: {} lines, {first} to {last}", checked.lines),
        ));
    }
}

/// Events whose line did not come, or says something else.
pub(super) fn unseen(passing: &Passing, (begins, now): (i64, Timestamp), joined: &mut Joined) {
    let (mut running, mut before, mut left) = (0_u64, 0_u64, Vec::new());
    for event in passing.waiting.left() {
        if event.at.saturating_add(TOLERANCE) >= now.unix() {
            running += 1;
        } else if event.at.saturating_sub(TOLERANCE) < begins {
            before += 1;
        } else {
            left.push(event);
        }
    }
    for event in left.iter().take(NAMED) {
        let (version, at) = (event.version, minute(Timestamp::from_unix(event.at)));
        joined.troubles.push(trouble(
            "event_without_line",
            &version.to_string(),
            format!(
                "操作記録 {version}（{at}）はゲートウェイを通った操作ですが、アクセス記録にその行がありません（受付番号 {:032x}）。",
                event.request
            ),
            format!("event {version} came through a gateway, and no line has its request {:032x}", event.request),
        ));
    }
    more((left.len().saturating_sub(NAMED)) as u64, "event_without_line", &mut joined.troubles);
    for (version, unlike) in &passing.unlike {
        let (ja, en) = match unlike {
            Unlike::Person => {
                ("アクセス記録の行では、別の人の要求です", "was asked by another person than its line says")
            }
            Unlike::Time => ("アクセス記録の行と時刻が合いません", "was made at another time than its line says"),
            Unlike::TurnedAway => (
                "アクセス記録の行では、ゲートウェイが断った要求です",
                "was asked by a request that its line says was refused",
            ),
        };
        joined.troubles.push(trouble(
            "event_unlike_line",
            &version.to_string(),
            format!("操作記録 {version} は、{ja}。"),
            format!("event {version} {en}"),
        ));
    }
    let counted = passing.waiting.perhaps_counted();
    for (code, count, ja, en) in [
        (
            "perhaps_counted",
            counted as u64,
            "まとめて数えられた行の中にあると考えられます",
            "may be counted in a folded line",
        ),
        ("before_the_files", before, "渡されたファイルより前の操作です", "are older than the files that were given"),
        ("still_running", running, "いま行われたばかりで、行はこれから書かれます", "were made just now"),
    ] {
        if count > 0 {
            let ja = format!("操作記録のうち{count}件は、{ja}。");
            joined.notices.push(trouble(code, &count.to_string(), ja, format!("{count} events {en}")));
        }
    }
}

/// Lines that must have an event and have none.
pub(super) fn without_event(passing: Passing, later: &HashSet<u128>, joined: &mut Joined) {
    let mut told = 0;
    let mut unnamed = passing.more_without_event;
    for owing in &passing.without_event {
        // Its event came while the files were read.
        if later.contains(&owing.request) {
            continue;
        }
        if told == NAMED {
            unnamed += 1;
            continue;
        }
        told += 1;
        let Owing { gateway, seq, reference, path, .. } = owing;
        let at = minute(Timestamp::from_unix(owing.at));
        joined.troubles.push(trouble(
            "line_without_event",
            &format!("{gateway} {seq}"),
            format!(
                "アクセス記録（{gateway}）の{seq}番（{at}、{path}、お問い合わせ番号 {reference}）は台帳を変えた要求ですが、操作記録がありません。"
            ),
            format!("line {seq} of {gateway} ({path}, {reference}) changed something, and no event says so"),
        ));
    }
    more(unnamed, "line_without_event", &mut joined.troubles);
    for (gateway, against) in &passing.against {
        let (seq, ja, en) = match against {
            Against::Absent(seq) => (seq, "渡されたファイルにありません", "is not in the files"),
            Against::Other(seq) => (seq, "ファイルの行と違います", "is another one in the files"),
        };
        joined.troubles.push(trouble(
            "told_line_differs",
            &format!("{gateway} {seq}"),
            format!("窓口に届いた写し（{gateway} の{seq}番）が、{ja}。"),
            format!("line {seq} of {gateway}, of which the desk has a copy, {en}"),
        ));
    }
    more(passing.more_against, "told_line_differs", &mut joined.troubles);
}

/// Gateways in service of which no file was given: what came through them is found missing.
pub(super) async fn not_given(ledger: &Ledger, logs: &AccessLogs, joined: &mut Joined) -> Result<(), Unavailable> {
    let given: BTreeSet<_> = joined
        .notices
        .iter()
        .filter(|notice| notice.code == "access_log")
        .map(|notice| notice.subject.clone())
        .collect();
    if logs.files.is_empty() {
        return Ok(());
    }
    for gateway in ledger.gateways_in_service().await? {
        if !given.contains(&gateway) {
            let ja = format!(
                "ゲートウェイ {gateway} のアクセス記録が渡されていません。そこを通った操作は、行がないと報告されます。"
            );
            let en =
                format!("no access log of gateway {gateway} was given: what came through it is told as without a line");
            joined.notices.push(trouble("gateway_not_given", &gateway, ja, en));
        }
    }
    Ok(())
}

fn more(count: u64, code: &'static str, troubles: &mut Vec<Trouble>) {
    if count > 0 {
        let (ja, en) = (format!("ほかに{count}件あります。"), format!("and {count} more"));
        troubles.push(trouble(code, &count.to_string(), ja, en));
    }
}

fn trouble(code: &'static str, subject: &str, ja: String, en: String) -> Trouble {
    Trouble { code, subject: subject.to_owned(), text: Text::new(ja, en) }
}
