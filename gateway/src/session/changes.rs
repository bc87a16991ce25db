//! Whose session changed? Heard by whoever has requests in flight under it.

use tokio::sync::broadcast::{Receiver, Sender, channel, error::RecvError};

use super::key::SessionKey;

/// How many changes may wait for a slow listener before it is told [`Change::Any`] instead.
const WAITING: usize = 4096;

/// What happened to sessions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Change {
    /// This one opened, ended, changed or vanished.
    One(SessionKey),
    /// Any of them may have: the store was emptied, or was away for a while. Ask again for each.
    Any,
}

/// A listener's end. From its making on, nothing is missed.
#[derive(Debug)]
pub struct Changes(Receiver<Change>);

impl Changes {
    /// Waits for the next change. `None` once the store itself is gone.
    pub async fn next(&mut self) -> Option<Change> {
        match self.0.recv().await {
            Ok(change) => Some(change),
            Err(RecvError::Lagged(_)) => Some(Change::Any),
            Err(RecvError::Closed) => None,
        }
    }
}

/// The store's end.
#[derive(Debug)]
pub(super) struct Teller(Sender<Change>);

impl Teller {
    pub(super) fn new() -> Self {
        Self(channel(WAITING).0)
    }

    pub(super) fn listen(&self) -> Changes {
        Changes(self.0.subscribe())
    }

    /// Nobody listening is no mistake: nothing is in flight then.
    pub(super) fn tell(&self, change: Change) {
        let _ = self.0.send(change);
    }
}
