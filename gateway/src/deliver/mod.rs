//! Brings reports to the desk, one batch after the other, and keeps at it while the desk is away.

mod statement;

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::gateway::{Gateway, now};
use crate::proxy;
use crate::reports::Batch;

/// How long reports gather before they are told together.
const GATHER: Duration = Duration::from_millis(20);
/// How long nothing at all is told.
const SIGN_OF_LIFE: Duration = Duration::from_secs(600);
/// How long until a batch is tried again, at first and at last.
const RETRY: Duration = Duration::from_millis(250);
const RETRY_AT_MOST: Duration = Duration::from_secs(10);

/// What became of a try.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Delivery {
    /// The desk has it.
    Taken,
    /// The desk will never take it.
    Refused(StatusCode),
    /// It is to be tried again, whatever the answer was.
    NotNow(Option<StatusCode>),
}

/// Tells as long as the gateway runs.
pub async fn run(gateway: Arc<Gateway>) {
    loop {
        // With nothing to tell, too: a gateway that is never heard of is taken for one that is gone.
        if tokio::time::timeout(SIGN_OF_LIFE, gateway.reports.news()).await.is_ok() {
            tokio::time::sleep(GATHER).await;
        }
        let name = gateway.rules.load().config.name.clone();
        let batch = gateway.reports.batch(&name);
        deliver(&gateway, &batch).await;
    }
}

/// Returns when all has been told, or the desk does not take it now.
pub async fn finish(gateway: &Gateway) {
    while gateway.reports.stats().spooled > 0 {
        tokio::time::sleep(GATHER).await;
    }
}

async fn deliver(gateway: &Gateway, batch: &Batch) {
    let mut pause = RETRY;
    loop {
        match told(gateway, batch).await {
            Delivery::Taken => {
                if pause > RETRY {
                    tracing::info!("the desk takes reports again");
                }
                return gateway.reports.taken(batch);
            }
            Delivery::Refused(status) => {
                tracing::error!(status = status.as_u16(), reports = batch.count(), "the desk refused reports; dropped");
                return gateway.reports.refused(batch);
            }
            Delivery::NotNow(status) => {
                if pause == RETRY {
                    let status = status.map(|status| status.as_u16());
                    tracing::warn!(status, "the desk takes no reports; they are kept and tried again");
                }
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(RETRY_AT_MOST);
            }
        }
    }
}

/// One try. Rules are read anew, so that another address or key counts from the next try on.
async fn told(gateway: &Gateway, batch: &Batch) -> Delivery {
    let rules = gateway.rules.load_full();
    let desk = rules.config.reports.as_ref().and_then(|reports| rules.upstreams.get(&reports.desk));
    let Some(desk) = desk else { return Delivery::NotNow(None) };
    let Ok(statement) = statement::sign(&rules.keys, &rules.config.name, batch.body(), now()) else {
        return Delivery::NotNow(None);
    };
    match proxy::report(desk, batch.body().clone(), statement).await {
        Ok(status) => judged(status),
        Err(error) => {
            tracing::debug!(error, "a report did not come through");
            Delivery::NotNow(None)
        }
    }
}

/// What the desk's answer means. What it cannot read it will never read; anything else may pass: clocks that are apart, a
/// key it does not know yet, another server at its address. A report that waits is lost only to a worthier one.
fn judged(status: StatusCode) -> Delivery {
    let unreadable = [StatusCode::BAD_REQUEST, StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNPROCESSABLE_ENTITY];
    if status.is_success() {
        Delivery::Taken
    } else if unreadable.contains(&status) {
        Delivery::Refused(status)
    } else {
        Delivery::NotNow(Some(status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_desk_cannot_read_is_dropped_and_everything_else_is_tried_again() {
        let refused = |status: u16| Delivery::Refused(StatusCode::from_u16(status).unwrap());
        let not_now = |status: u16| Delivery::NotNow(StatusCode::from_u16(status).ok());
        for (status, expected) in [
            (204, Delivery::Taken),
            (200, Delivery::Taken),
            (400, refused(400)),
            (413, refused(413)),
            (422, refused(422)),
            (303, not_now(303)),
            (401, not_now(401)),
            (403, not_now(403)),
            (404, not_now(404)),
            (408, not_now(408)),
            (429, not_now(429)),
            (500, not_now(500)),
            (503, not_now(503)),
        ] {
            assert_eq!(judged(StatusCode::from_u16(status).unwrap()), expected, "{status}");
        }
    }
}
