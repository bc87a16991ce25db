//! The paper for the mayor (誓約事項①), and for whoever asks after that: what happened to whom, when it was found, what was
//! reached, what was done, and until when what is to be reported.

use certs::Timestamp;
use serde_json::Value as Json;

use super::seal::Extract;
use crate::calendar::minute;
use crate::language::Text;
use crate::ledger::{CalledThen, Entry, Happened, OwedReport};
use crate::sheet::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable};
use crate::words::event::Sentence;
use crate::words::said;

/// Everything that the paper is made of.
#[derive(Debug)]
pub(crate) struct PaperFacts<'a> {
    pub(crate) incident: &'a Entry,
    pub(crate) owed: &'a [OwedReport],
    /// Each with its number and its seal.
    pub(crate) extracts: &'a [(i64, String, Extract)],
    /// What was done, the oldest first.
    pub(crate) events: &'a [Happened],
    pub(crate) called: &'a CalledThen,
    pub(crate) now: Timestamp,
}

/// Looking at it is no measure.
const READ: [&str; 2] = ["incident.extract-read", "incident.paper"];

/// The paper.
pub(crate) fn incident_paper(facts: &PaperFacts<'_>) -> PrintedReport {
    let text = |field: &str| facts.incident.get(field).and_then(Json::as_str).unwrap_or_default();
    let number = text("incident");
    let made = minute(facts.now);
    PrintedReport {
        name: "incident",
        title: Text::new(format!("事故・障害報告書（{number}）"), format!("the report of the incident {number}")),
        notes: vec![
            Text::new("柏市長　様", "to the mayor of Kashiwa"),
            Text::new(
                format!("カシワニネット利用に関する誓約事項①により、次のとおり報告します。作成：{made}"),
                format!("as the first item of the pledge asks; made {}", facts.now),
            ),
        ],
        tables: vec![items(facts), dates(facts), reached(facts), measures(facts), notes(facts)],
    }
}

fn items(facts: &PaperFacts<'_>) -> PrintedTable {
    let text = |field: &str| facts.incident.get(field).and_then(Json::as_str).unwrap_or_default();
    let moment = |field: &str| said(field, text(field), &["incident"], crate::language::Language::Japanese);
    let named = |number: &str, name: &str| {
        let (number, name) = (text(number), text(name));
        if name.is_empty() { number.to_owned() } else { format!("{name}（{number}）") }
    };
    let wrongful = facts.incident.get("wrongful").and_then(Json::as_bool).unwrap_or_default();
    let rows = [
        ("記録番号", text("incident").to_owned()),
        ("状態", moment("state")),
        ("起きたこと", text("what").to_owned()),
        ("分かった日時", moment("found_at")),
        ("報告した人", text("reported_by").to_owned()),
        ("端末", named("device", "device_label")),
        ("利用者", named("login_id", "person_name")),
        ("事業所", named("office", "office_name")),
        ("不正の目的のおそれ", if wrongful { "あり" } else { "なし" }.to_owned()),
        ("結果", text("outcome").to_owned()),
        ("終えた日時", moment("closed_at")),
    ];
    let rows = rows.into_iter().filter(|(_, said)| !said.is_empty());
    PrintedTable {
        name: "items",
        caption: Text::new("概要", "what happened"),
        columns: vec![PrintedColumn::text("item", "項目"), PrintedColumn::text("said", "内容")],
        rows: rows.map(|(item, said)| vec![PrintedCell::text(item), PrintedCell::text(said)]).collect(),
    }
}

fn dates(facts: &PaperFacts<'_>) -> PrintedTable {
    let row = |owed: &OwedReport| {
        let standing = owed.duty.standing((owed.due, owed.done.as_ref()), facts.now);
        vec![
            PrintedCell::word(owed.duty.called().ja, owed.duty.as_str()),
            PrintedCell::word(minute(owed.due), owed.due.to_string()),
            PrintedCell::text(standing.ja),
        ]
    };
    PrintedTable {
        name: "dates",
        caption: Text::new("報告の期限（分かった日を1日目として数えます）", "until when what is to be reported"),
        columns: vec![
            PrintedColumn::text("report", "報告"),
            PrintedColumn::text("due", "期限"),
            PrintedColumn::text("standing", "いま"),
        ],
        rows: facts.owed.iter().map(row).collect(),
    }
}

fn reached(facts: &PaperFacts<'_>) -> PrintedTable {
    let count = |number: u64| PrintedCell::number(i64::try_from(number).unwrap_or(i64::MAX));
    let row = |(number, digest, extract): &(i64, String, Extract)| {
        let reached = &extract.reached;
        let is = if extract.is_verified() { "改変・欠落なし" } else { "改変・欠落あり" };
        vec![
            PrintedCell::word(format!("第{number}号　{}", extract.whom(facts.called, facts.now)), *number),
            PrintedCell::text(format!("{} から {} の前まで", clock(&extract.from), clock(&extract.until))),
            count(reached.passed),
            count(reached.rooms.each.len() as u64),
            count(reached.people.each.len() as u64),
            PrintedCell::text(is),
            PrintedCell::text(digest.as_str()),
        ]
    };
    PrintedTable {
        name: "reached",
        caption: Text::new("アクセス記録による到達範囲", "what was reached"),
        columns: vec![
            PrintedColumn::text("extract", "抽出"),
            PrintedColumn::text("span", "期間"),
            PrintedColumn::number("requests", "届いた要求"),
            PrintedColumn::number("rooms", "部屋（患者・利用者）"),
            PrintedColumn::number("people", "操作したID"),
            PrintedColumn::text("log", "アクセス記録"),
            PrintedColumn::text("sha256", "封印（SHA-256）"),
        ],
        rows: facts.extracts.iter().map(row).collect(),
    }
}

fn measures(facts: &PaperFacts<'_>) -> PrintedTable {
    let done = facts.events.iter().filter(|one| !READ.contains(&one.event.action.as_str()));
    let row = |one: &Happened| {
        let said = Sentence::of(one);
        vec![PrintedCell::text(said.when), PrintedCell::text(said.who), PrintedCell::text(said.did)]
    };
    PrintedTable {
        name: "measures",
        caption: Text::new("とった措置", "what was done"),
        columns: vec![
            PrintedColumn::text("at", "日時"),
            PrintedColumn::text("by", "職員"),
            PrintedColumn::text("did", "内容"),
        ],
        rows: done.map(row).collect(),
    }
}

fn notes(facts: &PaperFacts<'_>) -> PrintedTable {
    let notes = facts.incident.get("notes").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let row = |note: &Json| {
        let text = |field: &str| note[field].as_str().unwrap_or_default().to_owned();
        let at = said("noted_at", &text("noted_at"), &[], crate::language::Language::Japanese);
        vec![PrintedCell::text(at), PrintedCell::text(text("noted_by")), PrintedCell::text(text("said"))]
    };
    PrintedTable {
        name: "notes",
        caption: Text::new("経過の記録", "notes"),
        columns: vec![
            PrintedColumn::text("at", "日時"),
            PrintedColumn::text("by", "職員"),
            PrintedColumn::text("said", "内容"),
        ],
        rows: notes.iter().map(row).collect(),
    }
}

fn clock(time: &str) -> String {
    time.get(..19).unwrap_or(time).replace('T', " ")
}
