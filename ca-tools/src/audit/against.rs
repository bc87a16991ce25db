//! Does each row say what the journal last said of it?

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::database::Transaction;
use crate::digest::sha256;
use crate::refusal::Unavailable;
use crate::rows::{Image, TABLES, image};

/// What the journal says of every row, the last word of each.
#[derive(Debug, Default)]
pub(super) struct Rows(HashMap<(&'static str, String), Word>);

/// A row as the journal has it: its hash, or, of before a column was added, the columns there were.
#[derive(Debug)]
enum Word {
    Hash(String),
    Columns(Image),
}

/// A row that is not what the journal says.
#[derive(Debug)]
pub(super) struct Other {
    pub(super) table: &'static str,
    pub(super) key: String,
    pub(super) how: How,
}

/// How it differs.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    Changed,
    FromNowhere,
    Gone,
}

impl Rows {
    /// Takes what a line says; `None` where it is no row.
    pub(super) fn take(&mut self, row: &RawValue) -> Option<()> {
        let image = Image::read(row.get())?;
        let key = (image.table.name, image.key());
        let word = if image.whole() { Word::Hash(sha256(row.get().as_bytes())) } else { Word::Columns(image) };
        self.0.insert(key, word);
        Some(())
    }

    /// Holds every row of the registry against it.
    pub(super) async fn against(mut self, tx: &mut Transaction) -> Result<Vec<Other>, Unavailable> {
        let mut others = Vec::new();
        for table in TABLES.iter().filter(|table| table.journalled()) {
            for row in tx.rows(table.question, []).await? {
                let text = image(table, &row)?;
                let Some(found) = Image::read(text.get()) else { continue };
                let key = found.key();
                let how = match self.0.remove(&(table.name, key.clone())) {
                    None => How::FromNowhere,
                    Some(Word::Hash(hash)) if hash == sha256(text.get().as_bytes()) => continue,
                    Some(Word::Columns(image)) if image.stands_in(&found) => continue,
                    Some(Word::Hash(_) | Word::Columns(_)) => How::Changed,
                };
                others.push(Other { table: table.name, key, how });
            }
        }
        let mut gone: Vec<_> = self.0.into_keys().collect();
        gone.sort();
        others.extend(gone.into_iter().map(|(table, key)| Other { table, key, how: How::Gone }));
        Ok(others)
    }
}
