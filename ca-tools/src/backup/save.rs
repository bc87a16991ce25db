//! The registry → lines, all of one moment.

use std::io::{self, Write};

use aws_lc_rs::digest::{Context, SHA256};
use serde_json::{Value as Json, json};

use super::tables::{Column, TABLES};
use crate::writer::{Row, Unavailable, Writer};

/// Writes the registry as lines; how many rows.
///
/// # Errors
/// The registry does not answer, or the file cannot be written.
pub async fn save(writer: &Writer, out: &mut (impl Write + Send)) -> Result<u64, SaveRefusal> {
    let mut tx = writer.read().await?;
    let head = tx.row("SELECT id, version FROM registry WHERE one = 1", []).await?;
    let head = head.ok_or_else(|| Unavailable::NotARegistry("no row in the table registry".to_owned()))?;
    let mut lines = Lines { out, digest: Context::new(&SHA256) };
    lines.write(
        &json!({ "backup": "registry", "format": 1, "id": head.text("id")?, "version": head.int("version")? }),
    )?;
    let mut rows = 0;
    for table in TABLES {
        for row in tx.rows(table.question, []).await? {
            let cells = table.columns.iter().map(|column| cell(&row, *column)).collect::<Result<Vec<_>, _>>()?;
            lines.write(&json!({ table.name: cells }))?;
            rows += 1;
        }
    }
    let digest: String = lines.digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(out, "{}", json!({ "rows": rows, "sha256": digest }))?;
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

fn cell(row: &Row, column: Column) -> Result<Json, Unavailable> {
    Ok(match column {
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
    /// The registry.
    #[error(transparent)]
    Registry(#[from] Unavailable),
}
