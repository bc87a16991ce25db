//! One at a time on one ticket: a second press waits, and finds what the first one got.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

/// Two tickets that fall together wait for each other, some tenths of a second.
const PLACES: usize = 64;

/// Places of waiting; a ticket always has the same one.
#[derive(Clone, Debug)]
pub(in crate::desk) struct TicketLocks(Arc<[Arc<Mutex<()>>; PLACES]>);

impl Default for TicketLocks {
    fn default() -> Self {
        Self(Arc::new(std::array::from_fn(|_| Arc::default())))
    }
}

impl TicketLocks {
    /// Waits for whoever came before with the same number.
    pub(in crate::desk) async fn of(&self, known_by: &str) -> OwnedMutexGuard<()> {
        let place = usize::from_str_radix(known_by.get(..2).unwrap_or("0"), 16).unwrap_or_default() % PLACES;
        Arc::clone(&self.0[place]).lock_owned().await
    }
}
