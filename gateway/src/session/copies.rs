//! Copies of records, at hand without waiting, good only while the store has promised to tell of every change.
//!
//! Three things together keep a copy from being older than the truth:
//! - a **generation** per shard is read before the store is asked and compared, under the shard's lock, when the answer
//!   is put in: an answer that a change has overtaken is thrown away (redis-rs's own cache has no such check and kept
//!   856 of 2,000 deleted keys);
//! - every change that the store tells of raises the generation and removes the copy;
//! - the **promise** has an end. The store's heartbeat renews it; when it falls silent, copies are not given out any
//!   more, even if whoever listens to the heartbeat got no turn on the processor.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::key::{SessionKey, Taken};
use super::record::SessionRecord;

/// Many enough that 2 to 64 cores seldom meet in one.
const SHARDS: usize = 64;

/// The copies.
#[derive(Debug)]
pub(super) struct Copies {
    shards: Box<[Mutex<Shard>]>,
    most_per_shard: usize,
    /// The promise's end in milliseconds since `start`; 0 while there is none.
    promised: AtomicU64,
    start: Instant,
    /// How many promises were broken.
    broken: Mutex<u64>,
}

/// Which promise a heartbeat was sent to renew; one that is broken meanwhile is not renewed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pledge(u64);

#[derive(Debug, Default)]
struct Shard {
    generation: u64,
    places: HashMap<SessionKey, usize, BuildHasherDefault<Taken>>,
    slots: Vec<Slot>,
    /// Where the search for a copy to give up went on last.
    hand: usize,
}

#[derive(Debug)]
struct Slot {
    record: Arc<SessionRecord>,
    used: bool,
}

/// What a shard's generation was before the store was asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Generation(u64);

impl Copies {
    /// Room for so many copies in all.
    pub(super) fn new(most: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            most_per_shard: (most / SHARDS).max(1),
            promised: AtomicU64::new(0),
            start: Instant::now(),
            broken: Mutex::new(0),
        }
    }

    /// The copy, if there is one and the promise holds at this moment.
    pub(super) fn find(&self, key: &SessionKey) -> Option<Arc<SessionRecord>> {
        if !self.promised() {
            return None;
        }
        let mut shard = self.shard(key);
        let place = *shard.places.get(key)?;
        let slot = shard.slots.get_mut(place)?;
        slot.used = true;
        Some(Arc::clone(&slot.record))
    }

    /// To be taken before the store is asked.
    pub(super) fn generation(&self, key: &SessionKey) -> Generation {
        Generation(self.shard(key).generation)
    }

    /// Keeps the store's answer, unless anything changed since `asked`.
    pub(super) fn keep(&self, record: &Arc<SessionRecord>, asked: Generation) {
        let mut shard = self.shard(record.key());
        if shard.generation == asked.0 && self.promised() {
            shard.put(record, self.most_per_shard);
        }
    }

    /// A record changed or went away.
    pub(super) fn forget(&self, key: &SessionKey) {
        let mut shard = self.shard(key);
        shard.generation += 1;
        shard.remove(key);
    }

    /// Every record may have changed.
    pub(super) fn forget_all(&self) {
        for shard in &self.shards {
            let mut shard = held(shard);
            let generation = shard.generation + 1;
            *shard = Shard { generation, ..Shard::default() };
        }
    }

    /// To be taken before the heartbeat that shall renew the promise is sent.
    pub(super) fn pledge(&self) -> Pledge {
        Pledge(*held(&self.broken))
    }

    /// The store promises to tell of every change until then; unless the connection broke since `pledge`.
    pub(super) fn promise(&self, until: Instant, pledge: Pledge) {
        let broken = held(&self.broken);
        if *broken == pledge.0 {
            self.promised.store(self.since_start(until), Ordering::Release);
        }
    }

    /// The store's promise is void: what is here may be old.
    pub(super) fn withdraw(&self) {
        let mut broken = held(&self.broken);
        *broken += 1;
        self.promised.store(0, Ordering::Release);
        self.forget_all();
    }

    pub(super) fn promised(&self) -> bool {
        self.since_start(Instant::now()) < self.promised.load(Ordering::Acquire)
    }

    pub(super) fn count(&self) -> usize {
        self.shards.iter().map(|shard| held(shard).slots.len()).sum()
    }

    fn since_start(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.start).as_millis()).unwrap_or(u64::MAX)
    }

    fn shard(&self, key: &SessionKey) -> MutexGuard<'_, Shard> {
        held(&self.shards[key.shard(SHARDS)])
    }
}

