//! What an undo asks of the registry, and the letters that it withdraws.

use std::collections::BTreeSet;

use certs::Timestamp;
use serde_json::Value as Json;

use super::{event, written};
use crate::database::{Transaction, Versioned};
use crate::journal::{Event, digest};
use crate::refusal::Unavailable;
use crate::undo::{Past, only_looks};

/// This act and what became of it; `None` where no event has this version.
pub(crate) async fn past(tx: &mut Transaction, version: i64) -> Result<Option<(Event, Past)>, Unavailable> {
    let Some(event) = at(tx, version).await? else { return Ok(None) };
    let detail: Json = serde_json::from_str(&event.detail).unwrap_or_default();
    let rows = written(tx, version).await?;
    // All who share a room are one subject: who was invited after another did not touch that one's invitation.
    let of_a_room = event.action.starts_with("room.");
    let about = event::about(tx, &event.subject, version).await?;
    let undone = about.iter().find(|later| undoes(later, version)).map(|later| later.version);
    let since = about.iter().find(|later| !of_a_room && !only_looks(&later.action));
    let since = since.map(|later| later.version);
    let (letters, waiting) = letters(tx, version).await?;
    let past = Past {
        version,
        action: event.action.clone(),
        at: Timestamp::from_unix(event.at),
        by_two: ["proposal", "broken_glass"].iter().any(|field| !detail[*field].is_null()),
        was_lost: !detail["reported_lost_at"].is_null(),
        // The journal has of each change a hash over the rows it wrote: who wrote one of them since, be it with the same
        // words, has taken it away from that change.
        unchanged: event.changed.as_deref() == Some(digest(&rows).as_str()),
        undone,
        since,
        letters,
        waiting,
    };
    Ok(Some((event, past)))
}

fn undoes(later: &Event, version: i64) -> bool {
    let detail: Json = serde_json::from_str(&later.detail).unwrap_or_default();
    detail["undoes"] == version
}

async fn at(tx: &mut Transaction, version: i64) -> Result<Option<Event>, Unavailable> {
    let found = event::after(tx, version.saturating_sub(1), 1).await?;
    Ok(found.into_iter().map(|(event, _)| event).find(|event| event.version == version))
}

/// A letter that nobody ever began to carry.
macro_rules! waits {
    () => {
        "state = 'queued' AND tries = 0 AND tried_since IS NULL"
    };
}

/// The letters of this change, and how many of them nobody has begun to carry.
async fn letters(tx: &mut Transaction, version: i64) -> Result<(i64, i64), Unavailable> {
    let question = concat!(
        "SELECT count(*) AS letters, coalesce(sum(CASE WHEN ",
        waits!(),
        " THEN 1 ELSE 0 END), 0) AS waiting FROM mails WHERE version = $1"
    );
    let row = tx.row(question, [version.into()]).await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.int("letters")?, row.int("waiting")?)))
}

/// The letters of this change are not sent, and emptied; how many. Whoever takes one to carry it in this very moment keeps
/// it, and it is not counted.
pub(crate) async fn withdraw_letters(tx: &mut Versioned, version: i64) -> Result<u64, Unavailable> {
    let statement = concat!(
        "UPDATE mails SET state = 'dropped', ended_at = $2, problem = 'undone', letter = '' WHERE version = $1 AND ",
        waits!()
    );
    let at = tx.at().unix();
    tx.run(statement, [version.into(), at.into()]).await
}

/// The same, and what each of them was about.
pub(crate) async fn withdraw_letters_to(tx: &mut Versioned, version: i64) -> Result<BTreeSet<String>, Unavailable> {
    let question = concat!("SELECT about FROM mails WHERE version = $1 AND ", waits!());
    let waiting = tx.rows(question, [version.into()]).await?;
    let waiting: BTreeSet<_> = waiting.iter().map(|row| row.text("about")).collect::<Result<_, _>>()?;
    withdraw_letters(tx, version).await?;
    // Whoever takes one to carry it in this very moment keeps it.
    let withdrawn = "SELECT about FROM mails WHERE version = $1 AND state = 'dropped' AND problem = 'undone'";
    let withdrawn = tx.rows(withdrawn, [version.into()]).await?;
    let withdrawn: BTreeSet<_> = withdrawn.iter().map(|row| row.text("about")).collect::<Result<_, _>>()?;
    Ok(waiting.intersection(&withdrawn).cloned().collect())
}
