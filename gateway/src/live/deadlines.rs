//! When must which stage of a connection be over?
//!
//! One sweep looks at every connection four times a second; a timer for each would cost more than all
//! decisions together. Times are milliseconds since the program started.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::config::Limits;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Milliseconds since the program started; never zero, so that zero can mean "no deadline".
#[must_use]
pub fn now() -> u64 {
    u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
}

/// The stage of one connection: what must be over by when.
#[derive(Debug, Default)]
pub struct Deadline(AtomicU64);

impl Deadline {
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

/// Since when is somebody being waited for? One cell each; zero: nobody waits. Of a client it is remembered, too, how far it
/// is behind the least speed of a body.
#[derive(Debug, Default)]
pub struct StallTimer {
    cells: [AtomicU64; 3],
    paces: [Progress; 2],
}

/// How a client keeps up. What is new since it was last looked at, and what was found then.
#[derive(Debug, Default)]
struct Progress {
    waited: AtomicU64,
    octets: AtomicU64,
    behind: AtomicU64,
}

/// The least speed of a body, in octets a second, and how long it may take before it must have it. Only the time in which
/// the client is waited for counts; and it cannot be saved up: who hurried first and drips then is behind all the same.
#[derive(Clone, Copy, Debug)]
pub struct MinimumSpeed {
    /// Octets a second.
    pub octets: u64,
    /// So far behind it a client may be.
    pub grace: Duration,
}

impl MinimumSpeed {
    /// As configured.
    #[must_use]
    pub fn of(limits: &Limits) -> Self {
        Self { octets: limits.body_speed, grace: limits.body_idle }
    }

    /// How many milliseconds somebody is behind who was `behind` before, then was waited for so long and carried so many.
    fn behind(self, behind: u64, waited: u64, octets: u64) -> u64 {
        behind.saturating_add(waited).saturating_sub(octets.saturating_mul(1000) / self.octets.max(1))
    }
}

/// One body that is waited for in a place of its own, and how far it is behind.
#[derive(Debug)]
pub struct BodyPace {
    least: MinimumSpeed,
    behind: u64,
}

impl BodyPace {
    /// It begins.
    #[must_use]
    pub fn new(least: MinimumSpeed) -> Self {
        Self { least, behind: 0 }
    }

    /// How much longer it is waited for.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.least.grace.saturating_sub(Duration::from_millis(self.behind))
    }

    /// After so long so many octets came.
    pub fn came(&mut self, after: Duration, octets: usize) {
        self.behind = self.least.behind(self.behind, millis(after), octets as u64);
    }

    /// How many milliseconds it is behind if nothing comes for so long.
    #[must_use]
    pub fn behind_after(&self, silence: Duration) -> u64 {
        self.least.behind(self.behind, millis(silence), 0)
    }

    /// Whether it had come late before, and not only stopped.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.behind > 0
    }
}

/// Who is being waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StalledOn {
    /// The client, to send more of a body.
    Reading = 0,
    /// The client, to take what was sent.
    Writing = 1,
    /// The backend, to take or to give.
    Backend = 2,
}

impl StallTimer {
    /// Waiting begins; a wait that has begun goes on.
    pub fn wait(&self, what: StalledOn) {
        let cell = &self.cells[what as usize];
        if cell.load(Ordering::Relaxed) == 0 {
            cell.store(now(), Ordering::Relaxed);
        }
    }

    /// Something moved.
    pub fn moved(&self, what: StalledOn) {
        let cell = &self.cells[what as usize];
        let since = cell.load(Ordering::Relaxed);
        if since != 0 {
            cell.store(0, Ordering::Relaxed);
            if let Some(pace) = self.paces.get(what as usize) {
                pace.waited.fetch_add(now().saturating_sub(since), Ordering::Relaxed);
            }
        }
    }

    /// The client sent, or took, so many octets: to be said after [`Self::moved`].
    pub fn carried(&self, what: StalledOn, octets: usize) {
        if let Some(pace) = self.paces.get(what as usize) {
            pace.octets.fetch_add(octets as u64, Ordering::Relaxed);
        }
    }

