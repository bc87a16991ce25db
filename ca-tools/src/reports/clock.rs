//! What the desk does by the clock: at its start, and every hour.

use std::time::Duration;

use tokio::sync::watch;

use crate::command::now;
use crate::writer::{Refusal, Writer};

/// Notices go by days, and so do old facts; an hour's delay is none.
const HOUR: Duration = Duration::from_secs(3_600);

/// Keeps the hours until the sender of `ended` is gone; copies of access lines are kept for so many days.
pub async fn keep_hours(writer: Writer, keep_days: i64, mut ended: watch::Receiver<()>) {
    loop {
        if let Err(why) = strike(&writer, keep_days).await {
            tracing::warn!(%why, "notices of renewal wait: the registry does not answer");
        }
        tokio::select! {
            () = tokio::time::sleep(HOUR) => {}
            _ = ended.changed() => return,
        }
    }
}

async fn strike(writer: &Writer, keep_days: i64) -> Result<(), Refusal> {
    let reminders = writer.remind(now()).await?;
    if reminders > 0 {
        tracing::info!(reminders, "notices of renewal were queued");
    }
    Ok(writer.forget_reports(now(), keep_days).await?)
}
