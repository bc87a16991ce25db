//! Asks the registry for what a report says.

use certs::Timestamp;

use super::unused::{self, Unused};
use crate::ledger::Ledger;
use crate::refusal::Unavailable;
use crate::sheet::PrintedReport;

/// What nobody used for so many days; copies of logins are kept for so many.
pub(crate) async fn unused(
    ledger: &Ledger,
    (days, now): (i64, Timestamp),
    kept: i64,
) -> Result<PrintedReport, Unavailable> {
    let since = unused::since(now, days);
    let unused = Unused { people: ledger.unused_people(since).await?, devices: ledger.unused_devices(since).await? };
    Ok(unused.long_enough(since).printed((days, now), kept))
}
