//! What the desk does by the clock: at its start, and every hour.

use std::time::Duration;

use tokio::sync::watch;

use crate::command::now;
use crate::writer::{Refusal, Writer};

/// Notices go by days, and so do old facts; an hour's delay is none.
const HOUR: Duration = Duration::from_secs(3_600);

/// What the clock goes by, in days.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    /// So long copies of access lines are kept.
    pub lines: i64,
    /// So long an initial password opens something.
    pub initial_passwords: i64,
}

/// Keeps the hours until the sender of `ended` is gone.
pub async fn keep_hours(writer: Writer, days: Days, mut ended: watch::Receiver<()>) {
    loop {
        if let Err(why) = strike(&writer, days).await {
            tracing::warn!(%why, "what is done by the hour waits: the registry does not answer");
        }
        tokio::select! {
            () = tokio::time::sleep(HOUR) => {}
            _ = ended.changed() => return,
        }
    }
}

async fn strike(writer: &Writer, days: Days) -> Result<(), Refusal> {
    let reminders = writer.remind(now()).await?;
    if reminders > 0 {
        tracing::info!(reminders, "notices of renewal were queued");
    }
    let lapsed = writer.lapse_initial_passwords(now(), days.initial_passwords).await?;
    if !lapsed.is_empty() {
        tracing::info!(?lapsed, "initial passwords that nobody changed open nothing any more");
    }
    Ok(writer.forget_reports(now(), days.lines).await?)
}
