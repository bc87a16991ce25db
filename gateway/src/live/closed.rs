//! Who wants to know when a connection is gone?

use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

/// Those who are told when this is dropped, with its connection.
#[derive(Debug, Default)]
pub(crate) struct ClosedListeners(Mutex<Vec<UnboundedSender<()>>>);

impl ClosedListeners {
    /// This one is told.
    pub(crate) fn tell(&self, listener: UnboundedSender<()>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(listener);
    }
}

impl Drop for ClosedListeners {
    fn drop(&mut self) {
        for listener in self.0.get_mut().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = listener.send(());
        }
    }
}
