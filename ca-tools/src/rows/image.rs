//! A row as it stands in the journal: `{"devices":{"device":1,"office":"…",…}}`, every column by its name, so that a
//! line of before a column was added can still be read.

use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::tables::{Column, TABLES, Table};
use crate::database::{Row, Value};
use crate::refusal::Unavailable;

/// A row in the text of the journal; columns in the order of the tables.
pub(crate) fn image(table: &Table, row: &Row) -> Result<Box<RawValue>, Unavailable> {
    let mut text = format!("{{\"{}\":{{", table.name);
    for (number, column) in table.columns.iter().enumerate() {
        let cell = match *column {
            Column::Text(name) => row.text(name)?.into(),
            Column::MaybeText(name) => row.maybe_text(name)?.into(),
            Column::Number(name) => row.int(name)?.into(),
            Column::MaybeNumber(name) => row.maybe_int(name)?.into(),
        };
        let (comma, cell): (_, Json) = (if number == 0 { "" } else { "," }, cell);
        text.push_str(&format!("{comma}\"{}\":{cell}", column.name()));
    }
    text.push_str("}}");
    RawValue::from_string(text).map_err(|why| Unavailable::Corrupt(why.to_string()))
}

/// A row read back.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) table: &'static Table,
    cells: Map<String, Json>,
}

impl Image {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let object: Map<String, Json> = serde_json::from_str(text).ok()?;
        let (name, cells) = object.into_iter().next()?;
        let table = TABLES.iter().find(|table| table.name == name && table.journalled())?;
        let Json::Object(cells) = cells else { return None };
        Some(Self { table, cells })
    }

    /// What tells this row from the others of its table.
    pub(crate) fn key(&self) -> String {
        key(self.table, |column| self.cells.get(column).cloned().unwrap_or_default())
    }

    /// Has it all columns that its table has today?
    pub(crate) fn whole(&self) -> bool {
        self.table.columns.iter().all(|column| self.cells.contains_key(column.name()))
    }

    /// Do all the columns that it has say what the other says?
    pub(crate) fn stands_in(&self, other: &Self) -> bool {
        self.cells.iter().all(|(name, cell)| other.cells.get(name) == Some(cell))
    }

    /// Its columns of today and what they hold; `None` where one holds what it cannot.
    pub(crate) fn values(&self) -> Option<Vec<(&'static str, Value)>> {
        let known = self.table.columns.iter().filter_map(|column| Some((column, self.cells.get(column.name())?)));
        known
            .map(|(column, cell)| {
                let value = match column {
                    Column::Text(_) => cell.as_str()?.into(),
                    Column::MaybeText(_) if cell.is_null() => None::<&str>.into(),
                    Column::MaybeText(_) => Some(cell.as_str()?).into(),
                    Column::Number(_) => cell.as_i64()?.into(),
                    Column::MaybeNumber(_) if cell.is_null() => None::<i64>.into(),
                    Column::MaybeNumber(_) => Some(cell.as_i64()?).into(),
                };
                Some((column.name(), value))
            })
            .collect()
    }
}

fn key(table: &Table, cell: impl Fn(&str) -> Json) -> String {
    let cells: Vec<String> = table.key.split(", ").map(|column| cell(column).to_string()).collect();
    cells.join(" ")
}
