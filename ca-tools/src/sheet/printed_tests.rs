//! A report is the same in each of its files.

use calamine::{Data, Reader, Xlsx};

use super::printed_file::{LONGEST_NAME, sheet_name};
use super::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable, ReportFormat};
use crate::language::Text;

fn report(tables: usize) -> PrintedReport {
    let table = |_| PrintedTable {
        name: "people",
        caption: Text::new("使われていないID（90日以上）", "unused"),
        columns: vec![PrintedColumn::text("office", "事業所番号"), PrintedColumn::number("count", "件数")],
        rows: vec![
            vec![PrintedCell::text("0122"), PrintedCell::number(3)],
            vec![PrintedCell::text("=1+1"), PrintedCell::number(0)],
        ],
    };
    let title = Text::new("使われていないもの", "unused");
    let notes = vec![Text::new("2026年11月28日現在。", "as of")];
    PrintedReport { name: "unused", title, notes, tables: (0..tables).map(table).collect() }
}

#[test]
fn of_one_report_every_file_says_the_same_and_no_cell_calculates() {
    let octets = report(2).file(ReportFormat::Xlsx).unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(octets)).unwrap();
    let names = book.sheet_names().clone();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(names[2], "この報告書について");
    for name in &names[..2] {
        let sheet = book.worksheet_range(name).unwrap();
        assert_eq!(sheet.get((1, 0)), Some(&Data::String("0122".to_owned())), "its zero stays");
        assert_eq!(sheet.get((1, 1)), Some(&Data::Float(3.0)), "a count can be added up");
        assert_eq!(sheet.get((2, 0)), Some(&Data::String("=1+1".to_owned())));
    }
    let one = String::from_utf8(report(1).file(ReportFormat::Csv).unwrap()).unwrap();
    assert_eq!(one, "\u{feff}事業所番号,件数\r\n0122,3\r\n'=1+1,0\r\n");
    let two = String::from_utf8(report(2).file(ReportFormat::Csv).unwrap()).unwrap();
    let lines: Vec<_> = two.lines().collect();
    assert_eq!(lines[..3], ["\u{feff}使われていないもの,", "2026年11月28日現在。,", ","]);
    assert_eq!(lines.iter().filter(|line| **line == "0122,3").count(), 2);
    let json = report(1).json();
    assert_eq!(json["tables"]["people"][0], serde_json::json!({ "office": "0122", "count": 3 }));
}

#[test]
fn a_sheet_has_a_name_that_a_spreadsheet_takes_and_no_other_sheet_has() {
    let long = "長い".repeat(40);
    let first = sheet_name(&long, &[]);
    assert_eq!(first.encode_utf16().count(), 30 + 1);
    let second = sheet_name(&long, std::slice::from_ref(&first));
    assert!(second != first && second.encode_utf16().count() <= LONGEST_NAME, "{second}");
    assert_eq!(sheet_name("a/b[c]", &[]), "abc");
    assert_eq!(sheet_name("//", &[]), "1");
}
