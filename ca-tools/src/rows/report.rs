//! What gateways told: facts, with no version and no event.

use certs::Timestamp;

use super::{device_use, kept_file};
use crate::database::{Transaction, Versioned};
use crate::refusal::Unavailable;
use crate::reports::Batch;

/// Where a certificate was seen is remembered for a day, in milliseconds: copies show within minutes.
const MEMORY: i64 = 86_400_000;
/// A gateway's cuts of so many versions back are kept.
const VERSIONS: i64 = 10_000;

/// Whether a batch was taken before.
pub(crate) async fn is_known(tx: &mut Transaction, batch: &Batch) -> Result<bool, Unavailable> {
    let known = tx.row("SELECT boot, sequence FROM gateways WHERE gateway = $1", [batch.gateway.as_str().into()]);
    let Some(known) = known.await? else { return Ok(false) };
    Ok(known.text("boot")? == batch.boot && known.int("sequence")? >= batch.sequence)
}

/// What a gateway says of itself.
pub(crate) async fn write_gateway(tx: &mut Transaction, batch: &Batch, now: Timestamp) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO gateways (gateway, boot, sequence, applied, told_at, dropped, head) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (gateway) DO UPDATE SET boot = excluded.boot, sequence = excluded.sequence, \
         applied = excluded.applied, told_at = excluded.told_at, dropped = excluded.dropped, head = excluded.head",
        [
            batch.gateway.as_str().into(),
            batch.boot.as_str().into(),
            batch.sequence.into(),
            batch.applied.into(),
            now.unix().into(),
            batch.dropped.into(),
            batch.head.as_deref().into(),
        ],
    )
    .await
    .map(drop)
}

/// What it cut.
pub(crate) async fn write_cuts(tx: &mut Transaction, batch: &Batch) -> Result<(), Unavailable> {
    for cut in &batch.cuts {
        tx.run(
            "INSERT INTO cuts (gateway, at_version, connections, microseconds) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (gateway, at_version) DO UPDATE SET connections = excluded.connections, \
             microseconds = excluded.microseconds",
            [batch.gateway.as_str().into(), cut.version.into(), cut.connections.into(), cut.microseconds.into()],
        )
        .await?;
    }
    Ok(())
}

/// Where it saw which certificate.
pub(crate) async fn write_sightings(tx: &mut Transaction, batch: &Batch) -> Result<(), Unavailable> {
    for seen in &batch.sightings {
        let (serial, os, network) = (seen.serial.as_str(), seen.os.as_str(), seen.network.as_str());
        tx.run(
            "INSERT INTO sightings (serial, os, network, first_at, last_at) VALUES ($1, $2, $3, $4, $4) \
             ON CONFLICT (serial, os, network) DO UPDATE SET \
             first_at = CASE WHEN excluded.first_at < sightings.first_at THEN excluded.first_at ELSE sightings.first_at END, \
             last_at = CASE WHEN excluded.last_at > sightings.last_at THEN excluded.last_at ELSE sightings.last_at END",
            [serial.into(), os.into(), network.into(), (seen.at / 1_000).into()],
        )
        .await?;
        device_use::note(tx, serial, seen.at / 1_000).await?;
        tx.run(
            "INSERT INTO whereabouts (serial, at, gateway, os, network) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (serial, at, gateway) DO NOTHING",
            [serial.into(), seen.at.into(), batch.gateway.as_str().into(), os.into(), network.into()],
        )
        .await?;
    }
    Ok(())
}

/// How often strangers were refused, by reason and day. A reason is a word of the gateway's: what is longer is none.
pub(crate) async fn write_strangers(tx: &mut Transaction, batch: &Batch) -> Result<(), Unavailable> {
    const LONGEST: usize = 64;
    const JAPAN: i64 = 9 * 3_600;
    const DAY: i64 = 86_400;
    for counted in batch.strangers.iter().filter(|counted| counted.reason.len() <= LONGEST) {
        let day = (counted.at / 1_000 + JAPAN).div_euclid(DAY) * DAY - JAPAN;
        tx.run(
            "INSERT INTO stranger_days (gateway, day, reason, times) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (gateway, day, reason) DO UPDATE SET times = stranger_days.times + excluded.times",
            [batch.gateway.as_str().into(), day.into(), counted.reason.as_str().into(), counted.count.into()],
        )
        .await?;
    }
    Ok(())
}

/// Forgets what has served: whereabouts after a day, copies of lines of before this second.
pub(crate) async fn forget(tx: &mut Transaction, now: Timestamp, before: Timestamp) -> Result<(), Unavailable> {
    tx.run("DELETE FROM whereabouts WHERE at < $1", [(now.unix() * 1_000 - MEMORY).into()]).await?;
    tx.run("DELETE FROM told_lines WHERE at < $1", [before.unix().into()]).await?;
    tx.run("DELETE FROM told_days WHERE day < $1", [before.unix().into()]).await?;
    tx.run("DELETE FROM stranger_days WHERE day < $1", [before.unix().into()]).await?;
    kept_file::forget_before(tx, now).await?;
    let old = "DELETE FROM cuts WHERE at_version < (SELECT version - $1 FROM registry)";
    tx.run(old, [VERSIONS.into()]).await.map(drop)
}

/// Nothing is waited for of this gateway any more; whether it ever told anything.
pub(crate) async fn retire_gateway(tx: &mut Versioned, gateway: &str) -> Result<bool, Unavailable> {
    let statement = "UPDATE gateways SET retired_at = $2 WHERE gateway = $1";
    Ok(tx.run(statement, [gateway.into(), tx.at().unix().into()]).await? != 0)
}
