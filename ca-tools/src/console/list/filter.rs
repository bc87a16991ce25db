//! What a list can be narrowed by: links, each the address of the narrower list.

use crate::language::Language;
use crate::ledger::Roll;
use crate::today::refused_as;
use crate::words::said;

use super::query::{ListQuery, fields};

/// Links that stand beside each other.
pub(super) struct Group {
    pub(super) words: &'static str,
    pub(super) choices: Vec<Choice>,
}

/// A link to the same list, narrowed or not.
pub(super) struct Choice {
    pub(super) words: String,
    pub(super) path: String,
    pub(super) chosen: bool,
}

/// The names by which a list can be narrowed in its address.
pub(super) const fn names(roll: Roll) -> &'static [&'static str] {
    match roll {
        Roll::Offices => &["state", "contact", "end"],
        Roll::Rooms => &["state", "consent", "ending"],
        Roll::Applications => &["office", "state"],
        Roll::People => &["office", "state", "locked"],
        Roll::Devices => &["office", "stage", "suspended", "approval", "unused", "refused", "gone"],
        Roll::Certificates | Roll::Tickets => &["office", "state", "ending"],
    }
}

/// Words of the registry by which people narrow it.
const fn states(roll: Roll) -> &'static [&'static str] {
    match roll {
        Roll::Offices => &["registered", "suspended", "withdrawn", "replaced"],
        Roll::People => &["active", "suspended", "deleted"],
        Roll::Devices => &["applied", "inspected", "approved", "rejected", "retired"],
        Roll::Certificates => &["issued", "superseded", "revoked"],
        Roll::Rooms => &["open", "closed"],
        Roll::Applications => &["received", "inspected", "approved", "rejected"],
        Roll::Tickets => &["open", "used", "killed"],
    }
}

/// All links of a list.
pub(super) fn groups(asked: &ListQuery) -> Vec<Group> {
    names(asked.roll).iter().filter_map(|name| group(asked, name)).collect()
}

fn group(asked: &ListQuery, name: &'static str) -> Option<Group> {
    let days = |word: &'static str, days: [i64; 4]| {
        days.into_iter().map(|days| (days.to_string(), format!("{days}日{word}"))).collect::<Vec<_>>()
    };
    let (words, mut values): (_, Vec<(String, String)>) = match name {
        "state" | "stage" => {
            let word = |state: &&str| said(name, state, fields(asked.roll), Language::Japanese);
            (
                if name == "stage" { "段階" } else { "状態" },
                states(asked.roll).iter().map(|s| ((*s).to_owned(), word(s))).collect(),
            )
        }
        "suspended" => ("一時停止", vec![("1".to_owned(), "一時停止中".to_owned())]),
        "consent" => ("同意", vec![("missing".to_owned(), "未記録（開設中の部屋）".to_owned())]),
        "ending" if asked.roll == Roll::Rooms => ("期限の来る招待", days("以内", [1, 7, 14, 30])),
        "ending" if asked.roll == Roll::Tickets => ("期限", days("以内", [1, 2, 7, 14])),
        "ending" => ("有効期限", days("以内", [7, 30, 60, 90])),
        "unused" => ("使われていない", days("以上", [30, 90, 180, 365])),
        "contact" => ("担当者", vec![("none".to_owned(), "いない".to_owned())]),
        "end" => ("利用終了", vec![("told".to_owned(), "届出あり".to_owned())]),
        "locked" => ("ログイン", vec![("1".to_owned(), "ロックされている".to_owned())]),
        "approval" => {
            let over = ("over".to_owned(), "期限が過ぎた".to_owned());
            ("承認の期限", std::iter::once(over).chain(days("以内", [7, 30, 60, 90])).collect())
        }
        // One is chosen on the first page.
        "gone" => {
            let chosen = asked.get(name).map(|days| (days.to_owned(), format!("{days}日以内に、自動で使用終了")));
            ("使用終了", chosen.into_iter().collect())
        }
        // One is chosen on the first page.
        "refused" => {
            let chosen = asked.get(name).map(|reason| (reason.to_owned(), refused_as(reason).ja));
            ("昨日から断られた理由", chosen.into_iter().collect())
        }
        // One is chosen on its own page.
        "office" => ("事業所", Vec::new()),
        _ => return None,
    };
    let chosen = asked.get(name);
    if let Some(value) = chosen.filter(|value| values.iter().all(|(known, _)| known != value)) {
        let words = match value.split_once('-').filter(|_| name == "ending") {
            Some((from, by)) => format!("{from}日を超え{by}日以内"),
            None => value.to_owned(),
        };
        values.push((value.to_owned(), words));
    }
    if values.is_empty() {
        return None;
    }
    let all = Choice { words: "すべて".to_owned(), path: asked.path(&[(name, "")]), chosen: chosen.is_none() };
    let each = values.into_iter().map(|(value, words)| Choice {
        words,
        path: asked.path(&[(name, &value)]),
        chosen: chosen == Some(value.as_str()),
    });
    Some(Group { words, choices: std::iter::once(all).chain(each).collect() })
}
