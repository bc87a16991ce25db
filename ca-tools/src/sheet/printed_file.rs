//! A report as a file: a workbook with a sheet for each table, CSV with one table below the other, or a page to be printed.

use askama::Template;
use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::growing::shortened;
use super::printed::{PrintedReport, PrintedTable};
use super::{CsvTable, SheetFault};
use crate::language::Language;
use crate::spelling::visible;

/// Signs that the name of a sheet may have (Excel's own limit), in UTF-16 units.
pub(super) const LONGEST_NAME: usize = 31;

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
            match cell.raw.as_i64().filter(|_| of.counts).map(i32::try_from) {
                // What counts can be added up; a number by which something is called stays a text, its zeros too.
                Some(Ok(count)) => sheet.write_number(row, column, count)?,
                Some(Err(_)) | None => sheet.write_string_with_format(row, column, shortened(&cell.said), text)?,
            };
        }
    }
    Ok(sheet)
}

/// What a sheet may be called: as long as Excel takes it, without its signs, and no other sheet's name.
pub(super) fn sheet_name(caption: &str, taken: &[String]) -> String {
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
