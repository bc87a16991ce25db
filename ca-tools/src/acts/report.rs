//! What gateways told is written down: facts, with no version and no event.

use certs::Timestamp;

use super::Writer;
use super::refusal::Unavailable;
use crate::database::Transaction;
use crate::reports::Batch;
use crate::rows;

/// Where a certificate was seen is remembered for a day, in milliseconds: copies show within minutes.
const MEMORY: i64 = 86_400_000;
/// A gateway's cuts of so many versions back are kept.
const VERSIONS: i64 = 10_000;

impl Writer {
    /// Takes a batch, once: whether it was news.
    ///
    /// # Errors
    /// The registry does not answer; then nothing was taken.
    pub async fn take_report(&self, batch: &Batch, now: Timestamp) -> Result<bool, Unavailable> {
        // What gateways tell waits with them when the disk is nearly full: it must not take the room of what protects.
        self.disks.admit("reports").map_err(|_| Unavailable::DiskFull)?;
        let mut tx = self.database.begin_write().await?;
        let known = tx.row("SELECT boot, sequence FROM gateways WHERE gateway = $1", [batch.gateway.as_str().into()]);
        if let Some(known) = known.await?
            && known.text("boot")? == batch.boot
            && known.int("sequence")? >= batch.sequence
        {
            return Ok(false);
        }
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
        .await?;
        cuts(&mut tx, batch).await?;
        sightings(&mut tx, batch).await?;
        rows::keep(&mut tx, batch, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Forgets what has served: whereabouts after a day, copies of lines after so many days.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn forget_reports(&self, now: Timestamp, keep_days: i64) -> Result<(), Unavailable> {
        let mut tx = self.database.begin_write().await?;
        tx.run("DELETE FROM whereabouts WHERE at < $1", [(now.unix() * 1_000 - MEMORY).into()]).await?;
        let before = now.plus(-keep_days * 86_400).unix();
        tx.run("DELETE FROM told_lines WHERE at < $1", [before.into()]).await?;
        tx.run("DELETE FROM told_days WHERE day < $1", [before.into()]).await?;
        tx.run("DELETE FROM kept_files WHERE kept_until < $1", [now.unix().into()]).await?;
        tx.run("DELETE FROM cuts WHERE at_version < (SELECT version - $1 FROM registry)", [VERSIONS.into()]).await?;
        tx.commit().await
    }
}

async fn cuts(tx: &mut Transaction, batch: &Batch) -> Result<(), Unavailable> {
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

async fn sightings(tx: &mut Transaction, batch: &Batch) -> Result<(), Unavailable> {
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
        tx.run(
            "INSERT INTO whereabouts (serial, at, gateway, os, network) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (serial, at, gateway) DO NOTHING",
            [serial.into(), seen.at.into(), batch.gateway.as_str().into(), os.into(), network.into()],
        )
        .await?;
    }
    Ok(())
}
