//! Sessions of one machine, in this process: the truth itself, so nothing can be stale. They end with the process.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use certs::{DeviceNo, Timestamp};
use registry::LoginId;

use super::changes::{Change, Changes, Teller};
use super::ended::{Ended, SessionEnd, UntoldEnd};
use super::failure::StoreSilent;
use super::failure_counts::{CountKey, Swap};
use super::key::{CookieValue, SessionKey, Taken};
use super::record::{NewSession, SessionRecord};
use super::verify::Lasting;
use crate::budget::Usage;

/// Many enough that 2 to 64 cores seldom meet in one.
const SHARDS: usize = 64;
/// At about 300 bytes each, 75 MB. Beyond it the ID that holds most loses its oldest to whoever comes.
const MOST_SESSIONS: usize = 250_000;
/// Each stands for an ID or a device that failed within the hour; a device can add one a minute.
const MOST_COUNTS: usize = 100_000;

type Shard = HashMap<SessionKey, Arc<SessionRecord>, BuildHasherDefault<Taken>>;

/// The store.
#[derive(Debug)]
pub struct Memory {
    shards: Box<[Mutex<Shard>]>,
    count: AtomicUsize,
    /// Whoever holds this may take a shard; not the other way round.
    people: Mutex<People>,
    counts: Mutex<HashMap<CountKey, (Vec<u8>, Timestamp)>>,
    teller: Teller,
    absolute: i64,
    per_device: usize,
    most: usize,
}

/// Who has which sessions. Only people of the registry are in it.
#[derive(Debug, Default)]
struct People {
    last_logins: HashMap<LoginId, Timestamp>,
    sessions: HashMap<LoginId, Vec<(DeviceNo, SessionKey)>>,
    usage: Usage<LoginId>,
}

/// It holds as much as it may.
#[derive(Debug)]
pub(super) struct StoreFull;

impl From<StoreFull> for StoreSilent {
    fn from(_: StoreFull) -> Self {
        Self("it holds as much as it may".into())
    }
}

