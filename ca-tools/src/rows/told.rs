//! How much of what is told of one device is kept? So many lines a day, and how many more there were: whoever holds a
//! certificate, be it a suspended one, cannot make the registry grow as they like.

use std::collections::BTreeMap;

use certs::Timestamp;
use serde_json::value::RawValue;

use crate::database::{Transaction, Value};
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
    let mut told: BTreeMap<(String, Worth), Vec<(i64, &RawValue)>> = BTreeMap::new();
    for line in &batch.lines {
        if let Some(AccessLine { seq, device, worth }) = AccessLine::read(line) {
            told.entry((device.unwrap_or_default(), worth)).or_default().push((seq, line));
        }
    }
    let row = |kind: &'static str, (seq, line): (i64, &RawValue)| -> Vec<Value> {
        vec![batch.gateway.as_str().into(), kind.into(), seq.into(), now.unix().into(), line.get().into()]
    };
    let checkpoints = batch.checkpoints.iter().filter_map(|line| Some((AccessLine::read(line)?.seq, &**line)));
    let mut rows: Vec<_> = checkpoints.map(|line| row("checkpoint", line)).collect();
    for ((device, worth), lines) in told {
        let room = place(tx, &device, day, worth, lines.len()).await?;
        rows.extend(lines.into_iter().take(room).map(|line| row("request", line)));
    }
    let statement = ("INSERT INTO told_lines (gateway, kind, sequence, at, line)", "ON CONFLICT DO NOTHING");
    tx.insert_many(statement, rows).await.map(|_| ())
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
