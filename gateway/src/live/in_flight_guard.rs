//! The requests in flight on one connection, each from its take-off to its landing.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::cancel_signal::Why;
use super::connection::Connection;
use super::in_flight::Flight;
use super::requests::{Crowded, InFlight, Seat};
use crate::budget::{Party, Sitter};

/// A request in flight; it lands when this is dropped.
#[derive(Debug)]
pub struct Airborne {
    flight: Arc<Flight>,
    connection: Arc<Connection>,
    _seat: Seat,
}

/// A request took off; others had to give way, and are to be ended.
#[derive(Debug)]
pub struct TakenOff {
    /// The request.
    pub airborne: Airborne,
    /// Those who gave way, and by whose bound.
    pub gave_way: Vec<(Party, InFlight)>,
}

impl Connection {
    /// Enters a request to an upstream of this name, which takes so many at a time.
    ///
    /// # Errors
    /// [`Crowded`].
    pub fn take_off(
        self: &Arc<Self>,
        flight: Flight,
        (upstream, most): (&Arc<str>, usize),
    ) -> Result<TakenOff, Crowded> {
        self.behaves()?;
        let flight = Arc::new(flight);
        let record = &flight.bearer.record;
        let sitter = Sitter { device: record.device(), id: record.login_id().clone(), upstream: Arc::clone(upstream) };
        let in_flight = InFlight::on(self, &flight);
        let (seat, gave_way) = self.live().requests.take(sitter, most, Some(in_flight))?;
        self.flights.flying.fetch_add(1, Ordering::SeqCst);
        self.flights.list().push(Arc::clone(&flight));
        Ok(TakenOff { airborne: Airborne { flight, connection: Arc::clone(self), _seat: seat }, gave_way })
    }

    /// Shows every request in flight to `visit`; none lands meanwhile, so that it must not take long.
    pub fn each_flight(&self, visit: impl FnMut(&Arc<Flight>)) {
        if self.flights.flying.load(Ordering::SeqCst) > 0 {
            self.flights.list().iter().for_each(visit);
        }
    }

    /// Whether an answer is on its way that its own cause must not swallow.
    pub fn carries_spared(&self, now: u64) -> bool {
        let mut spared = false;
        self.each_flight(|flight| spared |= flight.spare(now));
        spared
    }
}

impl Airborne {
    /// The flight.
    #[must_use]
    pub fn flight(&self) -> &Arc<Flight> {
        &self.flight
    }

    /// The connection it came on.
    #[must_use]
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Why it or its connection was ended by us, if it was.
    #[must_use]
    pub fn cut(&self) -> Option<Why> {
        self.flight.rope.why().or_else(|| self.connection.rope.why())
    }
}

impl Drop for Airborne {
    fn drop(&mut self) {
        self.flight.leave.over();
        let mut list = self.connection.flights.list();
        if let Some(at) = list.iter().position(|flight| Arc::ptr_eq(flight, &self.flight)) {
            list.swap_remove(at);
        }
        drop(list);
        self.connection.flights.flying.fetch_sub(1, Ordering::SeqCst);
    }
}
