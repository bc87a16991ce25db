//! The record as a table that a spreadsheet opens.

use std::io::{self, Write};

use crate::ledger::Happened;
use crate::sheet::CsvTable;
use crate::words::event::Sentence;

pub(crate) const HEADS: [&str; 12] = [
    "台帳の版",
    "日時",
    "操作した人のID",
    "操作した人",
    "内容",
    "対象",
    "対象の名称",
    "理由",
    "申請番号",
    "本人の確かめ方",
    "操作の記号",
    "詳細",
];

/// Rows of a table, as they are written.
pub(crate) struct Table<W: Write>(CsvTable<W>);

impl<W: Write> Table<W> {
    /// Begins one.
    pub(crate) fn begin(out: W) -> io::Result<Self> {
        CsvTable::begin(out, HEADS).map(Self)
    }

    /// One more row.
    pub(crate) fn row(&mut self, happened: &Happened) -> io::Result<()> {
        self.0.row(cells(happened).iter().map(String::as_str))
    }

    /// There are no more.
    pub(crate) fn end(self) -> io::Result<()> {
        self.0.end()
    }
}

/// What stands in the row of an event.
pub(crate) fn cells(happened: &Happened) -> [String; 12] {
    let (event, said) = (&happened.event, Sentence::of(happened));
    [
        event.version.to_string(),
        said.when,
        event.operator.clone(),
        happened.operator_name.clone().unwrap_or_default(),
        said.did,
        event.subject.clone(),
        happened.subject_name.clone().unwrap_or_default(),
        event.why.clone().unwrap_or_default(),
        event.application.clone().unwrap_or_default(),
        said.way,
        event.action.clone(),
        event.detail.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Event;

    #[test]
    fn a_table_begins_with_its_mark_and_no_cell_of_it_is_a_formula() {
        let event = Event {
            version: 7,
            at: 1_795_392_300,
            operator: "sato.clerk".into(),
            action: "device.suspend".into(),
            subject: "DEV-000001".into(),
            application: None,
            why: Some("=HYPERLINK(\"https://evil.example\")".into()),
            detail: "{\"proof\":\"named\"}".into(),
            prev: String::new(),
            changed: None,
        };
        let happened = Happened { event, operator_name: Some("@佐藤".into()), subject_name: Some("1,\"2\"".into()) };
        let mut out = Vec::new();
        let mut table = Table::begin(&mut out).unwrap();
        table.row(&happened).unwrap();
        table.end().unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<_> = text.split("\r\n").collect();
        assert!(lines[0].starts_with("\u{feff}台帳の版,日時,"), "{text}");
        assert!(lines[1].contains(",'@佐藤,") && lines[1].contains("\"'=HYPERLINK("), "{text}");
        assert!(lines[1].contains("\"1,\"\"2\"\"\""), "{text}");
    }
}
