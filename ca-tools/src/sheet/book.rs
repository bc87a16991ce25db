//! The first sheet of an `.xlsx`, cell by cell: a cell at its far corner costs no more than any other.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};

use super::unpacked::{bounded, no_sheet};
use super::{Cell, MOST_COLUMNS, MOST_ROWS, Place, SheetMistake, SheetRow, too_wide};
use crate::language::Text;

/// Where the last row may stand: some are empty.
const LAST_ROW: usize = 10_000;

pub(super) fn rows(octets: &[u8]) -> Result<Vec<SheetRow>, SheetMistake> {
    bounded(octets)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(octets)).map_err(|_| no_sheet())?;
    let first = book.sheet_names().into_iter().next().ok_or_else(no_sheet)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| no_sheet())?;
    let mut rows: BTreeMap<usize, SheetRow> = BTreeMap::new();
    while let Some(found) = cells.next_cell().map_err(|_| no_sheet())? {
        let (row, column) = found.get_position();
        let place = Place { row: row as usize + 1, column: column as usize };
        let Some(cell) = cell(found.get_value()).filter(|cell| !cell.is_empty()) else { continue };
        if place.column >= MOST_COLUMNS {
            return Err(too_wide(place));
        }
        let row = rows.entry(place.row).or_insert_with(|| SheetRow { number: place.row, cells: BTreeMap::new() });
        row.cells.insert(place.column, cell);
        if place.row > LAST_ROW || rows.len() > MOST_ROWS + 1 {
            return Err(too_long(place));
        }
    }
    drop(cells);
    // What was calculated is no value: it is looked for once the sheet is known to be no larger than it may be.
    let mut formulas = book.worksheet_cells_reader(&first).map_err(|_| no_sheet())?;
    while let Some(found) = formulas.next_formula().map_err(|_| no_sheet())? {
        let (row, column) = found.get_position();
        if !found.get_value().is_empty()
            && let Some(row) = rows.get_mut(&(row as usize + 1))
        {
            row.cells.insert(column as usize, Cell::Formula);
        }
    }
    drop(formulas);
    let merged = book.merge_cells_by_sheet_name(&first).map_err(|_| no_sheet())?;
    let within =
        merged.iter().find(|range| rows.keys().next_back().is_some_and(|last| (range.start.0 as usize) < *last));
    match within {
        Some(range) => Err(merged_cells(range.start, range.end)),
        None => Ok(rows.into_values().collect()),
    }
}

/// A cell over several stands in one of them, and the others are empty: nobody knows of which rows it was meant.
fn merged_cells(from: (u32, u32), to: (u32, u32)) -> SheetMistake {
    let place = |(row, column): (u32, u32)| Place { row: row as usize + 1, column: column as usize };
    let text = Text::new(
        format!(
            "{}から{}までのセルが結合されています。結合を解除し、すべてのセルに値を入れてください。",
            place(from),
            place(to)
        ),
        format!("the cells {} to {} are merged: take them apart and fill in each", place(from), place(to)),
    );
    SheetMistake::at(place(from), "", text)
}

fn too_long(place: Place) -> SheetMistake {
    let text = Text::new(
        format!("表は{MOST_ROWS}行までです。分けて取り込んでください。"),
        format!("no more than {MOST_ROWS} rows a file"),
    );
    SheetMistake::at(place, "", text)
}

/// What stands there; nothing where only a colour does.
fn cell(value: &DataRef<'_>) -> Option<Cell> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Int(number) => Cell::Number(number.to_string()),
        DataRef::Float(number) => Cell::Number(number.to_string()),
        DataRef::Bool(holds) => Cell::Truth(*holds),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => Cell::Day,
        DataRef::Error(_) => Cell::Fault,
    })
}
