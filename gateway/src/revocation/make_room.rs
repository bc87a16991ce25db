//! The octets of all bodies are at their bound, and somebody waits: who gives way? Whoever holds most, and of what is theirs
//! the answer that has been left unread for longest; never the newcomer.

use std::sync::Arc;
use std::time::Instant;

use super::cut::{Cause, cut};
use crate::budget::{Bound, Party};
use crate::config::Limits;
use crate::gateway::Gateway;
use crate::live::Connection;
use crate::live::cancel_signal::{CloseReason, First};
use crate::live::deadlines::MinimumSpeed;
use crate::live::in_flight::InFlight;

/// What an unread answer holds, roughly: so many are ended at a time as are thought to be enough.
const EACH: u64 = 64 << 10;

/// Ends what must give way, if anybody waits.
pub(super) fn make_room(gateway: &Gateway) {
    let octets = &gateway.live.octets;
    let wanted = octets.wanted();
    if wanted == 0 {
        return;
    }
    let Some(heaviest) = octets.heaviest() else { return };
    let (mut unread, mut most) = (Vec::new(), None::<Arc<Connection>>);
    gateway.live.each(|connection| {
        if connection.octets.holder() != Some(&heaviest) {
            return;
        }
        if most.as_ref().is_none_or(|most| most.octets.held() < connection.octets.held()) {
            most = Some(Arc::clone(connection));
        }
        connection.each_in_flight(|in_flight| {
            if let Some(since) = in_flight.unread_since().filter(|_| in_flight.cancel.reason().is_none()) {
                unread.push((since, Arc::clone(connection), Arc::clone(in_flight)));
            }
        });
    });
    let begun = Instant::now();
    if unread.is_empty() {
        // Answers of ours, or such as ended and were not taken.
        if let Some(connection) = most.filter(|most| most.cut(CloseReason::Budget) == First::Yes) {
            tracing::info!(held = connection.octets.held(), "buffer limit reached: a connection was evicted");
            gateway.metrics.cut(CloseReason::Budget, begun.elapsed());
            gateway.metrics.budget_refused(heaviest.party(), Bound::Octets);
        }
        return;
    }
    unread.sort_by_key(|(since, ..)| *since);
    let enough = usize::try_from(wanted / EACH).unwrap_or(usize::MAX).saturating_add(1);
    for (_, connection, in_flight) in unread.into_iter().take(enough) {
        if cut(gateway, &connection, &in_flight, Cause { why: CloseReason::Budget, begun }) == First::Yes {
            gateway.metrics.budget_refused(heaviest.party(), Bound::Octets);
        }
    }
}

/// Why a request is ended whose client, or whose backend, takes too long.
pub(super) fn overdue(gateway: &Gateway, in_flight: &InFlight, clock: u64, limits: &Limits) -> Option<CloseReason> {
    let why = in_flight.overdue(clock, limits.body_idle);
    // Asked in any case: it is what counts.
    let slow = in_flight.is_too_slow(clock, MinimumSpeed::of(limits));
    if why.is_none() && slow {
        gateway.metrics.budget_refused(Party::Device, Bound::Speed);
        return Some(CloseReason::SlowClient);
    }
    why
}
