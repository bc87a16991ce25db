//! What may be asked by those who have shown no known device, and when does one stop being a stranger?
//!
//! Each answer to a stranger costs work, a page and a line. So their source has a pace, wide enough for an office of people
//! behind one address: who is faster is told to come again later, and who goes on all the same is hung up on. On a connection
//! on which a known device was let in nothing of this is asked.

use std::sync::{Mutex, PoisonError};

use http::StatusCode;

use super::visit::Visit;
use crate::budget::{Bound, Full, Network, Pace, Party, Rate, Rates};
use crate::config::Limits;
use crate::device::VerifiedDevice;
use crate::refusal::Refusal;
use crate::tls::clockwork;
use crate::tls::cut::{First, Why};
use crate::tls::entrance;
use crate::tls::live::Connection;

/// Networks whose pace is remembered.
const REMEMBERED: usize = 16_384;
/// In seconds: until a busy device has ended something, or a new connection is opened.
const SOON: u64 = 5;

/// How fast strangers ask, by source.
#[derive(Debug)]
pub struct Strangers(Mutex<Rates<(Wish, Network)>>);

/// What a stranger asks for. Each has a pace of its own: a source that asks for all too much must still be able to say that a
/// device was lost, and to fetch what an office has applied for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum Wish {
    /// To report a lost device.
    Lost,
    /// To pick a certificate up.
    PickUp,
    /// All else.
    Other,
}

impl Wish {
    /// What is asked for under this path of a help site.
    pub(super) fn of(path: &str) -> Self {
        let under = |own: &str| path.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if under("/lost") {
            Self::Lost
        } else if under("/pickup") {
            Self::PickUp
        } else {
            Self::Other
        }
    }
}

impl Default for Strangers {
    fn default() -> Self {
        Self(Mutex::new(Rates::new(REMEMBERED)))
    }
}

impl Strangers {
    fn ask(&self, wish: Wish, connection: &Connection, limits: &Limits) -> Pace {
        let rate = Rate { per_second: limits.stranger_requests, burst: limits.stranger_burst };
        let Some(networks) = connection.source() else { return Pace::FarOver };
        let mut rates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rates.ask(networks.each().iter().map(|network| (wish, *network)), rate, clockwork::now())
    }
}

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
            entrance::told(&door.house.metrics, gone.as_slice());
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
