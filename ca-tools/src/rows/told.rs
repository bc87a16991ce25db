//! How much of what is told of one device is kept? So many lines a day, and how many more there were: whoever holds a
//! certificate, be it a suspended one, cannot make the registry grow as they like.

use std::collections::BTreeMap;

use certs::{DeviceNo, Timestamp};

use crate::database::{Row, Transaction, Value};
use crate::refusal::Unavailable;
use crate::reports::{AccessLine, Batch, Worth};

/// Lines of one device that are kept of a day, logins and refusals apart: a flood of refusals costs no login its place.
/// An office's day is some dozens.
const KEPT: i64 = 1_000;
/// Days begin in Japan.
const JAPAN: i64 = 9 * 3_600;
const DAY: i64 = 86_400;

/// Copies of access lines that are a login or a refusal, up to the bound of each device, and of all checkpoints.
pub(crate) async fn keep(tx: &mut Transaction, batch: &Batch, now: Timestamp) -> Result<(), Unavailable> {
    let day = (now.unix() + JAPAN).div_euclid(DAY) * DAY - JAPAN;
    let mut told: BTreeMap<(String, Worth), Vec<(AccessLine, &str)>> = BTreeMap::new();
    for line in &batch.lines {
        if let Some(read) = AccessLine::read(line.get()) {
            let whose = (read.device.clone().unwrap_or_default(), read.worth);
            told.entry(whose).or_default().push((read, line.get()));
        }
    }
    let row = |kind: &'static str, read: &AccessLine, line: &str| -> Vec<Value> {
        let mut row = vec![batch.gateway.as_str().into(), kind.into(), read.seq.into(), now.unix().into(), line.into()];
        row.extend(as_read(read, now.unix()));
        row
    };
    let mut rows: Vec<_> = Vec::new();
    for line in &batch.checkpoints {
        rows.extend(AccessLine::read(line.get()).map(|read| row("checkpoint", &read, line.get())));
    }
    for ((device, worth), lines) in told {
        let room = place(tx, &device, day, worth, lines.len()).await?;
        rows.extend(lines.iter().take(room).map(|(read, line)| row("request", read, line)));
    }
    let head = "INSERT INTO told_lines (gateway, kind, sequence, at, line, ref, device, login, worth, reason, \
                happened_at, times)";
    tx.insert_many((head, "ON CONFLICT DO NOTHING"), rows).await.map(|_| ())
}

/// What is read of a line, in the order of its columns. One that does not say when it was written was told at this second.
fn as_read(read: &AccessLine, told_at: i64) -> [Value; 7] {
    let device = read.device.as_deref().and_then(|device| device.parse::<DeviceNo>().ok());
    [
        read.reference.as_deref().into(),
        device.map(|device| i64::from(device.number())).into(),
        read.login.as_deref().into(),
        read.worth.as_str().into(),
        read.reason.as_deref().into(),
        read.at.map_or(told_at, Timestamp::unix).into(),
        read.times.into(),
    ]
}

/// A line that nobody has read yet: it came before lines were read.
#[derive(Debug)]
pub(crate) struct Unread {
    gateway: String,
    kind: String,
    sequence: i64,
    at: i64,
    line: String,
}

/// So many of them.
pub(crate) async fn unread(tx: &mut Transaction, most: i64) -> Result<Vec<Unread>, Unavailable> {
    let question = "SELECT gateway, kind, sequence, at, line FROM told_lines WHERE happened_at IS NULL LIMIT $1";
    let rows = tx.rows(question, [most.into()]).await?;
    let read = |row: &Row| {
        Ok(Unread {
            gateway: row.text("gateway")?,
            kind: row.text("kind")?,
            sequence: row.int("sequence")?,
            at: row.int("at")?,
            line: row.text("line")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Writes down what is read of one.
pub(crate) async fn read(tx: &mut Transaction, unread: &Unread) -> Result<(), Unavailable> {
    // One that is no line any more is told of by nothing but its day.
    let [reference, device, login, worth, reason, happened_at, times] = match AccessLine::read(&unread.line) {
        Some(read) => as_read(&read, unread.at),
        None => [
            None::<&str>.into(),
            None::<i64>.into(),
            None::<&str>.into(),
            None::<&str>.into(),
            None::<&str>.into(),
            unread.at.into(),
            None::<i64>.into(),
        ],
    };
    tx.run(
        "UPDATE told_lines SET ref = $4, device = $5, login = $6, worth = $7, reason = $8, happened_at = $9, times = $10 \
         WHERE gateway = $1 AND kind = $2 AND sequence = $3",
        [
            unread.gateway.as_str().into(),
            unread.kind.as_str().into(),
            unread.sequence.into(),
            reference,
            device,
            login,
            worth,
            reason,
            happened_at,
            times,
        ],
    )
    .await
    .map(drop)
}

/// How many of these are kept; they, and the rest, are counted.
async fn place(tx: &mut Transaction, device: &str, day: i64, worth: Worth, lines: usize) -> Result<usize, Unavailable> {
    let key = || [device.into(), day.into(), worth.as_str().into()];
    let question = "SELECT kept, not_kept FROM told_days WHERE device = $1 AND day = $2 AND worth = $3";
    let (kept, not_kept) = match tx.row(question, key()).await? {
        Some(row) => (row.int("kept")?, row.int("not_kept")?),
        None => (0, 0),
    };
    let come = i64::try_from(lines).unwrap_or(i64::MAX);
    let room = (KEPT - kept).clamp(0, come);
    if not_kept == 0 && room < come {
        tracing::warn!(
            device,
            worth = worth.as_str(),
            "more is told of this device today than is kept; the rest is counted"
        );
    }
    let [device, day, worth] = key();
    tx.run(
        "INSERT INTO told_days (device, day, worth, kept, not_kept) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (device, day, worth) DO UPDATE SET kept = excluded.kept, not_kept = excluded.not_kept",
        [device, day, worth, (kept + room).into(), (not_kept + come - room).into()],
    )
    .await?;
    Ok(usize::try_from(room).unwrap_or(0))
}