impl Shard {
    fn put(&mut self, record: &Arc<SessionRecord>, most: usize) {
        let slot = Slot { record: Arc::clone(record), used: false };
        if let Some(place) = self.places.get(record.key()) {
            self.slots[*place] = slot;
            return;
        }
        let place = if self.slots.len() < most { self.slots.len() } else { self.give_up_one() };
        self.places.insert(*record.key(), place);
        if place == self.slots.len() {
            self.slots.push(slot);
        } else {
            self.slots[place] = slot;
        }
    }

    /// The next one that was not asked for since the hand came by (the "second chance" of page replacement).
    fn give_up_one(&mut self) -> usize {
        loop {
            let place = self.hand % self.slots.len();
            self.hand = place + 1;
            let slot = &mut self.slots[place];
            if !std::mem::take(&mut slot.used) {
                self.places.remove(slot.record.key());
                return place;
            }
        }
    }

    fn remove(&mut self, key: &SessionKey) {
        let Some(place) = self.places.remove(key) else { return };
        self.slots.swap_remove(place);
        if let Some(moved) = self.slots.get(place) {
            self.places.insert(*moved.record.key(), place);
        }
    }
}

/// No code of ours panics while it holds one of these.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long one answered heartbeat promises, counted from when it was sent: the next one is sent after 500 ms and has
/// 500 ms to be answered.
pub(super) const PROMISE: Duration = Duration::from_millis(1000);

#[cfg(test)]
mod tests {
    use certs::{DeviceNo, Timestamp};

    use super::*;
    use crate::session::{CookieValue, NewSession};

    fn record() -> Arc<SessionRecord> {
        let session = NewSession {
            login_id: "k.sato".parse().unwrap(),
            device: DeviceNo::new(1).unwrap(),
            password_set_at: Timestamp::from_unix(0),
            opened_at: Timestamp::from_unix(0),
        };
        Arc::new(SessionRecord::new(CookieValue::draw().unwrap().key(), session, None))
    }

    fn promised(most: usize) -> Copies {
        let copies = Copies::new(most);
        copies.promise(Instant::now() + Duration::from_secs(60), copies.pledge());
        copies
    }

    #[test]
    fn an_answer_that_a_change_has_overtaken_is_thrown_away() {
        let (copies, record) = (promised(100), record());
        let asked = copies.generation(record.key());
        copies.forget(record.key());
        copies.keep(&record, asked);
        assert!(copies.find(record.key()).is_none());

        let asked = copies.generation(record.key());
        copies.forget_all();
        copies.keep(&record, asked);
        assert!(copies.find(record.key()).is_none());

        copies.keep(&record, copies.generation(record.key()));
        assert!(copies.find(record.key()).is_some());
    }

    #[test]
    fn no_copy_is_given_out_past_the_promise() {
        let (copies, record) = (promised(100), record());
        copies.keep(&record, copies.generation(record.key()));
        copies.promise(Instant::now(), copies.pledge());
        assert!(copies.find(record.key()).is_none());
        copies.promise(Instant::now() + Duration::from_secs(60), copies.pledge());
        assert!(copies.find(record.key()).is_some(), "a late heartbeat on an unbroken connection missed nothing");
        copies.withdraw();
        copies.promise(Instant::now() + Duration::from_secs(60), copies.pledge());
        assert!(copies.find(record.key()).is_none(), "a broken one may have missed anything");
    }

    #[test]
    fn a_heartbeat_answered_before_the_loss_renews_no_promise() {
        let copies = promised(100);
        let pledge = copies.pledge();
        copies.withdraw();
        copies.promise(Instant::now() + Duration::from_secs(60), pledge);
        assert!(!copies.promised());
    }

    #[test]
    fn copies_are_bounded_and_the_used_ones_stay() {
        let copies = promised(SHARDS * 16);
        let mut used = None;
        for _ in 0..20_000 {
            let record = record();
            copies.keep(&record, copies.generation(record.key()));
            let kept = used.get_or_insert(record);
            assert!(copies.find(kept.key()).is_some());
        }
        assert!(copies.count() <= SHARDS * 16);
        let used = used.unwrap();
        copies.forget(used.key());
        assert!(copies.find(used.key()).is_none());
        for shard in &copies.shards {
            let shard = held(shard);
            assert_eq!(shard.places.len(), shard.slots.len());
            assert!(shard.places.iter().all(|(key, place)| shard.slots[*place].record.key() == key));
        }
    }
}
