//! What an inspection looked at and on whose word, until when its approval lasts, and when the device went out of use.

use certs::Timestamp;

use super::super::fact::{Fact, moment, text};
use crate::application::{Day, Item};
use crate::calendar::day;
use crate::language::Language;
use crate::ledger::Entry;
use crate::words::said;

/// Of inspection, approval and end.
pub(super) fn facts(device: &Entry, now: Timestamp) -> Vec<Fact> {
    let mut facts = Vec::new();
    if !text(device, "inspected_at").is_empty() {
        facts.push(Fact::new("検査した人", inspector(device)));
        facts.push(Fact::new("ネットワークの検査", network(device)));
        let version = Some(text(device, "requirements")).filter(|version| !version.is_empty());
        facts.push(Fact::new("検査の要件の版", version.unwrap_or("記録なし（版を残す前の検査）")));
    }
    if text(device, "stage") == "approved" {
        facts.push(Fact::new("承認の期限", ends(device, now)));
    }
    if let Some(at) = moment(device, "retired_at") {
        let reason = text(device, "retired_reason");
        let why = if reason.is_empty() {
            String::new()
        } else {
            format!("　{}", said("retired_reason", reason, &[], Language::Japanese))
        };
        facts.push(Fact::new("使用終了", format!("{}{why}", day(at))));
    }
    facts
}

/// Who looked: the provider's inspector, by their report, or who recorded it.
fn inspector(device: &Entry) -> String {
    match (text(device, "inspector"), moment(device, "reported_on")) {
        ("", _) => "登録した職員（柏市）".to_owned(),
        (inspector, on) => {
            format!("{inspector}（システム提供者の報告　{}）", on.map(day).unwrap_or_default())
        }
    }
}

/// What was found of the network; of an inspection from before it was looked at, that nobody did.
fn network(device: &Entry) -> String {
    match device.get("network").and_then(serde_json::Value::as_bool) {
        Some(true) => "満たしている".to_owned(),
        Some(false) => {
            let checklist = device.get("checklist").and_then(serde_json::Value::as_object).into_iter().flatten();
            let failed = checklist.filter(|(word, holds)| word.starts_with("network_") && **holds == false);
            let failed: Vec<_> = failed.filter_map(|(word, _)| word.parse::<Item>().ok()).map(Item::japanese).collect();
            format!("満たしていない：{}", failed.join("、"))
        }
        None => "記録なし（ネットワークの項目ができる前の検査）".to_owned(),
    }
}

/// Until when, with the days left, and what follows.
fn ends(device: &Entry, now: Timestamp) -> String {
    let Some(end) = moment(device, "approval_ends") else {
        return "なし（期限を付ける前の承認。現況届か承認の継続で、次の期限が付きます）".to_owned();
    };
    let left = Day::of(now).days_until(Day::of(end));
    let left = match left {
        left if end < now => format!("{}日前に過ぎました", -left),
        0 => "今日まで".to_owned(),
        left => format!("あと{left}日"),
    };
    let shut = !text(device, "approved_until").is_empty();
    let follows = match (shut, end < now) {
        (true, true) => "この端末は使えません",
        (true, false) => "過ぎると使えなくなります",
        (false, true) => "まだ使えます。現況届か承認の継続で確かめてください",
        (false, false) => "過ぎても使えますが、現況届で確かめます",
    };
    format!("{}（{left}。{follows}）", day(end))
}
