//! Tables as offices and clerks have them: a sheet of Excel, or CSV as Excel in Japan saves it.
//!
//! ```text
//! octets ──► unpacked   is it as small as it says?     (.xlsx is a zip: looked at before it is unpacked)
//!        ──► book       the first sheet, cell by cell
//!        └─► commas     CSV
//! rows   ──► written    .xlsx of text cells, or CSV without formulas
//! report ──► printed    the same tables on a page, a terminal, in a workbook, in CSV
//! ```
//! What Excel made a number of is no text any more: its zeros are gone, and nobody here guesses how many there were. Such a
//! cell is kept as what it is, so that whoever reads the table refuses it by its name.

mod book;
mod cell;
mod commas;
mod csv_table;
mod growing;
mod printed;
mod printed_file;
mod printed_text;
mod unpacked;
mod written;

pub(crate) use cell::{Cell, Place, SheetMistake};
pub(crate) use csv_table::CsvTable;
pub(crate) use growing::GrowingTable;
pub(crate) use printed::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable};
pub(crate) use printed_file::ReportFormat;
pub(crate) use written::{SheetFault, TableFormat, written};

use std::collections::BTreeMap;

use crate::language::Text;

/// More rows than anybody looks through before they are taken over at once.
pub(crate) const MOST_ROWS: usize = 5_000;
/// More columns than any table of ours has, and than a sheet that once was wider keeps.
const MOST_COLUMNS: usize = 64;
/// Larger than any sheet of so many rows.
pub(crate) const LARGEST: usize = 4 * 1024 * 1024;

/// A row of a table in which something stands.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct SheetRow {
    /// Its number, as a spreadsheet shows it.
    pub(crate) number: usize,
    /// What stands in its columns, counted from 0.
    pub(crate) cells: BTreeMap<usize, Cell>,
}

/// The rows of a file in which something stands, the head among them.
///
/// # Errors
/// It is neither kind of table, or larger than such a table is.
pub(crate) fn read(octets: &[u8]) -> Result<Vec<SheetRow>, SheetMistake> {
    /// Of a zip, and of what Excel wrote before, which also is around a sheet that a password closes.
    const ZIP: &[u8] = b"PK\x03\x04";
    const OLD: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    if octets.is_empty() {
        return Err(SheetMistake::of_file(Text::new(
            "空のファイルです。表の入ったファイルを選んでください。",
            "is empty",
        )));
    }
    if octets.len() > LARGEST {
        return Err(SheetMistake::of_file(too_large()));
    }
    if octets.starts_with(OLD) {
        return Err(SheetMistake::of_file(Text::new(
            "古い形式（.xls）か、パスワードの付いたファイルです。パスワードを外し、「Excel ブック（.xlsx）」で保存し直してください。",
            "is .xls, or closed by a password: save it as .xlsx without one",
        )));
    }
    // A picture, a PDF, a web page with a table's ending to its name: none of them is text in rows.
    let unlike = octets.starts_with(b"%PDF") || octets.trim_ascii_start().starts_with(b"<") || octets.contains(&0);
    if unlike && !octets.starts_with(ZIP) {
        return Err(SheetMistake::of_file(Text::new(
            "表のファイルではありません（名前だけが .xlsx や .csv になっていることがあります）。「Excel ブック（.xlsx）」か「CSV UTF-8」で保存し直してください。",
            "is no table, whatever its name ends with: save it as .xlsx or CSV UTF-8",
        )));
    }
    let rows = if octets.starts_with(ZIP) { book::rows(octets)? } else { commas::rows(octets)? };
    if rows.len() > MOST_ROWS + 1 {
        return Err(SheetMistake::of_file(Text::new(
            format!("1つのファイルは{MOST_ROWS}行までです。分けて取り込んでください。"),
            format!("no more than {MOST_ROWS} rows a file"),
        )));
    }
    Ok(rows)
}

fn too_large() -> Text {
    Text::new(
        format!(
            "ファイルが大きすぎます（{} MiBまで、展開して{} MiBまで）。表だけを新しいファイルに写して保存し直してください。",
            LARGEST >> 20,
            unpacked::MOST >> 20
        ),
        format!("is too large: {} MiB, {} MiB unpacked", LARGEST >> 20, unpacked::MOST >> 20),
    )
}

fn too_wide(place: Place) -> SheetMistake {
    let text = Text::new(
        format!("この列まで使う表ではありません（{MOST_COLUMNS}列まで）。"),
        format!("no more than {MOST_COLUMNS} columns"),
    );
    SheetMistake::at(place, "", text)
}

#[cfg(test)]
pub(crate) mod tests;
