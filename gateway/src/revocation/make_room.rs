//! The octets of all bodies are at their bound, and somebody waits: who gives way? Whoever holds most, and of what is theirs
//! the answer that has been left unread for longest; never the newcomer.

use std::sync::Arc;
use std::time::Instant;

use super::cut;
use crate::budget::{Bound, Party};
use crate::config::Limits;
use crate::gateway::House;
use crate::live::Connection;
use crate::live::cancel_signal::{First, Why};
use crate::live::deadlines::LeastSpeed;
use crate::live::in_flight::Flight;

/// What an unread answer holds, roughly: so many are ended at a time as are thought to be enough.
const EACH: u64 = 64 << 10;

/// Ends what must give way, if anybody waits.
pub(super) fn make_room(house: &House) {
    let octets = &house.live.octets;
    let wanted = octets.wanted();
    if wanted == 0 {
        return;
    }
    let Some(greediest) = octets.greediest() else { return };
    let (mut unread, mut most) = (Vec::new(), None::<Arc<Connection>>);
    house.live.each(|connection| {
        if connection.octets.holder() != Some(&greediest) {
            return;
        }
        if most.as_ref().is_none_or(|most| most.octets.held() < connection.octets.held()) {
            most = Some(Arc::clone(connection));
        }
        connection.each_flight(|flight| {
            if let Some(since) = flight.unread_since().filter(|_| flight.rope.why().is_none()) {
                unread.push((since, Arc::clone(connection), Arc::clone(flight)));
            }
        });
    });
    let begun = Instant::now();
    if unread.is_empty() {
        // Answers of ours, or such as ended and were not taken.
        if let Some(connection) = most.filter(|most| most.cut(Why::Budget) == First::Yes) {
            tracing::info!(held = connection.octets.held(), "a connection gives way");
            house.metrics.cut(Why::Budget, begun.elapsed());
            house.metrics.budget_refused(greediest.party(), Bound::Octets);
        }
        return;
    }
    unread.sort_by_key(|(since, ..)| *since);
    let enough = usize::try_from(wanted / EACH).unwrap_or(usize::MAX).saturating_add(1);
    for (_, connection, flight) in unread.into_iter().take(enough) {
        if cut::cut(house, &connection, &flight, (Why::Budget, begun)) == First::Yes {
            house.metrics.budget_refused(greediest.party(), Bound::Octets);
        }
    }
}

/// Why a request is ended whose client, or whose backend, takes too long.
pub(super) fn overdue(house: &House, flight: &Flight, clock: u64, limits: &Limits) -> Option<Why> {
    let why = flight.overdue(clock, limits.body_idle);
    // Asked in any case: it is what counts.
    let slow = flight.is_too_slow(clock, LeastSpeed::of(limits));
    if why.is_none() && slow {
        house.metrics.budget_refused(Party::Device, Bound::Speed);
        return Some(Why::SlowClient);
    }
    why
}
