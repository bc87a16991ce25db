//! Does a client take back what it asks for, again and again? Each time costs a connection to the backend and costs the
//! client nothing; a browser does it as well, but not by the hundred.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::cancel_signal::Why;
use super::connection::Connection;
use super::requests::Crowded;
use crate::budget::Bound;
use crate::tls::Peer;

/// How long a connection that has taken back too much may take to leave in order.
const LEAVING: Duration = Duration::from_secs(1);

impl Connection {
    /// A backend is asked for this connection: unless that is over before this is dropped, the client took
    /// its request back.
    #[must_use]
    pub fn asking(self: &Arc<Self>) -> Asking {
        Asking { connection: Some(Arc::clone(self)) }
    }

    /// The client took a request back that a backend was busy with. What was cut by us it did not take back.
    pub fn took_back(&self) {
        if self.rope.why().is_some() || self.conduct.parting.get().is_some() {
            return;
        }
        let device = self.peer().and_then(Peer::device);
        let here = |now| self.conduct.taken_back.lock().unwrap_or_else(PoisonError::into_inner).note(now);
        let Some(party) = self.live().requests.took_back(device, here) else { return };
        if self.conduct.parting.set(party).is_ok() {
            let device = device.map(tracing::field::display);
            tracing::warn!(device, "a client takes back request after request; its connection ends");
            self.conduct.parted.begin(LEAVING);
            self.drain.cut(Why::Budget);
        }
    }

    /// Nothing more is asked for a connection that is leaving because of what it took back.
    ///
    /// # Errors
    /// [`Crowded`], by whose bound it leaves.
    pub fn behaves(&self) -> Result<(), Crowded> {
        let parting = self.conduct.parting.get();
        parting.map_or(Ok(()), |party| Err(Crowded { party: *party, bound: Bound::Cancelled, greedy: true }))
    }

    /// Whether it should have left by now.
    pub(crate) fn overstays(&self, now: u64) -> bool {
        self.conduct.parting.get().is_some() && self.conduct.parted.overdue(now)
    }
}

/// A question to a backend that is not answered yet.
#[derive(Debug)]
pub struct Asking {
    connection: Option<Arc<Connection>>,
}

impl Asking {
    /// It is over otherwise: answered, refused, or ended by us.
    pub fn over(mut self) {
        self.connection = None;
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.took_back();
        }
    }
}
