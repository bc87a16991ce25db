//! Events: one for each version of the registry, chained to the one before.

use certs::Timestamp;

use crate::database::{Row, Transaction, Value};
use crate::journal::Event;
use crate::refusal::Unavailable;
use crate::undo::only_looks;

/// Writes an event's row.
pub(crate) async fn append(tx: &mut Transaction, event: &Event) -> Result<(), Unavailable> {
    append_all(tx, std::slice::from_ref(event)).await
}

/// Writes a row of each event, in one statement for many.
pub(crate) async fn append_all(tx: &mut Transaction, events: &[Event]) -> Result<(), Unavailable> {
    let row = |event: &Event| -> Vec<Value> {
        vec![
            event.version.into(),
            event.at.into(),
            event.operator.as_str().into(),
            event.action.as_str().into(),
            event.subject.as_str().into(),
            event.application.as_deref().into(),
            event.why.as_deref().into(),
            event.detail.as_str().into(),
            event.prev.as_str().into(),
            event.hash().into(),
            event.changed.as_deref().into(),
        ]
    };
    let head =
        "INSERT INTO events (version, at, operator, action, subject, application, why, detail, prev, hash, changed)";
    tx.insert_many((head, ""), events.iter().map(row).collect()).await.map(drop)
}

/// The hash of this version's event, where there is one.
pub(crate) async fn hash_of(tx: &mut Transaction, version: i64) -> Result<Option<String>, Unavailable> {
    let event = tx.row("SELECT hash FROM events WHERE version = $1", [version.into()]).await?;
    event.map(|event| event.text("hash")).transpose()
}

/// Whether any event stands in a journal.
pub(crate) async fn was_journalled(tx: &mut Transaction) -> Result<bool, Unavailable> {
    let had = tx.row("SELECT version FROM events WHERE changed IS NOT NULL LIMIT 1", []).await?;
    Ok(had.is_some())
}

/// Where a registry stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) version: i64,
    /// Of the last event; `None` where that is not there.
    pub(crate) hash: Option<String>,
}

/// Where the registry stands; `None` of what is no registry.
pub(crate) async fn head(tx: &mut Transaction) -> Result<Option<Head>, Unavailable> {
    let row = tx
        .row(
            "SELECT r.id, r.version, e.hash FROM registry r LEFT JOIN events e ON e.version = r.version WHERE r.one = 1",
            [],
        )
        .await?;
    let read = |row: Row| Ok(Head { id: row.text("id")?, version: row.int("version")?, hash: row.maybe_text("hash")? });
    row.map(read).transpose()
}

/// How many events of this kind there were about this, after that moment.
pub(crate) async fn count_since(
    tx: &mut Transaction,
    (action, subject): (&'static str, &str),
    after: Timestamp,
) -> Result<i64, Unavailable> {
    let row = tx
        .row(
            "SELECT count(*) AS times FROM events WHERE action = $1 AND subject = $2 AND at > $3",
            [action.into(), subject.into(), after.unix().into()],
        )
        .await?;
    row.map_or(Ok(0), |row| row.int("times"))
}

/// Up to `most` events after this version, in order, each with the hash that stands beside it.
pub(crate) async fn after(tx: &mut Transaction, version: i64, most: u32) -> Result<Vec<(Event, String)>, Unavailable> {
    let question = "SELECT * FROM events WHERE version > $1 ORDER BY version LIMIT $2";
    let rows = tx.rows(question, [version.into(), most.into()]).await?;
    rows.iter().map(|row| Ok((read(row)?, row.text("hash")?))).collect()
}

/// When the last event was that is no younger than this moment; nothing where all are.
pub(crate) async fn last_until(tx: &mut Transaction, until: Timestamp) -> Result<Option<Timestamp>, Unavailable> {
    let question = "SELECT at FROM events WHERE at <= $1 ORDER BY version DESC LIMIT 1";
    let row = tx.row(question, [until.unix().into()]).await?;
    row.map(|row| row.int("at").map(Timestamp::from_unix)).transpose()
}

/// Up to `most` events before this version, the newest first.
pub(crate) async fn before(tx: &mut Transaction, version: i64, most: u32) -> Result<Vec<Event>, Unavailable> {
    let question = "SELECT * FROM events WHERE version < $1 ORDER BY version DESC LIMIT $2";
    let rows = tx.rows(question, [version.into(), most.into()]).await?;
    rows.iter().map(read).collect()
}

/// The events after this version about this, in order; the first hundred.
pub(crate) async fn about(tx: &mut Transaction, subject: &str, version: i64) -> Result<Vec<Event>, Unavailable> {
    let question = "SELECT * FROM events WHERE subject = $1 AND version > $2 ORDER BY version LIMIT 100";
    tx.rows(question, [subject.into(), version.into()]).await?.iter().map(read).collect()
}

/// Was this touched after that version, but for what this request did?
pub(crate) async fn others_about(
    tx: &mut Transaction,
    subject: &str,
    (version, request): (i64, Option<&str>),
) -> Result<bool, Unavailable> {
    // A number of a request has no sign that is one of the pattern's; within a text of the detail its quotes are escaped.
    let own = request.map(|request| format!("%\"request_id\":\"{request}\"%"));
    let question = "SELECT DISTINCT action FROM events WHERE subject = $1 AND version > $2 \
        AND ($3 IS NULL OR detail NOT LIKE $3)";
    for row in tx.rows(question, [subject.into(), version.into(), own.into()]).await? {
        if !only_looks(&row.text("action")?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An event as it stands in its row.
pub(crate) fn read(row: &Row) -> Result<Event, Unavailable> {
    Ok(Event {
        version: row.int("version")?,
        at: row.int("at")?,
        operator: row.text("operator")?,
        action: row.text("action")?,
        subject: row.text("subject")?,
        application: row.maybe_text("application")?,
        why: row.maybe_text("why")?,
        detail: row.text("detail")?,
        prev: row.text("prev")?,
        changed: row.maybe_text("changed")?,
    })
}

/// The event that last put a device on hold or lifted its hold.
#[derive(Clone, Debug)]
pub(crate) struct Hold {
    pub(crate) version: i64,
    pub(crate) at: i64,
    pub(crate) operator: String,
    pub(crate) action: String,
    pub(crate) why: Option<String>,
    pub(crate) detail: String,
}

/// From the newest event backwards: a device on hold has one of these not far behind.
const LAST_HOLD: &str = "SELECT version, at, operator, action, why, detail FROM (\
    SELECT version, at, operator, action, why, detail FROM events WHERE subject = $1 \
    AND action IN ('device.suspend', 'device.report-lost', 'device.resume') UNION \
    SELECT e.version, e.at, e.operator, e.action, e.why, e.detail FROM event_subjects s \
    JOIN events e ON e.version = s.version WHERE s.kind = 'device' AND s.subject = $1 \
    AND e.action IN ('device.suspend-list', 'device.resume-list', 'campaign.suspend', 'incident.open-stop', 'incident.stop')) held ORDER BY version DESC LIMIT 1";

/// The last event about this device's hold.
pub(crate) async fn last_hold(tx: &mut Transaction, device: certs::DeviceNo) -> Result<Option<Hold>, Unavailable> {
    let row = tx.row(LAST_HOLD, [device.to_string().into()]).await?;
    let read = |row: Row| {
        Ok(Hold {
            version: row.int("version")?,
            at: row.int("at")?,
            operator: row.text("operator")?,
            action: row.text("action")?,
            why: row.maybe_text("why")?,
            detail: row.text("detail")?,
        })
    };
    row.map(read).transpose()
}
