//! What may be asked by those who have shown no known device, and when does one stop being a stranger?
//!
//! Each answer to a stranger costs work, a page and a line. So their source has a pace, wide enough for an office of people
//! behind one address: who is faster is told to come again later, and who goes on all the same is hung up on. On a connection
//! on which a known device was let in nothing of this is asked.

use http::StatusCode;

use super::request_context::RequestContext;
use crate::budget::{Bound, NoRoom, Party, RateVerdict};
use crate::device::VerifiedDevice;
use crate::live::cancel_signal::{CloseReason, First};
use crate::live::strangers::StrangerRequest;
use crate::refusal::Refusal;

/// In seconds: until a busy device has ended something, or a new connection is opened.
const SOON: u64 = 5;

/// A stranger asks for an answer.
///
/// # Errors
/// [`Refusal::RateLimited`]: faster than may be.
pub(super) fn ask(context: &mut RequestContext, request_class: StrangerRequest) -> Result<(), Refusal> {
    let client = &context.client;
    if client.connection.is_admitted() {
        return Ok(());
    }
    let pace = client.gateway.strangers.ask(request_class, &client.connection, &context.rules.config.limits);
    if pace == RateVerdict::Within {
        return Ok(());
    }
    client.gateway.metrics.budget_refused(Party::Source, Bound::Rate);
    match pace {
        RateVerdict::Within => {}
        RateVerdict::Over(seconds) => context.hints.retry_after = Some(seconds),
        RateVerdict::FarOver => {
            if client.connection.cut(CloseReason::Budget) == First::Yes {
                client.gateway.metrics.cut(CloseReason::Budget, std::time::Duration::ZERO);
            }
        }
    }
    Err(Refusal::RateLimited)
}

/// What a refusal becomes: where a stranger asks too fast, that. Whom we cannot judge just now we do not call one.
pub(super) fn refused(context: &mut RequestContext, refusal: Refusal) -> Refusal {
    if refusal == Refusal::RateLimited || refusal.status() == StatusCode::SERVICE_UNAVAILABLE {
        return refusal;
    }
    ask(context, StrangerRequest::Other).err().unwrap_or(refusal)
}

/// The device was let in: its connection is a stranger's no more. Says whether it was so before.
///
/// # Errors
/// [`Refusal::RateLimited`]: the device has as many connections as it may, and something is asked on each.
pub(super) fn let_in(context: &mut RequestContext, device: &VerifiedDevice) -> Result<First, Refusal> {
    let client = &context.client;
    match client.connection.admit(device.device()) {
        Ok((first, gone)) => {
            client.gateway.metrics.gave_way(gone.as_slice());
            Ok(first)
        }
        Err(full) => {
            match full {
                NoRoom::Device => client.gateway.metrics.budget_refused(Party::Device, Bound::Connections),
                NoRoom::Connections | NoRoom::Source | NoRoom::Leaving | NoRoom::Evicted => {}
            }
            client.connection.drain.cancel(CloseReason::Budget);
            context.hints.retry_after = Some(SOON);
            Err(Refusal::RateLimited)
        }
    }
}
