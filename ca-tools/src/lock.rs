//! One program at a time on a file, whichever it is: flock(2), waited for without a thread.

use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// Why the lock was not taken.
#[derive(Debug)]
pub(crate) enum NotLocked {
    /// Another program has held it all the while.
    Busy,
    /// The system says no.
    Failed(io::Error),
}

/// Locks this file until it is closed.
///
/// # Errors
/// Another program holds it longer than `patience`, or it cannot be locked.
pub(crate) async fn exclusively(file: &File, patience: Duration) -> Result<(), NotLocked> {
    let begun = Instant::now();
    loop {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK | Errno::INTR) if begun.elapsed() < patience => {
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            Err(Errno::WOULDBLOCK) => return Err(NotLocked::Busy),
            Err(why) => return Err(NotLocked::Failed(why.into())),
        }
    }
}
