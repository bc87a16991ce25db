//! Tickets that open nothing any more, because their device has a newer one, or is out of use.

use certs::DeviceNo;
use registry::OfficeNo;

use super::change::Change;
use crate::refusal::Refusal;
use crate::rows::ticket;
use crate::rows::ticket::Standing;
use crate::ticket::TicketState;

/// Tickets of the device of which anything could still come: from now on nothing does.
pub(super) async fn kill_open(change: &mut Change, device: DeviceNo, why: &'static str) -> Result<(), Refusal> {
    let standing = ticket::standing_of_device(change, device).await?;
    kill_all(change, standing, why).await
}

/// The same for every device of an office.
pub(super) async fn kill_of_office(change: &mut Change, office: &OfficeNo, why: &'static str) -> Result<(), Refusal> {
    let standing = ticket::standing_of_office(change, office).await?;
    kill_all(change, standing, why).await
}

async fn kill_all(change: &mut Change, standing: Vec<Standing>, why: &'static str) -> Result<(), Refusal> {
    let now = change.at();
    for Standing { ticket, stored, .. } in standing {
        // One that was never used and is over is closed as well: a clock that is put back does not open it.
        if stored.state == TicketState::Open || stored.opens(now) {
            ticket::kill(change, &ticket, why).await?;
        }
    }
    Ok(())
}
