//! Is this file a backup of this house, whole and unchanged? Asked before anything is put back.

use std::io;
use std::io::{BufRead, Read};

use aws_lc_rs::digest::{Context, SHA256};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::save::{FORMAT, vouched};
use crate::config::JournalFiles;
use crate::database::Value;
use crate::journal::published;
use crate::refusal::JournalRefusal;
use crate::rows::{Column, TABLES, Table};

/// Proof that a file is a whole backup which this house signed. Made only by [`check`].
#[must_use]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Contents {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) hash: String,
    pub(super) rows: u64,
    /// SHA-256 of every line but the last, which is signed.
    pub(super) digest: String,
}

impl Contents {
    /// The registry's version when it was saved.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The registry's id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The hash of that version's event.
    pub(crate) fn hash(&self) -> &str {
        &self.hash
    }

    /// How many rows it holds.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    backup: String,
    format: u32,
    id: String,
    version: i64,
    #[serde(default)]
    hash: String,
    #[serde(default, rename = "at")]
    _at: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tail {
    rows: u64,
    sha256: String,
    signature: String,
}

/// Of a backup of before they were signed.
const UNSIGNED: u32 = 1;

/// Reads a file to its end.
///
/// # Errors
/// The first line that does not hold, by its number; or that the whole does not, or that it is not this house's.
pub fn check(file: &mut impl BufRead, house: &JournalFiles) -> Result<Contents, BackupRefusal> {
    let key = published(house)?;
    let mut digest = Context::new(&SHA256);
    let mut line = String::new();
    let head: Head = match next(file, &mut line)? {
        Some(text) => serde_json::from_str(text).map_err(|_| BackupRefusal::NotABackup)?,
        None => return Err(BackupRefusal::NotABackup),
    };
    match (head.backup.as_str(), head.format) {
        ("registry", FORMAT) => {}
        ("registry", UNSIGNED) => return Err(BackupRefusal::Unsigned),
        _ => return Err(BackupRefusal::NotABackup),
    }
    digest.update(line.as_bytes());
    let mut rows = 0;
    loop {
        let number = rows + 2;
        let Some(text) = next(file, &mut line)? else { return Err(BackupRefusal::CutOff) };
        if let Ok(tail) = serde_json::from_str::<Tail>(text) {
            let found = hex::encode(digest.finish());
            if next(file, &mut line)?.is_some() || tail.rows != rows || tail.sha256 != found {
                return Err(BackupRefusal::Changed);
            }
            if !key.signed(vouched(rows, &found).as_bytes(), &tail.signature) {
                return Err(BackupRefusal::Forged);
            }
            return Ok(Contents { id: head.id, version: head.version, hash: head.hash, rows, digest: found });
        }
        row(text).ok_or(BackupRefusal::Line(number))?;
        digest.update(line.as_bytes());
        rows += 1;
    }
}

/// Longer than any row; a file without an end is read no further.
pub(super) const LONGEST: u64 = 16 << 20;

/// The next line; its text without the end.
fn next<'a>(file: &mut impl BufRead, line: &'a mut String) -> Result<Option<&'a str>, BackupRefusal> {
    line.clear();
    let read = file.take(LONGEST).read_line(line)?;
    if read == 0 {
        return Ok(None);
    }
    line.strip_suffix('\n').map(Some).ok_or(BackupRefusal::CutOff)
}

/// A line as a row of its table.
pub(super) fn row(line: &str) -> Option<(&'static Table, Vec<Value>)> {
    let object: Map<String, Json> = serde_json::from_str(line).ok()?;
    let (name, cells) = object.iter().next().filter(|_| object.len() == 1)?;
    let table = TABLES.iter().find(|table| table.name == name)?;
    let mut cells = cells.as_array()?.clone();
    // Saved before a column was there: it is what it was when it came.
    for column in table.columns.iter().skip(cells.len()) {
        cells.push(when_it_came(*column)?);
    }
    if cells.len() != table.columns.len() {
        return None;
    }
    let values = table.columns.iter().zip(&cells).map(|(column, cell)| match column {
        Column::Text(_) => cell.as_str().map(Value::from),
        Column::MaybeText(_) if cell.is_null() => Some(None::<&str>.into()),
        Column::MaybeText(_) => cell.as_str().map(|text| Some(text).into()),
        Column::Number(_) => cell.as_i64().map(Value::from),
        Column::MaybeNumber(_) if cell.is_null() => Some(None::<i64>.into()),
        Column::MaybeNumber(_) => cell.as_i64().map(|number| Some(number).into()),
    });
    Some((table, values.collect::<Option<Vec<_>>>()?))
}

/// What a column that came after backups were signed held in the rows that there were.
fn when_it_came(column: Column) -> Option<Json> {
    matches!(column, Column::Text("kana")).then(|| "".into())
}

/// Why a file is not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupRefusal {
    /// Lines are not those that were saved.
    #[error("the backup was changed: its lines are not those that were saved")]
    Changed,
    /// The end is missing.
    #[error("the backup is cut off")]
    CutOff,
    /// Another house's, or made up.
    #[error("the backup is not signed by this house's journal key")]
    Forged,
    /// The key to verify it by.
    #[error(transparent)]
    Key(#[from] JournalRefusal),
    /// Of before backups were signed.
    #[error("the backup is not signed: nobody vouches for what it says")]
    Unsigned,
    /// It cannot be read.
    #[error("the backup cannot be read: {0}")]
    File(#[from] io::Error),
    /// A line that is no row of ours.
    #[error("line {0} of the backup is no row of a registry")]
    Line(u64),
    /// Something else.
    #[error("this is not a backup of a registry, or one of another version")]
    NotABackup,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_was_saved_before_it_had_a_reading_is_one_without() {
        let office = r#"{"offices":["1272200001","法人","ひだまり","担当","a@example.jp","04","柏","1","registered",null,"A-1",7]}"#;
        let (table, values) = row(office).unwrap();
        assert_eq!((table.name, values.len()), ("offices", table.columns.len()));
        assert!(row(&office.replace(",7]", ",7,\"ひだまり\"]")).is_some());
        assert!(row(&office.replace(",7]", ",7,\"ひだまり\",1]")).is_none());
        // Of what was there all along none is missing.
        assert!(row(&office.replace(",7]", "]")).is_none());
        assert!(row(r#"{"rooms":["R1","山田様","open"]}"#).is_none());
    }
}
