//! A table that others open in a spreadsheet: text in every cell, and nothing that it would calculate.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::csv_table::CsvTable;

/// How a table is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TableFormat {
    /// UTF-8 with its mark, lines ended as spreadsheets end them.
    Csv,
    /// A workbook of one sheet.
    Xlsx,
}

/// It could not be written into memory: a cell is longer than a sheet's may be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SheetFault {
    #[error(transparent)]
    Csv(#[from] std::io::Error),
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
}

/// The file's octets: a head, and rows below it.
pub(crate) fn written(kind: TableFormat, head: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, SheetFault> {
    match kind {
        TableFormat::Csv => commas(head, rows),
        TableFormat::Xlsx => book(head, rows),
    }
}

fn book(head: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, SheetFault> {
    // 「文字列」: what is typed into such a cell stays as it was typed, its zeros too.
    let text = Format::new().set_num_format("@");
    let heading = text.clone().set_bold();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(head) {
        sheet.set_column_format(column, &text)?.set_column_width(column, 20)?;
        sheet.write_string_with_format(0, column, name, &heading)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string_with_format(row, column, cell, &text)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

fn commas(head: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, SheetFault> {
    let mut octets = Vec::new();
    let mut table = CsvTable::begin(&mut octets, head.iter().map(String::as_str))?;
    for row in rows {
        table.row(row.iter().map(String::as_str))?;
    }
    table.end()?;
    Ok(octets)
}
