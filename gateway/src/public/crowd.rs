//! How many may stand at the public door at once? Nobody there has shown who they are, so all of it is bounded: what one
//! source asks at a time, the memory that bodies take, and what the desk has to answer at a time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::refusal::Refusal;
use crate::tls::source_of;

/// Requests of one source at a time; an office often has one address.
const OF_ONE_SOURCE: usize = 32;
/// Octets of bodies in memory.
const OCTETS: usize = 64 << 20;
/// Requests that the desk answers at a time.
const AT_THE_DESK: usize = 64;
/// How long one waits for its turn at the desk.
const PATIENCE: Duration = Duration::from_secs(2);

/// Everybody at the public door.
#[derive(Debug)]
pub struct Crowd {
    sources: Arc<Mutex<HashMap<IpAddr, usize>>>,
    octets: Arc<Semaphore>,
    desk: Semaphore,
}

/// A request's place; given back when it is dropped.
#[derive(Debug)]
pub struct Place {
    sources: Arc<Mutex<HashMap<IpAddr, usize>>>,
    source: IpAddr,
}

/// The memory that a body takes, until this is dropped.
#[derive(Debug)]
pub struct Octets {
    all: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
}

impl Default for Crowd {
    fn default() -> Self {
        Self { sources: Arc::default(), octets: Arc::new(Semaphore::new(OCTETS)), desk: Semaphore::new(AT_THE_DESK) }
    }
}

impl Crowd {
    /// A place for one more request of this source.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`]: it has as many as it may.
    pub fn enter(&self, source: IpAddr) -> Result<Place, Refusal> {
        let source = source_of(source);
        let mut sources = lock(&self.sources);
        let share = sources.entry(source).or_default();
        if *share >= OF_ONE_SOURCE {
            return Err(Refusal::RateLimited);
        }
        *share += 1;
        Ok(Place { sources: Arc::clone(&self.sources), source })
    }

    /// Memory for a body, none of it taken yet.
    #[must_use]
    pub fn octets(&self) -> Octets {
        Octets { all: Arc::clone(&self.octets), taken: None }
    }

    /// A turn at the desk.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`]: it did not come in time.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        let turn = tokio::time::timeout(PATIENCE, self.desk.acquire()).await;
        turn.ok().and_then(Result::ok).ok_or(Refusal::RateLimited)
    }
}

impl Octets {
    /// Takes so many more.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`]: there are none left.
    pub fn take(&mut self, octets: usize) -> Result<(), Refusal> {
        let octets = u32::try_from(octets).map_err(|_| Refusal::RateLimited)?;
        let more = Arc::clone(&self.all).try_acquire_many_owned(octets).map_err(|_| Refusal::RateLimited)?;
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut sources = lock(&self.sources);
        if let Some(share) = sources.get_mut(&self.source) {
            *share -= 1;
            if *share == 0 {
                sources.remove(&self.source);
            }
        }
    }
}

fn lock(sources: &Mutex<HashMap<IpAddr, usize>>) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    sources.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_takes_its_share_and_leaves_the_others_theirs() {
        let crowd = Crowd::default();
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let places: Vec<_> = (0..OF_ONE_SOURCE).map(|_| crowd.enter(one).unwrap()).collect();
        assert_eq!(crowd.enter(one).map(drop), Err(Refusal::RateLimited));
        assert!(crowd.enter(other).is_ok());
        drop(places);
        assert!(crowd.enter(one).is_ok());
        assert!(lock(&crowd.sources).is_empty(), "who is gone is forgotten");
    }

    #[test]
    fn bodies_take_so_much_memory_and_no_more() {
        let crowd = Crowd::default();
        let mut most = crowd.octets();
        most.take(OCTETS - 1).unwrap();
        let mut more = crowd.octets();
        more.take(1).unwrap();
        assert_eq!(more.take(1), Err(Refusal::RateLimited));
        drop(most);
        assert_eq!(more.take(OCTETS - 1), Ok(()));
    }

    #[tokio::test]
    async fn the_desk_answers_so_many_at_a_time_and_the_next_one_waits_for_a_while() {
        let crowd = Crowd::default();
        let mut turns = Vec::new();
        for _ in 0..AT_THE_DESK {
            turns.push(crowd.turn().await.unwrap());
        }
        assert_eq!(crowd.turn().await.map(drop), Err(Refusal::RateLimited));
        drop(turns.pop());
        assert!(crowd.turn().await.is_ok());
    }
}