impl Memory {
    pub(super) fn new(absolute: i64, per_device: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            count: AtomicUsize::new(0),
            people: Mutex::default(),
            counts: Mutex::default(),
            teller: Teller::new(),
            absolute,
            per_device,
            most: MOST_SESSIONS,
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

    /// Opens a session; says which gave way to it, as they ended.
    pub(super) fn open(&self, value: &CookieValue, new: NewSession) -> Vec<Arc<SessionRecord>> {
        let key = value.key();
        let mut people = held(&self.people);
        let mut gone = self.make_room(&mut people, &new);
        while self.count() >= self.most {
            match self.forget_of_the_greediest(&mut people, new.opened_at) {
                Some(forgotten) => gone.extend(forgotten),
                None => break,
            }
        }
        let previous = people.last_logins.insert(new.login_id.clone(), new.opened_at);
        people.enter(&new.login_id, (new.device, key));
        if self.shard(&key).insert(key, Arc::new(SessionRecord::new(key, new, previous))).is_none() {
            self.count.fetch_add(1, Relaxed);
        }
        drop(people);
        self.teller.tell(Change::One(key));
        gone
    }

    /// The ID's oldest on this device end; as many that have ended stay to say why, older ones are forgotten.
    fn make_room(&self, people: &mut People, new: &NewSession) -> Vec<Arc<SessionRecord>> {
        let (mut live, mut ended) = (Vec::new(), Vec::new());
        for (device, key) in people.of(&new.login_id) {
            match self.find(key) {
                Some(record) if *device == new.device && record.ended().is_none() => live.push(*key),
                Some(_) if *device == new.device => ended.push(*key),
                Some(_) | None => {}
            }
        }
        let mut gone = Vec::new();
        for oldest in live.iter().take((live.len() + 1).saturating_sub(self.per_device)) {
            gone.extend(self.end(oldest, Ended { why: SessionEnd::TooMany, at: new.opened_at }));
        }
        ended.extend(gone.iter().map(|record| *record.key()));
        for oldest in ended.iter().take(ended.len().saturating_sub(self.per_device)) {
            self.forget(people, &new.login_id, oldest);
        }
        gone
    }

    /// When the whole is full, whoever holds most loses what is oldest of it: what has ended before what has not. Says what
    /// it ended, if it was not over before; nothing at all if nobody holds anything.
    fn forget_of_the_greediest(&self, people: &mut People, now: Timestamp) -> Option<Option<Arc<SessionRecord>>> {
        let id = people.usage.heaviest().map(|(id, _)| id.clone())?;
        let theirs = people.of(&id);
        let over = |key: &SessionKey| self.find(key).is_none_or(|record| record.ended().is_some());
        let oldest = theirs.iter().find(|(_, key)| over(key)).or(theirs.first()).map(|(_, key)| *key)?;
        let ended = self.end(&oldest, Ended { why: SessionEnd::TooMany, at: now });
        self.forget(people, &id, &oldest);
        Some(ended)
    }

    fn forget(&self, people: &mut People, id: &LoginId, key: &SessionKey) {
        people.leave(id, key);
        if self.shard(key).remove(key).is_some() {
            self.count.fetch_sub(1, Relaxed);
            self.teller.tell(Change::One(*key));
        }
    }

    /// The session as it ended, if this was its end.
    pub(super) fn end(&self, key: &SessionKey, ended: Ended) -> Option<Arc<SessionRecord>> {
        self.change(key, |record| record.over(ended))
    }

    /// Ends every session of an ID but one; returns them as they ended.
    pub(super) fn end_others(&self, id: &LoginId, except: &SessionKey, ended: Ended) -> Vec<Arc<SessionRecord>> {
        let others = self.live(id).into_iter().filter(|record| record.key() != except);
        others.filter_map(|record| self.end(record.key(), ended)).collect()
    }

    pub(super) fn rest_on(&self, key: &SessionKey, password_set_at: Timestamp) -> bool {
        self.change(key, |record| record.resting_on(password_set_at)).is_some()
    }

    fn change(
        &self,
        key: &SessionKey,
        next: impl FnOnce(&SessionRecord) -> Option<SessionRecord>,
    ) -> Option<Arc<SessionRecord>> {
        let mut shard = self.shard(key);
        let slot = shard.get_mut(key)?;
        let next = Arc::new(next(slot)?);
        *slot = Arc::clone(&next);
        drop(shard);
        self.teller.tell(Change::One(*key));
        Some(next)
    }

    /// Ends what time has ended, though nobody came back to hear of it. Whoever else ends a session tells of it.
    pub(super) fn due(&self, now: Timestamp, lasting: Lasting) -> Vec<UntoldEnd> {
        let overdue = self.all_live().into_iter().filter_map(|record| Some((record.time_up(lasting, now)?, record)));
        let ended = overdue.filter_map(|(ended, record)| self.end(record.key(), ended));
        ended.map(|record| UntoldEnd { key: *record.key(), record: Some(record) }).collect()
    }

    /// Every session that has not ended.
    pub(super) fn all_live(&self) -> Vec<Arc<SessionRecord>> {
        let mut live = Vec::new();
        for shard in &self.shards {
            live.extend(held(shard).values().filter(|record| record.ended().is_none()).cloned());
        }
        live
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

    /// Every session of an ID that has not ended, the oldest first.
    pub(super) fn live(&self, id: &LoginId) -> Vec<Arc<SessionRecord>> {
        let people = held(&self.people);
        let found = people.of(id).iter().filter_map(|(_, key)| self.find(key));
        found.filter(|record| record.ended().is_none()).collect()
    }

    pub(super) fn counts(&self, keys: &[&CountKey]) -> Vec<Vec<u8>> {
        let counts = held(&self.counts);
        keys.iter().map(|key| counts.get(*key).map(|(octets, _)| octets.clone()).unwrap_or_default()).collect()
    }

    /// All of them, or none.
    pub(super) fn swap_counts(&self, swaps: &[Swap<'_>]) -> Result<bool, StoreFull> {
        let mut counts = held(&self.counts);
        let there = |key: &CountKey| counts.get(key).map_or([].as_slice(), |(octets, _)| octets);
        if swaps.iter().any(|swap| there(swap.key) != swap.old) {
            return Ok(false);
        }
        let more = swaps.iter().filter(|swap| !swap.new.is_empty() && !counts.contains_key(swap.key)).count();
        if more > 0 && counts.len() + more > MOST_COUNTS {
            return Err(StoreFull);
        }
        for swap in swaps {
            if swap.new.is_empty() {
                counts.remove(swap.key);
            } else {
                counts.insert(swap.key.clone(), (swap.new.to_vec(), swap.now.plus(swap.keep)));
            }
        }
        Ok(true)
    }

    /// Lets go of what nobody needs to hear about any more.
    pub(super) fn sweep(&self, now: Timestamp) {
        let mut people = held(&self.people);
        for shard in &self.shards {
            held(shard).retain(|key, record| {
                let stays = now <= record.kept_until(self.absolute);
                if !stays {
                    people.leave(record.login_id(), key);
                    self.count.fetch_sub(1, Relaxed);
                }
                stays
            });
        }
        drop(people);
        held(&self.counts).retain(|_, (_, until)| now <= *until);
    }

    fn shard(&self, key: &SessionKey) -> MutexGuard<'_, Shard> {
        held(&self.shards[key.shard(SHARDS)])
    }
}

impl People {
    fn of(&self, id: &LoginId) -> &[(DeviceNo, SessionKey)] {
        self.sessions.get(id).map_or(&[], Vec::as_slice)
    }

    fn enter(&mut self, id: &LoginId, session: (DeviceNo, SessionKey)) {
        self.sessions.entry(id.clone()).or_default().push(session);
        self.usage.take(id, 1);
    }

    fn leave(&mut self, id: &LoginId, key: &SessionKey) {
        let Some(theirs) = self.sessions.get_mut(id) else { return };
        let Some(place) = theirs.iter().position(|(_, one)| one == key) else { return };
        theirs.remove(place);
        if theirs.is_empty() {
            self.sessions.remove(id);
        }
        self.usage.give_back(id, 1);
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
    use crate::session::SessionEnd;

    const NOON: Timestamp = Timestamp::from_unix(1_790_000_000);
    const HOUR: i64 = 3600;

    fn login(id: &str, device: u32) -> NewSession {
        NewSession {
            login_id: id.parse().unwrap(),
            device: DeviceNo::new(device).unwrap(),
            password_set_at: NOON,
            opened_at: NOON,
        }
    }

    fn opened(memory: &Memory, id: &str, device: u32) -> SessionKey {
        let value = CookieValue::draw().unwrap();
        memory.open(&value, login(id, device));
        value.key()
    }

    #[test]
    fn a_record_outlives_its_end_by_a_day_and_no_longer() {
        let memory = Memory::new(12 * HOUR, 10);
        let keys = [opened(&memory, "k.sato", 1), opened(&memory, "k.sato", 1)];
        memory.end(&keys[1], Ended { why: SessionEnd::Logout, at: NOON.plus(HOUR) });

        memory.sweep(NOON.plus(25 * HOUR));
        assert!(keys.iter().all(|key| memory.find(key).is_some()));
        memory.sweep(NOON.plus(25 * HOUR + 1));
        assert!(memory.find(&keys[0]).is_some() && memory.find(&keys[1]).is_none());
        memory.sweep(NOON.plus(36 * HOUR + 1));
        assert_eq!(memory.count(), 0);
        let people = held(&memory.people);
        assert_eq!((people.usage.total(), people.sessions.len()), (0, 0));
    }

    #[test]
    fn when_the_whole_is_full_the_id_that_holds_most_loses_its_oldest_and_nobody_new_is_refused() {
        let memory = Memory { most: 20, ..Memory::new(12 * HOUR, 10) };
        let modest = [opened(&memory, "k.sato", 1), opened(&memory, "m.ito", 2)];
        let at_fault: Vec<_> = (3..30).map(|device| opened(&memory, "z.greedy", device)).collect();
        let news: Vec<_> = (0..6).map(|n| opened(&memory, &format!("new-{n}"), 1)).collect();
        assert_eq!(memory.count(), 20);
        assert!(modest.iter().chain(&news).all(|key| memory.find(key).is_some()), "not those who hold little");
        let left: Vec<_> = at_fault.iter().filter(|key| memory.find(key).is_some()).collect();
        assert_eq!(left, at_fault[at_fault.len() - 12..].iter().collect::<Vec<_>>(), "the oldest went");
        let gone = memory.open(&CookieValue::draw().unwrap(), login("new-6", 1));
        assert_eq!(gone.len(), 1, "and whoever came is told which, so that a line says so");
        assert_eq!(gone[0].ended().map(|ended| ended.why), Some(SessionEnd::TooMany));
    }

    #[test]
    fn what_has_ended_is_not_kept_without_number() {
        let memory = Memory::new(12 * HOUR, 10);
        for _ in 0..100 {
            let key = opened(&memory, "k.sato", 1);
            memory.end(&key, Ended { why: SessionEnd::Logout, at: NOON });
        }
        assert_eq!(memory.count(), 11);
    }
}
