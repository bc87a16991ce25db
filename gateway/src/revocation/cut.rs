//! Ends a connection, or a request in flight, and counts it.

use std::sync::Arc;
use std::time::Instant;

use crate::budget::{Bound, Party};
use crate::gateway::House;
use crate::live::Connection;
use crate::live::cancel_signal::{First, Why};
use crate::live::deadlines;
use crate::live::in_flight::Flight;
use crate::live::requests::InFlight;

/// The answer to the very request that caused the end is delivered first.
pub(super) fn end(house: &House, connection: &Arc<Connection>, why: Why, begun: Instant) {
    let clock = deadlines::now();
    if connection.carries_spared(clock) {
        connection.drain.cut(why);
        connection.each_flight(|flight| {
            if !flight.spare(clock) {
                cut(house, connection, flight, (why, begun));
            }
        });
    } else if connection.cut(why) == First::Yes {
        house.metrics.cut(why, begun.elapsed());
    }
}

/// Over HTTP/1.1 an answer that is on its way ends with its connection: a client that does not read keeps the answer's
/// own task from ever looking at the rope. HTTP/2 ends the stream alone (see `streams`).
pub(super) fn cut(house: &House, connection: &Connection, flight: &Flight, (why, begun): (Why, Instant)) -> First {
    let first = flight.rope.cut(why);
    if first == First::Yes {
        house.metrics.cut(why, begun.elapsed());
        if flight.patience.is_answered() && !connection.is_streams() {
            connection.cut(why);
        }
    }
    first
}

/// As [`cut`], of a request that was seen some time ago: it may have landed, and another may run on its connection.
pub(super) fn cut_flying(house: &House, connection: &Connection, flight: &Arc<Flight>, why: (Why, Instant)) -> First {
    let mut first = First::No;
    connection.each_flight(|each| {
        if Arc::ptr_eq(each, flight) {
            first = cut(house, connection, flight, why);
        }
    });
    first
}

/// Those who gave way to others end.
pub fn give_way(house: &House, gave_way: Vec<(Party, InFlight)>) {
    let begun = Instant::now();
    for (party, InFlight { flight, connection }) in gave_way {
        house.metrics.budget_refused(party, Bound::Requests);
        if let Some(connection) = connection.upgrade() {
            cut_flying(house, &connection, &flight, (Why::Budget, begun));
        }
        // Where it was only about to take off.
        flight.rope.cut(Why::Budget);
    }
}

/// Ends what is still connected, for good.
pub fn end_all(house: &House) {
    house.live.each(|connection| {
        connection.cut(Why::Stopping);
    });
}
