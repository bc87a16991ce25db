//! What gateways told is written down: facts, with no version and no event.

use certs::Timestamp;

use super::Writer;
use crate::database::Database;
use crate::refusal::Unavailable;
use crate::reports::Batch;
use crate::rows::{report, retention, told};

impl Writer {
    /// Takes a batch, once: whether it was news.
    ///
    /// # Errors
    /// The registry does not answer; then nothing was taken.
    pub async fn take_report(&self, batch: &Batch, now: Timestamp) -> Result<bool, Unavailable> {
        // What gateways tell waits with them when the disk is nearly full: it must not take the room of what protects.
        self.disks.admit("reports").map_err(|_| Unavailable::DiskFull)?;
        let mut tx = self.database.begin_write().await?;
        if report::is_known(&mut tx, batch).await? {
            return Ok(false);
        }
        report::write_gateway(&mut tx, batch, now).await?;
        report::write_cuts(&mut tx, batch).await?;
        report::write_sightings(&mut tx, batch).await?;
        report::write_strangers(&mut tx, batch).await?;
        told::keep(&mut tx, batch, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Forgets what has served: whereabouts after a day, copies of lines after so many days.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn forget_reports(&self, now: Timestamp, keep_days: i64) -> Result<(), Unavailable> {
        let mut tx = self.database.begin_write().await?;
        // What is on hold stays, though its time is over.
        let before = retention::unheld(&mut tx, now.plus(-keep_days * 86_400)).await?;
        report::forget(&mut tx, now, before).await?;
        tx.commit().await
    }
}

/// Lines that are read together.
const AT_A_TIME: i64 = 2_000;

/// Reads the lines that were told before lines were read, so that a code, a device or an ID is found among them.
pub(super) async fn read_older(database: &Database) -> Result<(), Unavailable> {
    loop {
        let found = told::unread(&mut database.begin_read().await?, AT_A_TIME).await?;
        if found.is_empty() {
            return Ok(());
        }
        let mut tx = database.begin_write().await?;
        for line in &found {
            told::read(&mut tx, line).await?;
        }
        tx.commit().await?;
    }
}
