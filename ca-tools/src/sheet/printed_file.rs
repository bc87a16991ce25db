//! A report as a file: a workbook with a sheet for each table, CSV with one table below the other, or a page to be printed.

use askama::Template;
use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::growing::shortened;
use super::printed::{PrintedReport, PrintedTable};
use super::{CsvTable, SheetFault};
use crate::language::Language;
use crate::spelling::visible;

/// Signs that the name of a sheet may have (Excel's own limit), in UTF-16 units.
const LONGEST_NAME: usize = 31;

/// How a report is taken along.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ReportFormat {
    Csv,
    /// To be printed by a browser.
    Page,
    Xlsx,
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportSheet<'a> {
    report: &'a PrintedReport,
}

impl ReportFormat {
    /// As a file's name ends, and as the record says it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Page => "html",
            Self::Xlsx => "xlsx",
        }
    }

    /// As a form asks for it.
    pub(crate) fn asked(word: &str) -> Self {
        [Self::Csv, Self::Page].into_iter().find(|format| format.as_str() == word).unwrap_or(Self::Xlsx)
    }
}

impl PrintedReport {
    /// The file's octets, in the city's language.
    pub(crate) fn file(&self, format: ReportFormat) -> Result<Vec<u8>, SheetFault> {
        match format {
            ReportFormat::Csv => self.commas(),
            ReportFormat::Page => {
                let html = ReportSheet { report: self }.render().map_err(std::io::Error::other)?;
                Ok(visible(&html).into_owned().into_bytes())
            }
            ReportFormat::Xlsx => self.workbook(),
        }
    }

    /// A report of one table is that table. Of several each has its caption above it, and an empty line below.
    fn commas(&self) -> Result<Vec<u8>, SheetFault> {
        if let [only] = &self.tables[..] {
            let heads = only.heads(Language::Japanese);
            let mut table = CsvTable::begin(Vec::new(), heads.iter().map(String::as_str))?;
            for row in &only.rows {
                table.row(row.iter().map(|cell| cell.said.as_str()))?;
            }
            return Ok(table.into_inner()?);
        }
        let width = self.tables.iter().map(|table| table.columns.len()).max().unwrap_or(1).max(1);
        let wide = |cells: Vec<String>| -> Vec<String> {
            cells.into_iter().chain(std::iter::repeat_with(String::new)).take(width).collect()
        };
        let title = wide(vec![self.title.ja.clone()]);
        let mut file = CsvTable::begin(Vec::new(), title.iter().map(String::as_str))?;
        let mut rows: Vec<Vec<String>> = self.notes.iter().map(|note| vec![note.ja.clone()]).collect();
        for table in &self.tables {
            rows.extend([Vec::new(), vec![table.caption.ja.clone()], table.heads(Language::Japanese)]);
            rows.extend(table.rows.iter().map(|row| row.iter().map(|cell| cell.said.clone()).collect()));
        }
        for row in rows {
            file.row(wide(row).iter().map(String::as_str))?;
        }
        Ok(file.into_inner()?)
    }

    fn workbook(&self) -> Result<Vec<u8>, SheetFault> {
        let text = Format::new().set_num_format("@");
        let bold = text.clone().set_bold();
        let mut about = Worksheet::new();
        about.set_name("この報告書について")?.set_column_width(0, 80)?;
        about.write_string_with_format(0, 0, &self.title.ja, &bold)?;
        for (row, note) in (1..).zip(&self.notes) {
            about.write_string_with_format(row, 0, &note.ja, &text)?;
        }
        let mut workbook = Workbook::new();
        let mut named: Vec<String> = Vec::new();
        for table in &self.tables {
            let name = sheet_name(&table.caption.ja, &named);
            workbook.push_worksheet(sheet(table, &name, (&text, &bold))?);
            named.push(name);
        }
        workbook.push_worksheet(about);
        Ok(workbook.save_to_buffer()?)
    }
}

fn sheet(table: &PrintedTable, name: &str, (text, bold): (&Format, &Format)) -> Result<Worksheet, SheetFault> {
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?;
    for (column, head) in (0..).zip(table.heads(Language::Japanese)) {
        sheet.set_column_width(column, 20)?;
        sheet.write_string_with_format(0, column, head, bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, cells) in (1..).zip(&table.rows) {
        for (column, (of, cell)) in (0..).zip(table.columns.iter().zip(cells)) {
            match cell.raw.as_i64().filter(|_| of.counts).map(|count| i32::try_from(count)) {
                // What counts can be added up; a number by which something is called stays a text, its zeros too.
                Some(Ok(count)) => sheet.write_number(row, column, count)?,
                Some(Err(_)) | None => sheet.write_string_with_format(row, column, shortened(&cell.said), text)?,
            };
        }
    }
    Ok(sheet)
}

/// What a sheet may be called: as long as Excel takes it, without its signs, and no other sheet's name.
fn sheet_name(caption: &str, taken: &[String]) -> String {
    let plain: String = caption.chars().filter(|sign| !"[]:*?/\\'".contains(*sign)).collect();
    let cut = |most: usize| -> String {
        let mut units = 0;
        let fits = |sign: &char| {
            units += sign.len_utf16();
            units <= most
        };
        plain.chars().take_while(fits).collect()
    };
    let name = cut(LONGEST_NAME);
    if !name.is_empty() && !taken.contains(&name) {
        return name;
    }
    format!("{}{}", cut(LONGEST_NAME - 4), taken.len() + 1)
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, Xlsx};

    use super::super::printed::{PrintedCell, PrintedColumn};
    use super::*;
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
}
