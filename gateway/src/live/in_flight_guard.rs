//! The requests in flight on one connection, each from its registration until its answer is out.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::cancel_signal::CloseReason;
use super::connection::Connection;
use super::in_flight::InFlight;
use super::requests::{InFlightHandle, OverLimit, RequestSlot};
use crate::budget::{Party, RequestOwner};

/// A request in flight, until this is dropped.
#[derive(Debug)]
pub struct InFlightGuard {
    in_flight: Arc<InFlight>,
    connection: Arc<Connection>,
    _slot: RequestSlot,
}

/// A request was registered; others had to give way, and are to be ended.
#[derive(Debug)]
pub struct Registered {
    /// The request.
    pub guard: InFlightGuard,
    /// Those who gave way, and by whose bound.
    pub gave_way: Vec<(Party, InFlightHandle)>,
}

impl Connection {
    /// Enters a request to an upstream of this name, which takes so many at a time.
    ///
    /// # Errors
    /// [`OverLimit`].
    pub fn register(
        self: &Arc<Self>,
        in_flight: InFlight,
        upstream: &Arc<str>,
        most: usize,
    ) -> Result<Registered, OverLimit> {
        self.check_cancellations()?;
        let in_flight = Arc::new(in_flight);
        let record = &in_flight.access.record;
        let owner =
            RequestOwner { device: record.device(), id: record.login_id().clone(), upstream: Arc::clone(upstream) };
        let handle = InFlightHandle::on(self, &in_flight);
        let (slot, gave_way) = self.live().requests.take(owner, most, Some(handle))?;
        self.in_flight.count.fetch_add(1, Ordering::SeqCst);
        self.in_flight.list().push(Arc::clone(&in_flight));
        Ok(Registered { guard: InFlightGuard { in_flight, connection: Arc::clone(self), _slot: slot }, gave_way })
    }

    /// Shows every request in flight to `visit`; none is over meanwhile, so that it must not take long.
    pub fn each_in_flight(&self, visit: impl FnMut(&Arc<InFlight>)) {
        if self.in_flight.count.load(Ordering::SeqCst) > 0 {
            self.in_flight.list().iter().for_each(visit);
        }
    }

    /// Whether an answer is on its way that its own cause must not swallow.
    pub fn has_response_in_grace(&self, now: u64) -> bool {
        let mut finish_response = false;
        self.each_in_flight(|in_flight| finish_response |= in_flight.in_grace(now));
        finish_response
    }
}

impl InFlightGuard {
    /// The request.
    #[must_use]
    pub fn in_flight(&self) -> &Arc<InFlight> {
        &self.in_flight
    }

    /// The connection it came on.
    #[must_use]
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Why it or its connection was ended by us, if it was.
    #[must_use]
    pub fn cut(&self) -> Option<CloseReason> {
        self.in_flight.cancel.reason().or_else(|| self.connection.cancel.reason())
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.in_flight.continue_gate.close();
        let mut list = self.connection.in_flight.list();
        if let Some(at) = list.iter().position(|in_flight| Arc::ptr_eq(in_flight, &self.in_flight)) {
            list.swap_remove(at);
        }
        drop(list);
        self.connection.in_flight.count.fetch_sub(1, Ordering::SeqCst);
    }
}
