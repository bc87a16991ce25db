//! What the desk does by the clock: at its start, and every hour.

use std::time::Duration;

use certs::Timestamp;
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

/// What stood in the record before the last month is not much older than that, or the clock is not believed.
const A_MONTH: i64 = 30 * 86_400;
/// So long nothing happens in a house at most.
const LONGEST_SILENCE: i64 = 183 * 86_400;

/// Keeps the hours until the sender of `ended` is gone.
pub async fn keep_hours(writer: Writer, days: Days, mut ended: watch::Receiver<()>) {
    for hour in (0..HOURS_OF_A_DAY).cycle() {
        // What makes room comes first; and nothing that does not come back is ended by a clock that was set wrong.
        if is_borne_out(&writer).await {
            end_for_good(&writer, days).await;
            if hour == 0 {
                end_old(&writer, &days.kept).await;
            }
        }
        strike(&writer, days).await;
        tokio::select! {
            () = tokio::time::sleep(HOUR) => {}
            _ = ended.changed() => return,
        }
    }
}

/// Whether the record goes on up to what the clock says. One that is years ahead makes everything old at once; whatever is written
/// by it meanwhile tells nothing for a month, until when somebody has seen it.
async fn is_borne_out(writer: &Writer) -> bool {
    let now = now();
    match writer.ledger().last_event_until(now.plus(-A_MONTH)).await {
        Ok(last) if goes_on(last, now) => true,
        Ok(last) => {
            tracing::error!(?last, "nothing old is ended: the clock is months ahead of the record; is it right?");
            false
        }
        Err(why) => {
            tracing::warn!(%why, "ending what is old waits for the next hour");
            false
        }
    }
}

fn goes_on(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now.plus(-A_MONTH - LONGEST_SILENCE) <= last)
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

fn waits(what: &str, why: &Refusal) {
    tracing::warn!(%why, "{what} waits for the next hour");
}

/// What does not come back. Each by itself: what cannot be done keeps nothing else from being done.
async fn end_for_good(writer: &Writer, days: Days) {
    if let Err(why) = writer.forget_reports(now(), days.lines).await {
        waits("forgetting old reports", &why.into());
    }
    match writer.retire_unused(now()).await {
        Ok(gone) if gone.is_empty() => {}
        Ok(gone) => tracing::info!(devices = gone.len(), "devices that nobody can use went out of use"),
        Err(why) => waits("ending devices that nobody can use", &why),
    }
    match writer.carry_out_campaign_steps(now()).await {
        Ok(0) => {}
        Ok(deleted) => tracing::info!(deleted, "what a campaign decided to delete was deleted"),
        Err(why) => waits("deleting what a campaign decided", &why),
    }
}

/// What an operator can put right again, and what only protects; each by itself.
async fn strike(writer: &Writer, days: Days) {
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
    match writer.remind_of_approvals(now()).await {
        Ok(0) => {}
        Ok(reminders) => tracing::info!(reminders, "notices of approvals that end were queued"),
        Err(why) => waits("reminding of approvals", &why),
    }
    match writer.remind_of_campaigns(now()).await {
        Ok(0) => {}
        Ok(letters) => tracing::info!(letters, "offices were reminded of a campaign"),
        Err(why) => waits("reminding of a campaign", &why),
    }
    match writer.remind(now()).await {
        Ok(0) => {}
        Ok(reminders) => tracing::info!(reminders, "notices of renewal were queued"),
        Err(why) => waits("reminding of renewals", &why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_believed_where_the_record_goes_on_up_to_it() {
        const DAY: i64 = 86_400;
        let now = Timestamp::from_unix(1_900_000_000);
        let last = |days: i64| goes_on(Some(now.plus(-days * DAY)), now);
        assert!(goes_on(None, now), "the house is younger than a month");
        assert!(last(31) && last(200));
        assert!(!last(214) && !last(3_650));
    }
}
