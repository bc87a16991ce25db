//! What is kept for how long, what of it is old enough to end, and what is kept whatever its age?

use crate::acts::OldRows;
use crate::calendar::{day, minute};
use crate::language::Text;
use crate::rows::retention::OpenHold;
use crate::sheet::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable};

/// The report of what is old enough now, and of what is not ended whatever its age; copies of access lines go by days of their own.
pub(crate) fn kept(old: &[OldRows], holds: &[OpenHold], told_days: i64) -> PrintedReport {
    let row = |one: &OldRows| {
        let kept = PrintedCell::word(one.kind.japanese(), one.kind.as_str());
        let before = PrintedCell::word(day(one.before), one.before.to_string());
        vec![kept, PrintedCell::number(one.days), before, PrintedCell::number(one.count)]
    };
    let hold = |one: &OpenHold| {
        vec![
            PrintedCell::text(&one.hold),
            PrintedCell::word(day(one.from), one.from.to_string()),
            PrintedCell::text(&one.why),
            PrintedCell::word(called(one), one.by.as_str()),
            PrintedCell::word(minute(one.at), one.at.to_string()),
        ]
    };
    PrintedReport {
        name: "retention",
        title: Text::new("保存期間", "what is kept for how long"),
        notes: vec![
            Text::new(
                format!("ゲートウェイが伝えたログイン・拒否の写しは、{told_days}日で消えます（reports.keep_days）。"),
                format!("copies of access lines go after {told_days} days (reports.keep_days)"),
            ),
            Text::new(
                "操作記録と変更の記録は、改ざんされていないことを後から確かめるために消しません。アクセス記録はゲートウェイが終わらせます（gateway log end）。",
                "events and journal are kept, so that they can be verified; access logs are ended by the gateways (gateway log end)",
            ),
        ],
        tables: vec![
            PrintedTable {
                name: "kept",
                caption: Text::new("種類ごとの保存期間", "by kind"),
                columns: vec![
                    PrintedColumn::text("kept", "終わるもの"),
                    PrintedColumn::number("days", "日数"),
                    PrintedColumn::text("before", "この日より前のもの"),
                    PrintedColumn::number("due", "いま終わる件数"),
                ],
                rows: old.iter().map(row).collect(),
            },
            PrintedTable {
                name: "holds",
                caption: Text::new("消さないようにしているもの", "holds"),
                columns: [
                    ("hold", "名前"),
                    ("from", "この日から"),
                    ("why", "理由"),
                    ("by", "止めた人"),
                    ("at", "止めた日時"),
                ]
                .map(|(field, head)| PrintedColumn::text(field, head))
                .to_vec(),
                rows: holds.iter().map(hold).collect(),
            },
        ],
    }
}

/// Who put it on hold, with their ID.
fn called(one: &OpenHold) -> String {
    if one.by_name.is_empty() { one.by.clone() } else { format!("{}（{}）", one.by_name, one.by) }
}
