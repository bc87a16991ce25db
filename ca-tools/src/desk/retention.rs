//! What the desk does by the clock: at its start, and every hour.

use std::time::Duration;

use tokio::sync::watch;

use crate::acts::{By, Writer};
use crate::clock::now;
use crate::config::Retention;
use crate::refusal::Refusal;

/// Notices go by days, and so do old facts; an hour's delay is none.
const HOUR: Duration = Duration::from_secs(3_600);

/// What the clock goes by, in days.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    /// So long copies of access lines are kept.
    pub lines: i64,
    /// So long an initial password opens something.
    pub initial_passwords: i64,
    /// So long everything else is.
    pub kept: Retention,
}

/// What is old goes by days, and each time leaves an event.
const HOURS_OF_A_DAY: u32 = 24;

/// Keeps the hours until the sender of `ended` is gone.
pub async fn keep_hours(writer: Writer, days: Days, mut ended: watch::Receiver<()>) {
    for hour in (0..HOURS_OF_A_DAY).cycle() {
        strike(&writer, days).await;
        if hour == 0 {
            end_old(&writer, &days.kept).await;
        }
        tokio::select! {
            () = tokio::time::sleep(HOUR) => {}
            _ = ended.changed() => return,
        }
    }
}

async fn end_old(writer: &Writer, kept: &Retention) {
    let ended = match By::desk(now()) {
        Ok(desk) => writer.end_old_rows(&desk, kept).await,
        Err(why) => Err(why),
    };
    match ended {
        Ok(ended) if ended.is_empty() => {}
        Ok(ended) => {
            for one in ended {
                tracing::info!(kind = one.kind.as_str(), count = one.count, "what was old was ended");
            }
        }
        Err(why) => tracing::warn!(%why, "ending what is old waits for the next day"),
    }
}

/// Each by itself: what cannot be done keeps nothing else from being done, and what makes room comes first.
async fn strike(writer: &Writer, days: Days) {
    let waits = |what: &str, why: &Refusal| tracing::warn!(%why, "{what} waits for the next hour");
    if let Err(why) = writer.forget_reports(now(), days.lines).await {
        waits("forgetting old reports", &why.into());
    }
    match writer.lapse_initial_passwords(now(), days.initial_passwords).await {
        Ok(lapsed) if lapsed.is_empty() => {}
        Ok(lapsed) => tracing::info!(?lapsed, "initial passwords expired unchanged"),
        Err(why) => waits("ending old initial passwords", &why),
    }
    match writer.lapse_proposals(now()).await {
        Ok(0) => {}
        Ok(lapsed) => tracing::info!(lapsed, "proposals lapsed"),
        Err(why) => waits("ending old proposals", &why),
    }
    match writer.remind(now()).await {
        Ok(0) => {}
        Ok(reminders) => tracing::info!(reminders, "notices of renewal were queued"),
        Err(why) => waits("reminding of renewals", &why),
    }
}
