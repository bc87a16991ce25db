//! CSV, read as the applications' files are: all of its cells are texts.

use super::{Cell, MOST_COLUMNS, Place, SheetMistake, SheetRow, too_wide};
use crate::application::table_of;

pub(super) fn rows(octets: &[u8]) -> Result<Vec<SheetRow>, SheetMistake> {
    let records = table_of(octets).map_err(|mistake| SheetMistake::of_row(mistake.line, mistake.text))?;
    // A spreadsheet writes a line of commas for each row that only has a frame.
    let rows: Result<Vec<SheetRow>, SheetMistake> = records
        .into_iter()
        .map(|(number, texts)| {
            let cells = texts.into_iter().map(Cell::Text).enumerate();
            let cells: std::collections::BTreeMap<_, _> = cells.filter(|(_, cell)| !cell.is_empty()).collect();
            match cells.keys().next_back() {
                Some(last) if *last >= MOST_COLUMNS => Err(too_wide(Place { row: number, column: *last })),
                Some(_) | None => Ok(SheetRow { number, cells }),
            }
        })
        .collect();
    Ok(rows?.into_iter().filter(|row| !row.cells.is_empty()).collect())
}
