//! Lines → a registry where there is none, in one transaction.

use std::io::BufRead;

use super::check::{Contents, row};
use crate::writer::{By, Place, Refusal, Unavailable, Value, Writer};

/// Puts a checked backup back; its lines are read once more. The restored registry's next event says
/// by whom, so that its version is beyond that of the backup.
///
/// # Errors
/// There is a registry at the place already, it cannot be written, or the lines have changed since
/// they were checked; then nothing is left.
pub async fn load(
    place: &Place,
    by: &By,
    contents: &Contents,
    lines: &mut (impl BufRead + Send),
) -> Result<Writer, Refusal> {
    /// Rows of one table go in together, this many at a time.
    const AT_A_TIME: usize = 500;
    let changed = |what: String| Refusal::from(Unavailable::Corrupt(what));
    Writer::restore(place, by, (&contents.id, contents.version), async |tx| {
        let mut held: Option<(&'static str, Vec<Vec<Value>>)> = None;
        let mut rows = 0;
        for line in lines.lines().skip(1) {
            let line = line.map_err(|why| changed(why.to_string()))?;
            let Some((table, values)) = row(&line) else { break };
            rows += 1;
            match &mut held {
                Some((insert, together)) if *insert == table.insert && together.len() < AT_A_TIME => {
                    together.push(values)
                }
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
        if rows == contents.rows { Ok(()) } else { Err(changed("the backup changed while it was read".to_owned())) }
    })
    .await
}
