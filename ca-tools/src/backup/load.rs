//! The lines of a backup → the rows of a registry that has none yet.

use std::io::{BufRead, Read};

use aws_lc_rs::digest::{Context, SHA256};

use super::check::{Contents, LONGEST, row};
use crate::database::{Transaction, Value};
use crate::refusal::{Refusal, Unavailable};

/// Writes the rows of a checked backup; its lines are read once more.
///
/// # Errors
/// They cannot be written, or have changed since they were checked.
pub(crate) async fn load(
    tx: &mut Transaction,
    contents: &Contents,
    lines: &mut (impl BufRead + Send),
) -> Result<(), Refusal> {
    /// Rows of one table go in together, this many at a time.
    const AT_A_TIME: usize = 500;
    let changed = |what: String| Refusal::from(Unavailable::Corrupt(what));
    let mut held: Option<(&'static str, Vec<Vec<Value>>)> = None;
    // Between the check and this, somebody may have typed a password for minutes.
    let mut digest = Context::new(&SHA256);
    let (mut line, mut rows, mut head) = (String::new(), 0, true);
    loop {
        line.clear();
        lines.take(LONGEST).read_line(&mut line).map_err(|why| changed(why.to_string()))?;
        if std::mem::take(&mut head) {
            digest.update(line.as_bytes());
            continue;
        }
        let Some((table, values)) = row(&line) else { break };
        digest.update(line.as_bytes());
        rows += 1;
        match &mut held {
            Some((insert, together)) if *insert == table.insert && together.len() < AT_A_TIME => together.push(values),
            Some(_) | None => {
                if let Some((insert, together)) = held.replace((table.insert, vec![values])) {
                    tx.insert_many((insert, ""), together).await?;
                }
            }
        }
    }
    if let Some((insert, together)) = held {
        tx.insert_many((insert, ""), together).await?;
    }
    let found = hex::encode(digest.finish());
    if rows == contents.rows && found == contents.digest {
        Ok(())
    } else {
        Err(changed("the backup changed while it was read".to_owned()))
    }
}
