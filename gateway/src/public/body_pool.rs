//! What those who stand at one counter of the public door bring along: how much of it is in memory, and who gives way when
//! there is no more room?
//!
//! A source has an eighth at most. When its share is full, or the whole, it is not the newcomer who goes: of the source that
//! holds most, the slowest request that the desk has not begun to hear is ended. So a place is held by whoever uses it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::budget::Usage;
use crate::live::cancel_signal::{CancelSignal, CloseReason};
use crate::live::deadlines::{BodyPace, MinimumSpeed};
use crate::refusal::Refusal;

/// A source's share: one part of so many.
const PARTS: u64 = 8;
/// What a body is behind of, octets a second: the least that a telephone sends.
const STEADY: MinimumSpeed = MinimumSpeed { octets: 500, grace: Duration::ZERO };
/// Requests of one source at a time; an office often has one address.
pub(super) const OF_ONE_SOURCE: usize = 32;

/// The bodies of one kind at one counter.
#[derive(Debug)]
pub(super) struct BodyPool {
    most: u64,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    octets: Usage<IpAddr>,
    places: HashMap<IpAddr, usize>,
    present: BTreeMap<u64, Occupant>,
    next: u64,
}

/// Somebody who stands there.
#[derive(Debug)]
struct Occupant {
    source: IpAddr,
    /// When something came last, and how far behind it was then.
    came: Instant,
    pace: BodyPace,
    octets: u64,
    whole: bool,
    waits: bool,
    cancel: Arc<CancelSignal>,
}

/// A request's place, and what its body takes as long as it is coming in; given back when this is dropped.
#[derive(Debug)]
pub struct Slot {
    body_pool: Arc<BodyPool>,
    number: u64,
    source: IpAddr,
    cancel: Arc<CancelSignal>,
}

/// A body on its way to the desk, in memory until this is dropped.
#[derive(Debug)]
struct HeldBody {
    body: Bytes,
    body_pool: Arc<BodyPool>,
    source: IpAddr,
}

impl BodyPool {
    pub(super) fn new(most: u64) -> Arc<Self> {
        Arc::new(Self { most, inner: Mutex::default() })
    }

    /// A place for one more request of this source.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`]: it has as many as it may, and the desk is answering all of them.
    pub(super) fn enter(self: &Arc<Self>, source: IpAddr) -> Result<Slot, Refusal> {
        let mut inner = self.lock();
        if inner.places.get(&source).is_some_and(|places| *places >= OF_ONE_SOURCE) {
            let slowest = inner.slowest(source, Instant::now()).ok_or(Refusal::RateLimited)?;
            inner.end(slowest);
        }
        *inner.places.entry(source).or_default() += 1;
        let (number, cancel) = (inner.next, Arc::<CancelSignal>::default());
        inner.next += 1;
        inner.present.insert(number, Occupant::new(source, Arc::clone(&cancel)));
        Ok(Slot { body_pool: Arc::clone(self), number, source, cancel })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Of the requests of this source that are still coming in, or wait for the desk, the one that is furthest behind; of such
    /// as are not behind, the oldest.
    fn slowest(&self, source: IpAddr, now: Instant) -> Option<u64> {
        let waiting = self.present.iter().filter(|(_, present)| present.waits && present.source == source);
        waiting.max_by_key(|(number, present)| (present.behind(now), Reverse(**number))).map(|(number, _)| *number)
    }

    /// Ends one: its place and its octets are free at once.
    fn end(&mut self, number: u64) {
        if let Some(present) = self.leave(number) {
            present.cancel.cancel(CloseReason::Budget);
        }
    }

    fn leave(&mut self, number: u64) -> Option<Occupant> {
        let present = self.present.remove(&number)?;
        self.octets.give_back(&present.source, present.octets);
        if let Some(places) = self.places.get_mut(&present.source) {
            *places -= 1;
            if *places == 0 {
                self.places.remove(&present.source);
            }
        }
        Some(present)
    }
}

impl Occupant {
    fn new(source: IpAddr, cancel: Arc<CancelSignal>) -> Self {
        let (came, pace) = (Instant::now(), BodyPace::new(STEADY));
        Self { source, came, pace, octets: 0, whole: false, waits: true, cancel }
    }

    fn behind(&self, now: Instant) -> u64 {
        let since = if self.whole { Duration::ZERO } else { now.duration_since(self.came) };
        self.pace.behind_after(since)
    }
}

impl Slot {
    /// So many more octets came.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`]: there are none left that another would have to give, or it was ended.
    pub fn take(&self, octets: usize) -> Result<(), Refusal> {
        let mut inner = self.body_pool.lock();
        if let Some(present) = inner.present.get_mut(&self.number) {
            let now = Instant::now();
            present.pace.came(now.duration_since(present.came), octets);
            present.came = now;
        }
        let octets = octets as u64;
        loop {
            let own = inner.octets.of(&self.source).saturating_add(octets) > self.body_pool.most / PARTS;
            if !own && inner.octets.total().saturating_add(octets) <= self.body_pool.most {
                break;
            }
            let most = inner.octets.heaviest().map(|(source, _)| *source);
            let from = if own { Some(self.source) } else { most };
            let slowest = from.and_then(|from| inner.slowest(from, Instant::now())).ok_or(Refusal::RateLimited)?;
            inner.end(slowest);
            if slowest == self.number {
                return Err(Refusal::RateLimited);
            }
        }
        let present = inner.present.get_mut(&self.number).ok_or(Refusal::RateLimited)?;
        present.octets += octets;
        inner.octets.take(&self.source, octets);
        Ok(())
    }

