//! A request takes a place among those in flight, or is told to come again in a moment.

use std::sync::Arc;

use registry::LoginId;

use super::door::Door;
use super::visit::Learnt;
use crate::budget::Sitter;
use crate::device::VerifiedDevice;
use crate::live::in_flight::Flight;
use crate::live::requests::{Crowded, Seat};
use crate::live::{Airborne, TakenOff};
use crate::proxy::Upstream;
use crate::refusal::Refusal;
use crate::revocation;

/// Seconds after which there may be room again.
pub(super) const SOON: u64 = 1;

/// A request takes off to `upstream`. Who has to give way for it is ended.
///
/// # Errors
/// [`Refusal::RateLimited`].
pub(super) fn take_off(
    (door, learnt): (&Door, &mut Learnt),
    upstream: &Upstream,
    flight: Flight,
) -> Result<Airborne, Refusal> {
    let taken = door.connection.take_off(flight, (&upstream.name, upstream.requests));
    let TakenOff { airborne, gave_way } = taken.map_err(|crowded| refused((door, learnt), crowded))?;
    revocation::give_way(&door.house, gave_way);
    Ok(airborne)
}

/// As [`take_off`], for what the gateway itself asks `upstream` on a person's behalf: it is never ended half-way.
///
/// # Errors
/// [`Refusal::RateLimited`].
pub(super) fn errand(
    (door, learnt): (&Door, &mut Learnt),
    upstream: &Upstream,
    (device, id): (&VerifiedDevice, &LoginId),
) -> Result<Seat, Refusal> {
    let sitter = Sitter { device: device.device(), id: id.clone(), upstream: Arc::clone(&upstream.name) };
    let taken = door.house.live.requests.take(sitter, upstream.requests, None);
    let (seat, gave_way) = taken.map_err(|crowded| refused((door, learnt), crowded))?;
    revocation::give_way(&door.house, gave_way);
    Ok(seat)
}

/// Counts it, and says when to come again.
pub(super) fn refused((door, learnt): (&Door, &mut Learnt), Crowded { party, bound, greedy }: Crowded) -> Refusal {
    let metrics = &door.house.metrics;
    metrics.budget_refused(party, bound);
    if !greedy {
        metrics.honest_refused();
    }
    learnt.retry_after = Some(SOON);
    Refusal::RateLimited
}
