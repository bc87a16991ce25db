//! Which requests are in flight on one connection?

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::in_flight::InFlight;

/// Those of one connection: no more than it has streams, so that a list is enough.
#[derive(Debug, Default)]
pub(super) struct InFlightList {
    pub(super) count: AtomicUsize,
    list: Mutex<Vec<Arc<InFlight>>>,
}

impl InFlightList {
    /// A panic elsewhere must not make requests uncuttable: the list is whole after each statement.
    pub(super) fn list(&self) -> MutexGuard<'_, Vec<Arc<InFlight>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
