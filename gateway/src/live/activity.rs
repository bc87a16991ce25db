//! What does a connection do just now? Seen by whoever looks for one that can give way, without holding it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::budget::Activity;

/// What can be seen of a connection without holding it.
#[derive(Debug, Default)]
pub(super) struct ActivityProbe {
    pub(super) serving: AtomicUsize,
    pub(super) begun: AtomicBool,
}

impl ActivityProbe {
    pub(super) fn activity(&self) -> Activity {
        if self.serving.load(Ordering::SeqCst) > 0 {
            Activity::Busy
        } else if self.begun.load(Ordering::Relaxed) {
            Activity::Idle
        } else {
            Activity::Nothing
        }
    }
}
