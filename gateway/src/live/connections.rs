//! Who is connected now, and which requests run: so that a change ends what it must, and nothing else.
//!
//! The order that leaves no gap: a request is registered here **before** its facts are read the last
//! time; a change raises the epoch **before** it sweeps. So either the sweep sees the request, or the
//! request sees that the epoch moved and asks again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use arc_swap::ArcSwap;
use tokio::sync::Notify;

use super::activity::ActivityProbe;
use super::connection::Connection;
use super::octets::{BufferLimits, Octets};
use super::requests::Requests;
use crate::budget::{ConnectionLimits, ConnectionTable};

/// Everything that is connected.
#[derive(Debug)]
pub struct Live {
    epoch: AtomicU64,
    next: AtomicU64,
    count: AtomicUsize,
    /// What bodies hold.
    pub octets: Arc<Octets>,
    shards: Vec<Mutex<HashMap<u64, Weak<Connection>>>>,
    pub(super) connection_table: Mutex<ConnectionTable<Arc<ActivityProbe>>>,
    pub(super) most: ArcSwap<ConnectionLimits>,
    pub(super) told: AtomicU64,
    pub(super) untold: AtomicUsize,
    /// Their requests in flight.
    pub requests: Arc<Requests>,
    /// Rung when the rules have changed: everything is to be judged again.
    pub(crate) anew: Notify,
}

pub(crate) const SHARDS: usize = 16;

impl Live {
    /// Nobody yet.
    #[must_use]
    pub fn new(most: ConnectionLimits, octets: BufferLimits) -> Arc<Self> {
        Arc::new(Self {
            epoch: AtomicU64::new(0),
            next: AtomicU64::new(0),
            count: AtomicUsize::new(0),
            octets: Octets::new(octets),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            connection_table: Mutex::default(),
            most: ArcSwap::from_pointee(most),
            told: AtomicU64::new(0),
            untold: AtomicUsize::new(0),
            requests: Arc::default(),
            anew: Notify::new(),
        })
    }

    /// Other bounds from now on; nobody who is in is sent away.
    pub fn bound(&self, most: ConnectionLimits, octets: BufferLimits) {
        self.octets.bound(octets);
        self.most.store(Arc::new(most));
    }

    /// A connection of its own number, listed so that it can be ended, and not yet counted among those that stand here.
    pub(super) fn list(self: &Arc<Self>) -> Arc<Connection> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let connection = Connection::new(self.next.fetch_add(1, Ordering::Relaxed), self);
        lock(self.shard(connection.id)).insert(connection.id, Arc::downgrade(&connection));
        connection
    }

    /// The one of this number, while it is there.
    pub(super) fn find(&self, number: u64) -> Option<Arc<Connection>> {
        lock(self.shard(number)).get(&number).and_then(Weak::upgrade)
    }

    pub(super) fn leave(&self, connection: &Connection) {
        lock(self.shard(connection.id)).remove(&connection.id);
        // What comes out is dropped when the table is free again.
        let _activity = lock(&self.connection_table).leave(connection.id);
        self.count.fetch_sub(1, Ordering::Relaxed);
    }

    /// Raised before every sweep.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// To be called when facts have changed and before anything is swept under the new ones.
    pub fn bump_epoch(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// How many connections there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Shows every connection to `visit`, shard by shard; one that enters meanwhile may be missed,
    /// and has then read the new facts itself.
    pub fn each(&self, mut visit: impl FnMut(&Arc<Connection>)) {
        (0..SHARDS).for_each(|shard| self.each_of(shard, &mut visit));
    }

    /// As [`Self::each`], for one of the [`SHARDS`].
    pub(crate) fn each_of(&self, shard: usize, visit: impl FnMut(&Arc<Connection>)) {
        // Out of the lock before any is visited: the last holder of a connection takes it out of its shard.
        let connections: Vec<_> = lock(&self.shards[shard]).values().filter_map(Weak::upgrade).collect();
        connections.iter().for_each(visit);
    }

    fn shard(&self, id: u64) -> &Mutex<HashMap<u64, Weak<Connection>>> {
        #[expect(clippy::cast_possible_truncation, reason = "a remainder of 16")]
        let index = (id % SHARDS as u64) as usize;
        &self.shards[index]
    }
}

/// A panic elsewhere must not make connections uncuttable: the lists are whole after each statement.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
