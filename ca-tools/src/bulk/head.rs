//! Which column of a table is which? By its head, in any order; what is no column of ours is told with what there is.

use std::collections::BTreeMap;

use super::Noun;
use super::column::Column;
use crate::language::Text;
use crate::sheet::{Place, SheetMistake, SheetRow};
use crate::spelling::{matched, visible};

/// The columns of a table, by where they stand.
#[derive(Clone, Debug)]
pub(super) struct TableHead {
    columns: BTreeMap<usize, Column>,
}

impl TableHead {
    /// Reads the first row.
    pub(super) fn of(noun: Noun, row: &SheetRow) -> Result<Self, Vec<SheetMistake>> {
        let known = noun.columns();
        let (mut columns, mut mistakes): (BTreeMap<usize, Column>, Vec<SheetMistake>) = Default::default();
        let mut listed = false;
        for (column, cell) in &row.cells {
            let place = Place { row: row.number, column: *column };
            let typed = match cell.text() {
                Ok(text) => text.trim(),
                Err(text) => {
                    mistakes.push(SheetMistake::at(place, "", text).standing(Some(cell)));
                    continue;
                }
            };
            let meant = matched(typed);
            let Some(found) = known.iter().find(|known| matched(known.heading) == meant || known.key == meant) else {
                // What there is, is told once.
                let text = if listed {
                    Text::new("この項目はありません。", "there is no such column")
                } else {
                    no_such(noun)
                };
                listed = true;
                mistakes.push(SheetMistake::at(place, visible(typed), text).standing(Some(cell)));
                continue;
            };
            if columns.values().any(|other| other == found) {
                let text =
                    Text::new("同じ項目が2列あります。1列にしてください。", "there are two columns of this field");
                mistakes.push(SheetMistake::at(place, found.heading, text));
            }
            columns.insert(*column, *found);
        }
        for missing in known.iter().filter(|known| known.must && !columns.values().any(|found| found == *known)) {
            let text = Text::new(
                format!("「{}」の列がありません。", missing.heading),
                format!("there is no column {}", missing.key),
            );
            mistakes.push(SheetMistake::of_row(row.number, text));
        }
        if mistakes.is_empty() { Ok(Self { columns }) } else { Err(mistakes) }
    }

    /// Where this column's cell stands in a row; in the first column, where there is none.
    pub(super) fn place(&self, row: usize, key: &str) -> (Place, &'static str) {
        let found = self.columns.iter().find(|(_, column)| column.key == key);
        let (column, heading) = found.map_or((0, ""), |(at, column)| (*at, column.heading));
        (Place { row, column }, heading)
    }

    /// Cells in which something stands, and above which nothing does.
    pub(super) fn nameless(&self, row: &SheetRow) -> impl Iterator<Item = SheetMistake> {
        let without = row.cells.keys().filter(|column| !self.columns.contains_key(column));
        without.map(|column| {
            let cell = row.cells.get(column);
            let text = Text::new("項目名のない列に値があります。", "a value stands in a column without a name");
            SheetMistake::at(Place { row: row.number, column: *column }, "", text).standing(cell)
        })
    }

    /// Which column holds this key.
    pub(super) fn column(&self, key: &str) -> Option<usize> {
        self.columns.iter().find(|(_, column)| column.key == key).map(|(at, _)| *at)
    }
}

fn no_such(noun: Noun) -> Text {
    let columns = noun.columns();
    let list = |read: fn(&Column) -> &str, between: &str| columns.iter().map(read).collect::<Vec<_>>().join(between);
    Text::new(
        format!("この項目はありません。{}の項目：{}", noun.japanese(), list(|column| column.heading, "、")),
        format!("there is no such column; those of {}: {}", noun.as_str(), list(|column| column.key, ", ")),
    )
}
