//! What may be asked by those who have shown no known device, and when does one stop being a stranger?
//!
//! Each answer to a stranger costs work, a page and a line. So their source has a pace, wide enough for an office of people
//! behind one address: who is faster is told to come again later, and who goes on all the same is hung up on. On a connection
//! on which a known device was let in nothing of this is asked.

use http::StatusCode;

use super::visit::Visit;
use crate::budget::{Bound, Full, Pace, Party};
use crate::device::VerifiedDevice;
use crate::live::cancel_signal::{First, Why};
use crate::live::strangers::Wish;
use crate::refusal::Refusal;

/// In seconds: until a busy device has ended something, or a new connection is opened.
const SOON: u64 = 5;

/// A stranger asks for an answer.
///
/// # Errors
/// [`Refusal::RateLimited`]: faster than may be.
pub(super) fn ask(visit: &mut Visit, wish: Wish) -> Result<(), Refusal> {
    let door = &visit.door;
    if door.connection.is_admitted() {
        return Ok(());
    }
    let pace = door.house.strangers.ask(wish, &door.connection, &visit.rules.config.limits);
    if pace == Pace::Within {
        return Ok(());
    }
    door.house.metrics.budget_refused(Party::Source, Bound::Rate);
    match pace {
        Pace::Within => {}
        Pace::Over(seconds) => visit.learnt.retry_after = Some(seconds),
        Pace::FarOver => {
            if door.connection.cut(Why::Budget) == First::Yes {
                door.house.metrics.cut(Why::Budget, std::time::Duration::ZERO);
            }
        }
    }
    Err(Refusal::RateLimited)
}

/// What a refusal becomes: where a stranger asks too fast, that. Whom the house cannot judge just now it does not call one.
pub(super) fn refused(visit: &mut Visit, refusal: Refusal) -> Refusal {
    if refusal == Refusal::RateLimited || refusal.status() == StatusCode::SERVICE_UNAVAILABLE {
        return refusal;
    }
    ask(visit, Wish::Other).err().unwrap_or(refusal)
}

/// The device was let in: its connection is a stranger's no more. Says whether it was so before.
///
/// # Errors
/// [`Refusal::RateLimited`]: the device has as many connections as it may, and something is asked on each.
pub(super) fn let_in(visit: &mut Visit, device: &VerifiedDevice) -> Result<First, Refusal> {
    let door = &visit.door;
    match door.connection.admit(device.device()) {
        Ok((first, gone)) => {
            door.house.metrics.gave_way(gone.as_slice());
            Ok(first)
        }
        Err(full) => {
            match full {
                Full::Device => door.house.metrics.budget_refused(Party::Device, Bound::Connections),
                Full::Connections | Full::Source | Full::Leaving | Full::Gone => {}
            }
            door.connection.drain.cut(Why::Budget);
            visit.learnt.retry_after = Some(SOON);
            Err(Refusal::RateLimited)
        }
    }
}
