//! When must which stage of a connection be over?
//!
//! One sweep looks at every connection four times a second; a timer for each would cost more than all
//! decisions together. Times are milliseconds since the program started.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Milliseconds since the program started; never zero, so that zero can mean "no deadline".
#[must_use]
pub fn now() -> u64 {
    u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

/// The stage of one connection: what must be over by when.
#[derive(Debug, Default)]
pub struct Stage(AtomicU64);

impl Stage {
    /// A new stage begins and must be over within `limit`.
    pub fn begin(&self, limit: Duration) {
        self.0.store(now().saturating_add(millis(limit)), Ordering::Relaxed);
    }

    /// A stage without a limit of its own: a request is being served.
    pub fn serve(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Whether it should have been over.
    #[must_use]
    pub fn overdue(&self, now: u64) -> bool {
        let deadline = self.0.load(Ordering::Relaxed);
        deadline != 0 && now > deadline
    }
}

/// Since when is somebody being waited for? One cell each; zero: nobody waits.
#[derive(Debug, Default)]
pub struct Waits {
    cells: [AtomicU64; 3],
}

/// Who is being waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Waiting {
    /// The client, to send more of a body.
    Reading = 0,
    /// The client, to take what was sent.
    Writing = 1,
    /// The backend, to take or to give.
    Backend = 2,
}

impl Waits {
    /// Waiting begins; a wait that has begun goes on.
    pub fn wait(&self, what: Waiting) {
        let cell = &self.cells[what as usize];
        if cell.load(Ordering::Relaxed) == 0 {
            cell.store(now(), Ordering::Relaxed);
        }
    }

    /// Something moved.
    pub fn moved(&self, what: Waiting) {
        let cell = &self.cells[what as usize];
        if cell.load(Ordering::Relaxed) != 0 {
            cell.store(0, Ordering::Relaxed);
        }
    }

    /// Whether it has been waited longer than `limit`.
    #[must_use]
    pub fn overdue(&self, what: Waiting, now: u64, limit: Duration) -> bool {
        match self.cells[what as usize].load(Ordering::Relaxed) {
            0 => false,
            since => now.saturating_sub(since) > millis(limit),
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_overdue_only_after_its_limit() {
        let stage = Stage::default();
        assert!(!stage.overdue(now() + 1_000_000));
        stage.begin(Duration::from_secs(5));
        assert!(!stage.overdue(now() + 4_000));
        assert!(stage.overdue(now() + 6_000));
        stage.serve();
        assert!(!stage.overdue(now() + 6_000));
    }

    #[test]
    fn a_body_that_stops_is_overdue_and_one_that_moves_is_not() {
        let (waits, limit) = (Waits::default(), Duration::from_secs(30));
        waits.wait(Waiting::Reading);
        assert!(waits.overdue(Waiting::Reading, now() + 31_000, limit));
        assert!(!waits.overdue(Waiting::Backend, now() + 31_000, limit));
        waits.moved(Waiting::Reading);
        assert!(!waits.overdue(Waiting::Reading, now() + 31_000, limit));
    }
}
