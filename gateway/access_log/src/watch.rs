//! Which requests are still running? So that one that takes long leaves its `open` line.
//!
//! A request enters when it begins and leaves when it ends, many thousand times a second, so both
//! are a push and a pop under a lock that few others share. The writer walks through once a second.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::open_line::Running;

/// More than there are cores in a machine this runs on.
const SHARDS: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Watch {
    shards: [Mutex<Shard>; SHARDS],
}

/// Where a request stands, so that it can leave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    shard: usize,
    slot: usize,
}

#[derive(Debug, Default)]
struct Shard {
    slots: Vec<Option<Arc<Running>>>,
    free: Vec<usize>,
}

static NEXT_THREAD: AtomicUsize = AtomicUsize::new(0);
thread_local! {
    static HOME: Cell<usize> = Cell::new(NEXT_THREAD.fetch_add(1, Relaxed) % SHARDS);
}

impl Watch {
    pub(super) fn enter(&self, running: &Arc<Running>) -> Place {
        let shard = HOME.get();
        let mut home = self.shard(shard);
        let running = Some(Arc::clone(running));
        let slot = match home.free.pop() {
            Some(slot) => {
                home.slots[slot] = running;
                slot
            }
            None => {
                home.slots.push(running);
                home.slots.len() - 1
            }
        };
        Place { shard, slot }
    }

    pub(super) fn leave(&self, place: Place) {
        let mut home = self.shard(place.shard);
        let left = home.slots[place.slot].take();
        home.free.push(place.slot);
        drop(home);
        drop(left);
    }

    /// Every request that has been running for `limit` and has not said so yet, says so.
    pub(super) fn tell_open(&self, now: Instant, limit: Duration) {
        for shard in 0..SHARDS {
            let long: Vec<_> = self
                .shard(shard)
                .slots
                .iter()
                .flatten()
                .filter(|running| running.is_long(now, limit))
                .cloned()
                .collect();
            for running in long {
                running.tell_open();
            }
        }
    }

    fn shard(&self, shard: usize) -> MutexGuard<'_, Shard> {
        self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
