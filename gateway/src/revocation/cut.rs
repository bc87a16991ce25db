//! Ends a connection, or a request in flight, and counts it.

use std::sync::Arc;
use std::time::Instant;

use crate::budget::{Bound, Party};
use crate::gateway::Gateway;
use crate::live::Connection;
use crate::live::cancel_signal::{CloseReason, First};
use crate::live::deadlines;
use crate::live::in_flight::InFlight;
use crate::live::requests::InFlightHandle;

/// Why something ends, and since when it is to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cause {
    pub(super) why: CloseReason,
    pub(super) begun: Instant,
}

/// The answer to the very request that caused the end is delivered first.
pub(super) fn end(gateway: &Gateway, connection: &Arc<Connection>, cause: Cause) {
    let Cause { why, begun } = cause;
    let clock = deadlines::now();
    if connection.has_response_in_grace(clock) {
        connection.drain.cancel(why);
        connection.each_in_flight(|in_flight| {
            if !in_flight.in_grace(clock) {
                cut(gateway, connection, in_flight, cause);
            }
        });
    } else if connection.cut(why) == First::Yes {
        gateway.metrics.cut(why, begun.elapsed());
    }
}

/// Over HTTP/1.1 an answer that is on its way ends with its connection: a client that does not read keeps the answer's
/// own task from ever seeing that it was cancelled. HTTP/2 ends the stream alone (see `streams`).
pub(super) fn cut(
    gateway: &Gateway,
    connection: &Connection,
    in_flight: &InFlight,
    Cause { why, begun }: Cause,
) -> First {
    let first = in_flight.cancel.cancel(why);
    if first == First::Yes {
        gateway.metrics.cut(why, begun.elapsed());
        if in_flight.timeouts.is_answered() && !connection.is_streams() {
            connection.cut(why);
        }
    }
    first
}

/// As [`cut`], of a request that was seen some time ago: it may be over, and another may run on its connection.
pub(super) fn cut_if_running(
    gateway: &Gateway,
    connection: &Connection,
    in_flight: &Arc<InFlight>,
    cause: Cause,
) -> First {
    let mut first = First::No;
    connection.each_in_flight(|each| {
        if Arc::ptr_eq(each, in_flight) {
            first = cut(gateway, connection, in_flight, cause);
        }
    });
    first
}

/// Those who gave way to others end.
pub fn give_way(gateway: &Gateway, gave_way: Vec<(Party, InFlightHandle)>) {
    let begun = Instant::now();
    for (party, InFlightHandle { in_flight, connection }) in gave_way {
        gateway.metrics.budget_refused(party, Bound::Requests);
        if let Some(connection) = connection.upgrade() {
            cut_if_running(gateway, &connection, &in_flight, Cause { why: CloseReason::Budget, begun });
        }
        // Where it was only about to be registered.
        in_flight.cancel.cancel(CloseReason::Budget);
    }
}

/// Ends what is still connected, for good.
pub fn end_all(gateway: &Gateway) {
    gateway.live.each(|connection| {
        connection.cut(CloseReason::Stopping);
    });
}
