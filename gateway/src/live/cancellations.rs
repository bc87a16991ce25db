//! Does a client take back what it asks for, again and again? Each time costs a connection to the backend and costs the
//! client nothing; a browser does it as well, but not by the hundred.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::cancel_signal::CloseReason;
use super::connection::Connection;
use super::requests::OverLimit;
use crate::budget::Bound;
use crate::tls::Peer;

/// How long a connection that has taken back too much may take to leave in order.
const LEAVING: Duration = Duration::from_secs(1);

impl Connection {
    /// A backend is asked for this connection: unless that is over before this is dropped, the client took
    /// its request back.
    #[must_use]
    pub fn upstream_wait(self: &Arc<Self>) -> UpstreamWait {
        UpstreamWait { connection: Some(Arc::clone(self)) }
    }

    /// The client took a request back that a backend was busy with. What was cut by us it did not take back.
    pub fn cancelled_by_client(&self) {
        if self.cancel.reason().is_some() || self.cancellations.parting.get().is_some() {
            return;
        }
        let device = self.peer().and_then(Peer::device);
        let here = |now| self.cancellations.taken_back.lock().unwrap_or_else(PoisonError::into_inner).note(now);
        let Some(party) = self.live().requests.cancelled_by_client(device, here) else { return };
        if self.cancellations.parting.set(party).is_ok() {
            let device = device.map(tracing::field::display);
            tracing::warn!(device, "a client cancels request after request: its connection is closed");
            self.cancellations.parted.begin(LEAVING);
            self.drain.cancel(CloseReason::Budget);
        }
    }

    /// Nothing more is asked for a connection that is leaving because of what it took back.
    ///
    /// # Errors
    /// [`OverLimit`], by whose bound it leaves.
    pub fn check_cancellations(&self) -> Result<(), OverLimit> {
        let parting = self.cancellations.parting.get();
        parting.map_or(Ok(()), |party| Err(OverLimit { party: *party, bound: Bound::Cancelled, at_fault: true }))
    }

    /// Whether it should have left by now.
    pub(crate) fn overstays(&self, now: u64) -> bool {
        self.cancellations.parting.get().is_some() && self.cancellations.parted.overdue(now)
    }
}

/// A question to a backend that is not answered yet.
#[derive(Debug)]
pub struct UpstreamWait {
    connection: Option<Arc<Connection>>,
}

impl UpstreamWait {
    /// It is over otherwise: answered, refused, or ended by us.
    pub fn over(mut self) {
        self.connection = None;
    }
}

impl Drop for UpstreamWait {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.cancelled_by_client();
        }
    }
}
