//! An extract as people read it: what was reached, with names; and what stands behind it.

use super::reached::CountedNames;
use super::row::why;
use super::seal::Extract;
use crate::language::Text;
use crate::ledger::{CalledThen, Uncalled};
use crate::sheet::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable};
use certs::Timestamp;

impl Extract {
    /// The names that are to be joined.
    pub(crate) fn names(&self) -> Uncalled {
        let names =
            |counted: &CountedNames, more: &Option<String>| counted.each.keys().cloned().chain(more.clone()).collect();
        Uncalled {
            people: names(&self.reached.people, &self.person),
            devices: names(&self.reached.devices, &self.device),
            offices: names(&self.reached.offices, &self.office),
            rooms: names(&self.reached.rooms, &None),
        }
    }

    /// About whom it is.
    pub(crate) fn whom(&self, called: &CalledThen, now: Timestamp) -> String {
        let parts = [
            self.device.as_ref().map(|no| format!("端末 {}", named(no, called.device(no)))),
            self.person.as_ref().map(|id| format!("利用者 {}", named(id, called.person(id, now)))),
            self.office.as_ref().map(|no| format!("事業所 {}", named(no, called.office(no)))),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("・")
    }
}

/// All of it, as tables.
pub(crate) fn extract_report(
    extract: &Extract,
    called: &CalledThen,
    (digest, now): (&str, Timestamp),
) -> PrintedReport {
    let reached = &extract.reached;
    let count = |name: &str, number: u64| {
        vec![PrintedCell::text(name), PrintedCell::number(i64::try_from(number).unwrap_or(i64::MAX))]
    };
    let totals = vec![
        count("要求", reached.requests),
        count("サービスに届いた要求", reached.passed),
        count("断られた要求", reached.refused),
        count("まだ続いている要求", reached.running),
        count("ログイン", reached.logins),
        count("失敗したログイン", reached.failed_logins),
        count("届いた部屋", reached.rooms.each.len() as u64),
        count("操作した利用者", reached.people.each.len() as u64),
        count("使われた端末", reached.devices.each.len() as u64),
        count("送り出した量（バイト）", reached.bytes_out),
    ];
    let tables = vec![
        PrintedTable {
            name: "totals",
            caption: Text::new("合計", "totals"),
            columns: vec![PrintedColumn::text("what", "項目"), PrintedColumn::number("count", "件数")],
            rows: totals,
        },
        each("rooms", "届いた部屋", (&reached.rooms, "room", "部屋"), |room| {
            (named(room, called.room(room)), Some(format!("/console/rooms/{room}")))
        }),
        each("people", "操作した利用者", (&reached.people, "login_id", "利用者"), |id| {
            (named(id, called.person(id, now)), Some(format!("/console/people/{id}")))
        }),
        each("devices", "使われた端末", (&reached.devices, "device", "端末"), |no| {
            (named(no, called.device(no)), Some(format!("/console/devices/{no}")))
        }),
        each("reasons", "断られた理由", (&reached.reasons, "reason", "理由"), |reason| (why(reason), None)),
        files(extract),
    ];
    let from = |text: &Option<String>| text.as_deref().map_or_else(|| "なし".to_owned(), clock);
    let mut notes = vec![
        Text::new(
            format!("{}　{}", extract.incident, extract.whom(called, now)),
            format!("{} {}", extract.incident, extract.whom(called, now)),
        ),
        Text::new(
            format!(
                "期間：{} から {} の前まで（最初の要求 {}、最後の要求 {}）。",
                clock(&extract.from),
                clock(&extract.until),
                from(&reached.first),
                from(&reached.last)
            ),
            format!("from {} to {}", extract.from, extract.until),
        ),
        Text::new(
            format!("作成：{}　{}", clock(&extract.made_at), extract.made_by),
            format!("made {} by {}", extract.made_at, extract.made_by),
        ),
        Text::new(format!("封印（SHA-256）：{digest}"), format!("sealed by SHA-256 {digest}")),
    ];
    notes.extend(extract.chains.iter().map(super::ReadChain::said));
    if extract.in_tables_only > 0 {
        notes.push(Text::new(
            format!(
                "名前の多い表は一部だけです（ほかに{}件）。すべては書き出した表にあります。",
                extract.in_tables_only
            ),
            format!("{} names stand in the tables that were written only", extract.in_tables_only),
        ));
    }
    PrintedReport {
        name: "extract",
        title: Text::new("事故時抽出：アクセスの到達範囲", "what was reached"),
        notes,
        tables,
    }
}

fn each(
    name: &'static str,
    caption: &str,
    (counted, field, head): (&CountedNames, &'static str, &'static str),
    called: impl Fn(&str) -> (String, Option<String>),
) -> PrintedTable {
    let row = |(key, span): (&String, &super::reached::ReachedSpan)| {
        let (said, path) = called(key);
        let cell = PrintedCell::word(said, key.as_str());
        vec![
            match path {
                Some(path) => cell.leading(path),
                None => cell,
            },
            PrintedCell::number(i64::try_from(span.requests).unwrap_or(i64::MAX)),
            PrintedCell::word(clock(&span.first), span.first.as_str()),
            PrintedCell::word(clock(&span.last), span.last.as_str()),
        ]
    };
    PrintedTable {
        name,
        caption: Text::new(format!("{caption}（{}）", counted.each.len()), name),
        columns: vec![
            PrintedColumn::text(field, head),
            PrintedColumn::number("requests", "要求"),
            PrintedColumn::text("first", "最初"),
            PrintedColumn::text("last", "最後"),
        ],
        rows: counted.each.iter().map(row).collect(),
    }
}

fn files(extract: &Extract) -> PrintedTable {
    let row = |file: &super::pass::ReadFile| {
        vec![
            PrintedCell::text(file.gateway.as_str()),
            PrintedCell::text(file.name.as_str()),
            PrintedCell::number(i64::try_from(file.bytes).unwrap_or(i64::MAX)),
            PrintedCell::text(file.sha256.as_str()),
        ]
    };
    PrintedTable {
        name: "files",
        caption: Text::new("読んだファイル", "files that were read"),
        columns: vec![
            PrintedColumn::text("gateway", "ゲートウェイ"),
            PrintedColumn::text("file", "ファイル"),
            PrintedColumn::number("bytes", "バイト"),
            PrintedColumn::text("sha256", "SHA-256"),
        ],
        rows: extract.files.iter().map(row).collect(),
    }
}

fn clock(time: &str) -> String {
    time.get(..19).unwrap_or(time).replace('T', " ")
}

fn named(number: &str, name: &str) -> String {
    if name.is_empty() { number.to_owned() } else { format!("{name}（{number}）") }
}
