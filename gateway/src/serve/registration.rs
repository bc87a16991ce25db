//! A request takes a place among those in flight, or is told to come again in a moment.

use std::sync::Arc;

use super::connection_context::ConnectionContext;
use super::request_context::ResponseHints;
use crate::budget::RequestOwner;
use crate::live::in_flight::InFlight;
use crate::live::requests::{OverLimit, RequestSlot};
use crate::live::{InFlightGuard, Registered};
use crate::proxy::Upstream;
use crate::refusal::Refusal;
use crate::revocation;

/// Seconds after which there may be room again.
pub(super) const SOON: u64 = 1;

/// Whose connection it is that a request comes on, and what its page is to say where it is not registered.
pub(super) struct Registration<'a> {
    pub(super) client: &'a ConnectionContext,
    pub(super) hints: &'a mut ResponseHints,
}

/// A request to `upstream` is registered. Who has to give way for it is ended.
///
/// # Errors
/// [`Refusal::RateLimited`].
pub(super) fn register(
    by: Registration<'_>,
    upstream: &Upstream,
    in_flight: InFlight,
) -> Result<InFlightGuard, Refusal> {
    let gateway = Arc::clone(&by.client.gateway);
    let taken = by.client.connection.register(in_flight, &upstream.name, upstream.requests);
    let Registered { guard, gave_way } = taken.map_err(|over| refused(by, over))?;
    revocation::give_way(&gateway, gave_way);
    Ok(guard)
}

/// As [`register`], for what the gateway itself asks `upstream` on a person's behalf: it is never ended half-way.
///
/// # Errors
/// [`Refusal::RateLimited`].
pub(super) fn register_own_request(
    by: Registration<'_>,
    upstream: &Upstream,
    owner: RequestOwner,
) -> Result<RequestSlot, Refusal> {
    let gateway = Arc::clone(&by.client.gateway);
    let taken = gateway.live.requests.take(owner, upstream.requests, None);
    let (slot, gave_way) = taken.map_err(|over| refused(by, over))?;
    revocation::give_way(&gateway, gave_way);
    Ok(slot)
}

/// Counts it, and says when to come again.
pub(super) fn refused(by: Registration<'_>, OverLimit { party, bound, at_fault }: OverLimit) -> Refusal {
    let metrics = &by.client.gateway.metrics;
    metrics.budget_refused(party, bound);
    if !at_fault {
        metrics.honest_refused();
    }
    by.hints.retry_after = Some(SOON);
    Refusal::RateLimited
}