    /// Whether the client is further behind than it may be. To be asked regularly, by one task.
    #[must_use]
    pub fn too_slow(&self, what: StalledOn, now: u64, least: MinimumSpeed) -> bool {
        let Some(pace) = self.paces.get(what as usize) else { return false };
        let (waited, octets) = (pace.waited.swap(0, Ordering::Relaxed), pace.octets.swap(0, Ordering::Relaxed));
        let behind = least.behind(pace.behind.load(Ordering::Relaxed), waited, octets);
        pace.behind.store(behind, Ordering::Relaxed);
        let waiting = self.since(what).map_or(0, |since| now.saturating_sub(since));
        behind.saturating_add(waiting) > millis(least.grace)
    }

    /// Since when somebody is being waited for.
    #[must_use]
    pub fn since(&self, what: StalledOn) -> Option<u64> {
        Some(self.cells[what as usize].load(Ordering::Relaxed)).filter(|since| *since != 0)
    }

    /// Whether it has been waited longer than `limit`.
    #[must_use]
    pub fn overdue(&self, what: StalledOn, now: u64, limit: Duration) -> bool {
        self.since(what).is_some_and(|since| now.saturating_sub(since) > millis(limit))
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
        let deadline = Deadline::default();
        assert!(!deadline.overdue(now() + 1_000_000));
        deadline.begin(Duration::from_secs(5));
        assert!(!deadline.overdue(now() + 4_000));
        assert!(deadline.overdue(now() + 6_000));
        deadline.serve();
        assert!(!deadline.overdue(now() + 6_000));
    }

    #[test]
    fn a_body_that_stops_is_overdue_and_one_that_moves_is_not() {
        let (stall, limit) = (StallTimer::default(), Duration::from_secs(30));
        stall.wait(StalledOn::Reading);
        assert!(stall.overdue(StalledOn::Reading, now() + 31_000, limit));
        assert!(!stall.overdue(StalledOn::Backend, now() + 31_000, limit));
        stall.moved(StalledOn::Reading);
        assert!(!stall.overdue(StalledOn::Reading, now() + 31_000, limit));
    }

    const LEAST: MinimumSpeed = MinimumSpeed { octets: 500, grace: Duration::from_secs(30) };

    /// A body whose pieces of so many octets come so many seconds apart: after how many it is ended, if after any.
    fn ended_after(pieces: &[(usize, u64)]) -> Option<usize> {
        let mut body = BodyPace::new(LEAST);
        pieces.iter().position(|(octets, seconds)| {
            let late = Duration::from_secs(*seconds) > body.time_left();
            body.came(Duration::from_secs(*seconds), *octets);
            late
        })
    }

    #[test]
    fn who_drips_is_ended_and_who_is_slow_and_honest_is_not() {
        assert_eq!(ended_after(&[(1, 1); 100]), Some(30));
        assert_eq!(ended_after(&[(1, 29); 100]), Some(1));
        assert_eq!(ended_after(&[(500, 1); 10_000]), None);
        assert_eq!(ended_after(&[(12_500, 25); 1_000]), None, "a telephone in a tunnel, again and again");
        let hurried: Vec<_> = std::iter::once((100 << 20, 1)).chain([(1, 29); 100]).collect();
        assert_eq!(ended_after(&hurried), Some(2), "speed is not saved up");
    }

    #[test]
    fn a_client_is_behind_only_while_it_is_waited_for() {
        let stall = StallTimer::default();
        stall.wait(StalledOn::Backend);
        let late = now() + 40_000;
        assert!(!stall.too_slow(StalledOn::Writing, late, LEAST), "a backend's pause");
        stall.moved(StalledOn::Backend);
        stall.wait(StalledOn::Writing);
        assert!(!stall.too_slow(StalledOn::Writing, now() + 29_000, LEAST));
        assert!(stall.too_slow(StalledOn::Writing, late, LEAST));
        assert!(!stall.too_slow(StalledOn::Reading, late, LEAST));
        stall.moved(StalledOn::Writing);
        assert!(!stall.too_slow(StalledOn::Writing, late, LEAST), "it took it");
    }
}
