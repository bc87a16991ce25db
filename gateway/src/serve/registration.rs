//! A request takes a place among those in flight, or is told to come again in a moment.

use std::sync::Arc;

use registry::LoginId;

use super::connection_context::ConnectionContext;
use super::request_context::ResponseHints;
use crate::budget::RequestOwner;
use crate::device::VerifiedDevice;
use crate::live::in_flight::InFlight;
use crate::live::requests::{OverLimit, RequestSlot};
use crate::live::{InFlightGuard, Registered};
use crate::proxy::Upstream;
use crate::refusal::Refusal;
use crate::revocation;

/// Seconds after which there may be room again.
pub(super) const SOON: u64 = 1;

/// A request to `upstream` is registered. Who has to give way for it is ended.
///
/// # Errors
/// [`Refusal::RateLimited`].
pub(super) fn register(
    (client, hints): (&ConnectionContext, &mut ResponseHints),
    upstream: &Upstream,
    in_flight: InFlight,
) -> Result<InFlightGuard, Refusal> {
    let taken = client.connection.register(in_flight, (&upstream.name, upstream.requests));
    let Registered { guard, gave_way } = taken.map_err(|crowded| refused((client, hints), crowded))?;
    revocation::give_way(&client.gateway, gave_way);
    Ok(guard)
}

/// As [`register`], for what the gateway itself asks `upstream` on a person's behalf: it is never ended half-way.
///
/// # Errors
/// [`Refusal::RateLimited`].
pub(super) fn register_own_request(
    (client, hints): (&ConnectionContext, &mut ResponseHints),
    upstream: &Upstream,
    (device, id): (&VerifiedDevice, &LoginId),
) -> Result<RequestSlot, Refusal> {
    let owner = RequestOwner { device: device.device(), id: id.clone(), upstream: Arc::clone(&upstream.name) };
    let taken = client.gateway.live.requests.take(owner, upstream.requests, None);
    let (slot, gave_way) = taken.map_err(|crowded| refused((client, hints), crowded))?;
    revocation::give_way(&client.gateway, gave_way);
    Ok(slot)
}

/// Counts it, and says when to come again.
pub(super) fn refused(
    (client, hints): (&ConnectionContext, &mut ResponseHints),
    OverLimit { party, bound, at_fault }: OverLimit,
) -> Refusal {
    let metrics = &client.gateway.metrics;
    metrics.budget_refused(party, bound);
    if !at_fault {
        metrics.honest_refused();
    }
    hints.retry_after = Some(SOON);
    Refusal::RateLimited
}
