//! Hashing passwords, as many at once as there are cores, a short queue, and no more.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

/// Waiting for each core: at 20 ms a hash and five hashes a change, under a second.
const QUEUE: usize = 8;

/// Permits to hash.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    admitted: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Pool {
    pub(super) fn new() -> Self {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        Self { admitted: Arc::new(Semaphore::new(cores * (1 + QUEUE))), working: Arc::new(Semaphore::new(cores)) }
    }

    /// Does this on a thread of its own.
    ///
    /// # Errors
    /// The queue is full.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Full> {
        let _admitted = self.admitted.try_acquire().map_err(|_| Full)?;
        let _working = self.working.acquire().await.map_err(|_| Full)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Full)
    }
}

/// No room.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("too many passwords are being changed")]
pub(crate) struct Full;
