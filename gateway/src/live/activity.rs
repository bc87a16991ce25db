//! What does a connection do just now? Seen by whoever looks for one that can give way, without holding it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::budget::Doing;

/// What can be seen of a connection without holding it.
#[derive(Debug, Default)]
pub(super) struct Signs {
    pub(super) serving: AtomicUsize,
    pub(super) begun: AtomicBool,
}

impl Signs {
    pub(super) fn doing(&self) -> Doing {
        if self.serving.load(Ordering::SeqCst) > 0 {
            Doing::Busy
        } else if self.begun.load(Ordering::Relaxed) {
            Doing::Idle
        } else {
            Doing::Nothing
        }
    }
}
