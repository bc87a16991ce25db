//! What did a change do, gateway by gateway? An operator's command waits for it, for a while.

use std::time::Duration;

use certs::Timestamp;
use tokio::time::Instant;

use super::Ledger;
use crate::refusal::Unavailable;
use crate::reports::{Confirmation, FORGOTTEN, Receipt};

/// How long a command waits at most.
const PATIENCE: Duration = Duration::from_secs(5);
/// Reading takes no lock, so looking often is in nobody's way.
const LOOK: Duration = Duration::from_millis(20);

/// Waits until every gateway that told something in the last day has done the change of this version;
/// what they say then, or when patience ends. No gateway: no receipts, at once.
///
/// # Errors
/// The registry does not answer.
pub async fn receipts(ledger: &Ledger, version: u64, now: Timestamp) -> Result<Vec<Receipt>, Unavailable> {
    let deadline = Instant::now() + PATIENCE;
    let since = now.plus(-FORGOTTEN);
    loop {
        let receipts = ledger.confirmations(version, since).await?;
        let done = receipts.iter().all(|receipt| matches!(receipt.says, Confirmation::Done { .. }));
        if done || Instant::now() >= deadline {
            return Ok(receipts);
        }
        tokio::time::sleep(LOOK).await;
    }
}
