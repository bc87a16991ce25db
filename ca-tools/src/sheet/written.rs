//! A table that others open in a spreadsheet: text in every cell, and nothing that it would calculate.

use encoding_rs::SHIFT_JIS;
use rust_xlsxwriter::XlsxError;

use super::GrowingTable;
use super::csv_table::MARK;

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

/// A sign that Windows-31J does not have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct NotInWindows31J(pub(crate) char);

/// A table of commas in Windows-31J, as spreadsheets of before read it. A name is not written otherwise than it is: what
/// this spelling does not have is told.
pub(crate) fn in_windows_31j(commas: &[u8]) -> Result<Vec<u8>, NotInWindows31J> {
    let text = String::from_utf8_lossy(commas.strip_prefix(MARK).unwrap_or(commas));
    let (octets, _, strange) = SHIFT_JIS.encode(&text);
    if strange {
        let missing = |sign: &char| SHIFT_JIS.encode(sign.encode_utf8(&mut [0; 4])).2;
        return Err(NotInWindows31J(text.chars().find(missing).unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    Ok(octets.into_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_31j_has_every_sign_of_a_name_or_says_which_it_has_not() {
        let commas = written(TableFormat::Csv, &["名".to_owned()], &[vec!["㈱髙橋～①".to_owned()]]).unwrap();
        let octets = in_windows_31j(&commas).unwrap();
        assert!(!octets.starts_with(b"\xef\xbb\xbf") && std::str::from_utf8(&octets).is_err());
        let back = super::super::read(&octets).unwrap();
        assert_eq!(back[1].cells[&0].text().unwrap(), "㈱髙橋～①");
        let commas = written(TableFormat::Csv, &["名".to_owned()], &[vec!["𠮷野".to_owned()]]).unwrap();
        assert_eq!(in_windows_31j(&commas), Err(NotInWindows31J('𠮷')));
    }
}