    /// All of it came.
    pub fn whole(&self) {
        if let Some(present) = self.body_pool.lock().present.get_mut(&self.number) {
            present.whole = true;
        }
    }

    /// The body goes to the desk: nobody ends it any more, and its octets are given back when the last of it is dropped.
    #[must_use]
    pub fn handed_on(&self, body: Bytes) -> Bytes {
        let mut inner = self.body_pool.lock();
        let Some(present) = inner.present.get_mut(&self.number) else { return body };
        present.waits = false;
        present.octets = 0;
        if body.is_empty() {
            return body;
        }
        Bytes::from_owner(HeldBody { body, body_pool: Arc::clone(&self.body_pool), source: self.source })
    }

    /// Over once the place was given to another.
    pub fn poll_ended(&self, cx: &Context<'_>) -> Poll<()> {
        self.cancel.poll_cancelled(cx).map(|_| ())
    }

    pub(super) fn source(&self) -> IpAddr {
        self.source
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.body_pool.lock().leave(self.number);
    }
}

impl AsRef<[u8]> for HeldBody {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl Drop for HeldBody {
    fn drop(&mut self) {
        self.body_pool.lock().octets.give_back(&self.source, self.body.len() as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    fn is_ended(place: &Slot) -> bool {
        place.cancel.reason().is_some()
    }

    #[test]
    fn a_source_takes_its_share_and_what_is_furthest_behind_gives_way() {
        let body_pool = BodyPool::new(80_000);
        let [drips, steady, whole, newcomer] = [(); 4].map(|()| body_pool.enter(source(1)).unwrap());
        steady.take(3_000).unwrap();
        drips.take(3_000).unwrap();
        whole.take(3_000).unwrap();
        whole.whole();
        // As after 20 s in which one came, and half of another did not.
        for present in body_pool.lock().present.values_mut() {
            present.came = present.came.checked_sub(Duration::from_secs(20)).unwrap();
        }
        steady.take(900).unwrap();
        drips.take(1).unwrap();
        newcomer.take(1_000).unwrap();
        assert_eq!([&drips, &steady, &whole, &newcomer].map(is_ended), [true, false, false, false]);
        assert_eq!(drips.take(1), Err(Refusal::RateLimited));
        assert_eq!(body_pool.lock().octets.total(), 7_900);
        let other = body_pool.enter(source(2)).unwrap();
        other.take(10_000).unwrap();
        assert!(!is_ended(&steady), "another source has a share of its own");
    }

    #[test]
    fn when_all_is_full_the_greediest_gives_way_and_never_the_newcomer() {
        let body_pool = BodyPool::new(800);
        let at_fault: Vec<_> = (0..8).map(|last| (body_pool.enter(source(last)).unwrap(), 100)).collect();
        for (place, octets) in &at_fault {
            place.take(*octets).unwrap();
        }
        let newcomer = body_pool.enter(source(9)).unwrap();
        newcomer.take(100).unwrap();
        assert_eq!(at_fault.iter().filter(|(place, _)| is_ended(place)).count(), 1);
        assert_eq!(body_pool.lock().octets.total(), 800);
    }

    #[test]
    fn a_body_that_the_desk_hears_is_ended_no_more_and_counts_until_it_is_handed_on() {
        let body_pool = BodyPool::new(800);
        let place = body_pool.enter(source(1)).unwrap();
        place.take(100).unwrap();
        let body = place.handed_on(Bytes::from(vec![0; 100]));
        let more = body_pool.enter(source(1)).unwrap();
        assert_eq!(more.take(1), Err(Refusal::RateLimited), "the share is full of what cannot give way");
        let copy = body.clone();
        drop((body, place));
        assert_eq!(body_pool.lock().octets.total(), 100);
        drop((copy, more));
        let inner = body_pool.lock();
        assert_eq!(
            (inner.octets.total(), inner.octets.parties(), inner.places.len(), inner.present.len()),
            (0, 0, 0, 0)
        );
    }

    #[test]
    fn a_source_has_so_many_places_and_the_slowest_of_them_is_given_to_the_newcomer() {
        let body_pool = BodyPool::new(80_000);
        let places: Vec<_> = (0..OF_ONE_SOURCE).map(|_| body_pool.enter(source(1)).unwrap()).collect();
        places.iter().skip(1).for_each(|place| place.take(10).unwrap());
        let newcomer = body_pool.enter(source(1)).unwrap();
        assert!(places.iter().any(is_ended) && !is_ended(&newcomer));
        for place in &places {
            let _ = place.handed_on(Bytes::new());
        }
        let _ = newcomer.handed_on(Bytes::new());
        assert_eq!(body_pool.enter(source(1)).map(drop), Err(Refusal::RateLimited), "the desk hears all of them");
        assert!(body_pool.enter(source(2)).is_ok());
    }
}
