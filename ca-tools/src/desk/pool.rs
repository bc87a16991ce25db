//! Hashing passwords and codes: threads of its own for each door, so that no door takes them from another.
//!
//! Before each stands a short line, fair by source. A thread that has begun is held until the hash is done, whether or not
//! whoever asked is still there: who hangs up gains nothing by it.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

use tokio::sync::oneshot;

use super::line::{Entered, WaitingLine};
use super::source::Source;

/// Who may wait at a door: at 20 ms a hash, well under a second.
const WAITING: usize = 32;

/// For whom is hashed. Of these, somebody with both factors never waits for a stranger, and who lost a device never for
/// somebody who picks up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Door {
    /// `/lost`.
    Lost,
    /// `/pickup`.
    PickUp,
    /// All that the private door leads to.
    Private,
}

impl Door {
    /// By which a pick-up comes.
    pub(crate) fn of_pick_up(source: &Source) -> Self {
        if source.is_device() { Self::Private } else { Self::PickUp }
    }
}

/// The threads of all doors.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    lost: Arc<Threads>,
    pick_up: Arc<Threads>,
    private: Arc<Threads>,
}

#[derive(Debug)]
struct Threads(Mutex<WaitingLine<oneshot::Sender<Turn>>>);

/// A thread to hash on, until this is dropped; then the next one has it.
#[must_use]
#[derive(Debug)]
pub(super) struct Turn(Arc<Threads>);

/// A place in the line, given back when whoever waits goes away.
struct Waiting(Arc<Threads>, u64);

impl Pool {
    /// A quarter of the cores for each public door and half of them for the private one, and one at least.
    pub(super) fn new() -> Self {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = |parts| Arc::new(Threads(Mutex::new(WaitingLine::new(cores.div_ceil(parts), WAITING))));
        Self { lost: threads(4), pick_up: threads(4), private: threads(2) }
    }

    /// A thread, in one's turn; the source has this record of wrong guesses.
    ///
    /// # Errors
    /// The line is full, and this source has most in it.
    pub(super) async fn turn(&self, door: Door, (source, record): (&Source, i64)) -> Result<Turn, PoolFull> {
        let threads = match door {
            Door::Lost => &self.lost,
            Door::PickUp => &self.pick_up,
            Door::Private => &self.private,
        };
        let (call, called) = oneshot::channel();
        // Bound first: whoever gives way is told once the line is free again.
        let entered = threads.line().enter((source, record), call);
        match entered {
            Entered::Refused => Err(PoolFull),
            Entered::Waits(number, gave_way) => {
                drop(gave_way);
                let _waiting = Waiting(Arc::clone(threads), number);
                called.await.map_err(|_| PoolFull)
            }
            Entered::Works => Ok(Turn(Arc::clone(threads))),
        }
    }

    /// Does this on a thread of that door, in one's turn, where nothing is guessed.
    ///
    /// # Errors
    /// As [`Self::turn`].
    pub(super) async fn run<T: Send + 'static>(
        &self,
        (door, source): (Door, &Source),
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolFull> {
        self.turn(door, (source, 0)).await?.run(work).await.map(|(done, _)| done)
    }
}

impl Turn {
    /// Does this, and keeps the turn.
    ///
    /// # Errors
    /// The work came to no end.
    pub(super) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(T, Self), PoolFull> {
        tokio::task::spawn_blocking(move || (work(), self)).await.map_err(|_| PoolFull)
    }
}

impl Threads {
    fn line(&self) -> MutexGuard<'_, WaitingLine<oneshot::Sender<Turn>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = self.0.line().freed();
        if let Some(next) = next {
            // Where nobody waits there any more, the turn comes back, is dropped here, and goes on to the next.
            drop(next.send(Self(Arc::clone(&self.0))));
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.line().leave(self.1);
    }
}

/// No room.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("too much is being hashed for this source")]
pub(crate) struct PoolFull;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn from(address: &str) -> Source {
        Source::of_address(address)
    }

    async fn soon<T>(what: impl Future<Output = T>) -> T {
        tokio::time::timeout(Duration::from_secs(20), what).await.unwrap()
    }

    /// All threads of a door, held.
    async fn held(pool: &Pool, door: Door) -> Vec<Turn> {
        let (mut turns, source) = (Vec::new(), from("198.18.0.1"));
        loop {
            tokio::select! {
                biased;
                turn = pool.turn(door, (&source, 0)) => turns.push(turn.unwrap()),
                // It has to wait.
                () = std::future::ready(()) => return turns,
            }
        }
    }

    #[tokio::test]
    async fn no_door_takes_the_threads_of_another() {
        let pool = Pool::new();
        let lost = held(&pool, Door::Lost).await;
        let pick_up = held(&pool, Door::PickUp).await;
        let device = Source::of_device("DEV-000001".parse().unwrap());
        assert_eq!(soon(pool.run((Door::Private, &device), || 7)).await, Ok(7));
        drop(lost);
        assert_eq!(soon(pool.run((Door::Lost, &from("192.0.2.1")), || 8)).await, Ok(8));
        drop(pick_up);
    }

    #[tokio::test]
    async fn who_waits_and_goes_away_leaves_no_thread_behind_and_whoever_gives_way_is_told() {
        let pool = Pool::new();
        let mut turns = held(&pool, Door::Lost).await;
        let greedy = from("198.18.0.2");
        let waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let (pool, greedy) = (pool.clone(), greedy.clone());
                tokio::spawn(async move { pool.turn(Door::Lost, (&greedy, 0)).await.map(drop) })
            })
            .collect();
        while pool.lost.line().waits() < WAITING {
            tokio::task::yield_now().await;
        }
        assert_eq!(soon(pool.turn(Door::Lost, (&greedy, 0))).await.map(drop), Err(PoolFull));
        let honest = pool.clone();
        let honest = tokio::spawn(async move { honest.turn(Door::Lost, (&from("192.0.2.1"), 0)).await });
        let mut ends: Vec<_> = waiting;
        let told = soon(ends.pop().unwrap()).await.unwrap();
        assert_eq!(told, Err(PoolFull), "the newest of the greediest");
        ends.iter().for_each(tokio::task::JoinHandle::abort);
        turns.pop();
        drop(soon(honest).await.unwrap().unwrap());
        drop((ends, turns));
        while pool.lost.line().waits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(soon(pool.run((Door::Lost, &greedy), || 9)).await, Ok(9));
        assert!(!held(&pool, Door::Lost).await.is_empty());
    }
}
