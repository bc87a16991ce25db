//! A table that others open in a spreadsheet: text in every cell, and nothing that it would calculate.

use rust_xlsxwriter::XlsxError;

use super::GrowingTable;

/// How a table is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TableFormat {
    /// UTF-8 with its mark, lines ended as spreadsheets end them.
    Csv,
    /// A workbook of one sheet.
    Xlsx,
}

/// It could not be written into memory.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SheetFault {
    #[error(transparent)]
    Csv(#[from] std::io::Error),
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
}

/// The file's octets: a head, and rows below it.
pub(crate) fn written(kind: TableFormat, head: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, SheetFault> {
    let head: Vec<_> = head.iter().map(String::as_str).collect();
    let mut table = GrowingTable::begin(kind, &head)?;
    for row in rows {
        table.row(row)?;
    }
    table.end()
}
