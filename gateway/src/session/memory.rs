//! Sessions of one machine, in this process: the truth itself, so nothing can be stale. They end with the process.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certs::Timestamp;
use registry::LoginId;

use super::changes::{Change, Changes, Teller};
use super::key::{CookieValue, SessionKey, Taken};
use super::record::{Ended, NewSession, SessionRecord};
use super::tally::{Swap, TallyKey};

/// Many enough that 2 to 64 cores seldom meet in one.
const SHARDS: usize = 64;
/// At about 300 bytes each, 75 MB. Beyond it nobody new gets in until older sessions have gone.
const MOST_SESSIONS: usize = 250_000;
/// Each stands for an ID or a device that failed within the hour; a device can add one a minute.
const MOST_TALLIES: usize = 100_000;

type Shard = HashMap<SessionKey, Arc<SessionRecord>, BuildHasherDefault<Taken>>;

/// The store.
#[derive(Debug)]
pub struct Memory {
    shards: Box<[Mutex<Shard>]>,
    count: AtomicUsize,
    logins: Mutex<HashMap<LoginId, Timestamp>>,
    tallies: Mutex<HashMap<TallyKey, (Vec<u8>, Timestamp)>>,
    teller: Teller,
    absolute: i64,
}

/// It holds as much as it may.
#[derive(Debug)]
pub(super) struct Full;

impl Memory {
    pub(super) fn new(absolute: i64) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            count: AtomicUsize::new(0),
            logins: Mutex::default(),
            tallies: Mutex::default(),
            teller: Teller::new(),
            absolute,
        }
    }

    pub(super) fn find(&self, key: &SessionKey) -> Option<Arc<SessionRecord>> {
        self.shard(key).get(key).cloned()
    }

    pub(super) fn count(&self) -> usize {
        self.count.load(Relaxed)
    }

    pub(super) fn listen(&self) -> Changes {
        self.teller.listen()
    }

    pub(super) fn open(&self, value: &CookieValue, new: NewSession) -> Result<SessionKey, Full> {
        if self.count() >= MOST_SESSIONS {
            return Err(Full);
        }
        let key = value.key();
        let previous = held(&self.logins).insert(new.login_id.clone(), new.opened_at);
        if self.shard(&key).insert(key, Arc::new(SessionRecord::new(key, new, previous))).is_none() {
            self.count.fetch_add(1, Relaxed);
        }
        self.teller.tell(Change::One(key));
        Ok(key)
    }

    pub(super) fn end(&self, key: &SessionKey, ended: Ended) -> bool {
        self.change(key, |record| record.over(ended))
    }

    pub(super) fn rest_on(&self, key: &SessionKey, password_set_at: Timestamp) -> bool {
        self.change(key, |record| record.resting_on(password_set_at))
    }

    fn change(&self, key: &SessionKey, next: impl FnOnce(&SessionRecord) -> Option<SessionRecord>) -> bool {
        let mut shard = self.shard(key);
        let Some(slot) = shard.get_mut(key) else { return false };
        let Some(next) = next(slot) else { return false };
        *slot = Arc::new(next);
        drop(shard);
        self.teller.tell(Change::One(*key));
        true
    }

    pub(super) fn touch(&self, record: &SessionRecord, now: Timestamp) {
        record.saw(now);
        // The record handed in may be older than the one that is kept, if the session was changed meanwhile.
        if record.tell(now, 1)
            && let Some(kept) = self.find(record.key())
        {
            kept.saw(now);
        }
    }

    pub(super) fn last_seen(&self, record: &SessionRecord) -> Timestamp {
        if let Some(kept) = self.find(record.key()) {
            record.saw(kept.seen());
        }
        record.seen()
    }

    pub(super) fn live_of(&self, id: &LoginId) -> Vec<SessionKey> {
        let mut keys = Vec::new();
        for shard in &self.shards {
            let shard = held(shard);
            keys.extend(
                shard.values().filter(|one| one.login_id() == id && one.ended().is_none()).map(|one| *one.key()),
            );
        }
        keys
    }

    pub(super) fn tally(&self, key: &TallyKey) -> Vec<u8> {
        held(&self.tallies).get(key).map(|(bytes, _)| bytes.clone()).unwrap_or_default()
    }

    pub(super) fn swap_tally(&self, key: &TallyKey, swap: &Swap<'_>) -> Result<bool, Full> {
        let mut tallies = held(&self.tallies);
        let there = tallies.get(key).map_or([].as_slice(), |(bytes, _)| bytes);
        if there != swap.old {
            return Ok(false);
        }
        if swap.new.is_empty() {
            tallies.remove(key);
            return Ok(true);
        }
        if tallies.len() >= MOST_TALLIES && !tallies.contains_key(key) {
            return Err(Full);
        }
        tallies.insert(key.clone(), (swap.new.to_vec(), swap.now.plus(swap.keep)));
        Ok(true)
    }

    /// Lets go of what nobody needs to hear about any more.
    pub(super) fn sweep(&self, now: Timestamp) {
        for shard in &self.shards {
            let mut gone = 0;
            held(shard).retain(|_, record| {
                let stays = now <= record.kept_until(self.absolute);
                gone += usize::from(!stays);
                stays
            });
            self.count.fetch_sub(gone, Relaxed);
        }
        held(&self.tallies).retain(|_, (_, until)| now <= *until);
    }

    fn shard(&self, key: &SessionKey) -> MutexGuard<'_, Shard> {
        held(&self.shards[key.shard(SHARDS)])
    }
}

/// No code of ours panics while it holds one of these; if it did, the map would still be whole.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use certs::DeviceNo;

    use super::*;
    use crate::session::Why;

    const NOON: Timestamp = Timestamp::from_unix(1_790_000_000);
    const HOUR: i64 = 3600;

    fn opened(memory: &Memory) -> SessionKey {
        let session = NewSession {
            login_id: "k.sato".parse().unwrap(),
            device: DeviceNo::new(1).unwrap(),
            password_set_at: NOON,
            opened_at: NOON,
        };
        memory.open(&CookieValue::draw().unwrap(), session).unwrap()
    }

    #[test]
    fn a_record_outlives_its_end_by_a_day_and_no_longer() {
        let memory = Memory::new(12 * HOUR);
        let keys = [opened(&memory), opened(&memory)];
        memory.end(&keys[1], Ended { why: Why::Logout, at: NOON.plus(HOUR) });

        memory.sweep(NOON.plus(25 * HOUR));
        assert!(keys.iter().all(|key| memory.find(key).is_some()));
        memory.sweep(NOON.plus(25 * HOUR + 1));
        assert!(memory.find(&keys[0]).is_some() && memory.find(&keys[1]).is_none());
        memory.sweep(NOON.plus(36 * HOUR + 1));
        assert_eq!(memory.count(), 0);
    }
}
