//! The registry → lines, all of one moment, signed by the house's journal key.

use std::io;
use std::io::Write;

use aws_lc_rs::digest::{Context, SHA256};
use certs::Timestamp;
use serde_json::{Value as Json, json};

use crate::acts::Writer;
use crate::database::Row;
use crate::journal::JournalKey;
use crate::refusal::{JournalRefusal, Unavailable};
use crate::rows::{Column, TABLES, Table, event};

/// The version of this format.
pub(super) const FORMAT: u32 = 2;

/// What the signature at the end is over.
pub(super) fn vouched(rows: u64, sha256: &str) -> String {
    format!("{{\"backup\":\"registry\",\"format\":{FORMAT},\"rows\":{rows},\"sha256\":\"{sha256}\"}}")
}

/// Writes the registry as lines; how many rows.
///
/// # Errors
/// The registry does not answer, there is no key to sign with, or the file cannot be written.
pub async fn save(writer: &Writer, at: Timestamp, out: &mut (impl Write + Send)) -> Result<u64, SaveRefusal> {
    let key = JournalKey::read(writer.journal())?;
    let mut tx = writer.read().await?;
    let none = || Unavailable::NotARegistry("no row in the table registry".to_owned());
    let head = event::head(&mut tx).await?.ok_or_else(none)?;
    let hash = head.hash.ok_or_else(none)?;
    let mut lines = Lines { out, digest: Context::new(&SHA256) };
    lines.write(&json!({
        "backup": "registry", "format": FORMAT, "id": head.id, "version": head.version,
        "hash": hash, "at": at.unix(),
    }))?;
    let mut rows = 0;
    for table in TABLES {
        for row in tx.rows(table.question, []).await? {
            let cells = table.columns.iter().map(|column| cell(table, &row, *column)).collect::<Result<Vec<_>, _>>()?;
            lines.write(&json!({ table.name: cells }))?;
            rows += 1;
        }
    }
    let sha256 = hex::encode(lines.digest.finish());
    let signature = key.sign(&vouched(rows, &sha256))?;
    writeln!(out, "{}", json!({ "rows": rows, "sha256": sha256, "signature": signature }))?;
    Ok(rows)
}

struct Lines<'a, W> {
    out: &'a mut W,
    digest: Context,
}

impl<W: Write> Lines<'_, W> {
    fn write(&mut self, line: &Json) -> io::Result<()> {
        let line = format!("{line}\n");
        self.digest.update(line.as_bytes());
        self.out.write_all(line.as_bytes())
    }
}

fn cell(table: &Table, row: &Row, column: Column) -> Result<Json, Unavailable> {
    Ok(match column {
        // What waits in the queue is not sent by a registry that was put back: it may have been sent meanwhile.
        Column::Text("letter") if table.name == "mails" => "".into(),
        Column::Text(name) => row.text(name)?.into(),
        Column::MaybeText(name) => row.maybe_text(name)?.into(),
        Column::Number(name) => row.int(name)?.into(),
        Column::MaybeNumber(name) => row.maybe_int(name)?.into(),
    })
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveRefusal {
    /// The file.
    #[error("the backup cannot be written: {0}")]
    File(#[from] io::Error),
    /// The key.
    #[error(transparent)]
    Key(#[from] JournalRefusal),
    /// The registry.
    #[error(transparent)]
    Registry(#[from] Unavailable),
}
