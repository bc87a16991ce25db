//! CSV, read as the applications' files are: all of its cells are texts.

use super::{Cell, MOST_COLUMNS, Place, SheetMistake, SheetRow, too_wide};
use crate::application::table_of;

pub(super) fn rows(octets: &[u8]) -> Result<Vec<SheetRow>, SheetMistake> {
    let records = table_of(octets).map_err(|mistake| SheetMistake::of_row(mistake.line, mistake.text))?;
    records
        .into_iter()
        .map(|(number, texts)| {
            let cells = texts.into_iter().map(Cell::Text).enumerate();
            let cells: std::collections::BTreeMap<_, _> = cells.filter(|(_, cell)| !cell.is_empty()).collect();
            match cells.keys().next_back() {
                Some(last) if *last >= MOST_COLUMNS => Err(too_wide(Place { row: number, column: *last })),
                Some(_) | None => Ok(SheetRow { number, cells }),
            }
        })
        .collect()
}
