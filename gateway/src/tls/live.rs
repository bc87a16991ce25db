//! Who is connected now, and which requests run: so that a change ends what it must, and nothing else.
//!
//! The order that leaves no gap: a request enters its flight here **before** its facts are read the last
//! time; a change raises the epoch **before** it sweeps. So either the sweep sees the flight, or the
//! request sees that the epoch moved and asks again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use access_log::ConnectionFacts;
use arc_swap::ArcSwap;
use tokio::sync::Notify;

use super::Peer;
use super::clockwork::{Stage, Waits};
use super::conduct::Conduct;
use super::cut::{First, Rope, Why};
use super::ended::Mourners;
use super::entrance::Signs;
use super::flights::Flights;
pub use super::flights::{Airborne, TakenOff};
use super::octets::{Account, Most, Octets};
use super::requests::Requests;
use crate::budget::{Bounds, Hall, Networks};

/// Everything that is connected.
#[derive(Debug)]
pub struct Live {
    epoch: AtomicU64,
    next: AtomicU64,
    count: AtomicUsize,
    /// What bodies hold.
    pub octets: Arc<Octets>,
    shards: Vec<Mutex<HashMap<u64, Weak<Connection>>>>,
    pub(super) hall: Mutex<Hall<Arc<Signs>>>,
    pub(super) most: ArcSwap<Bounds>,
    pub(super) told: AtomicU64,
    pub(super) untold: AtomicUsize,
    /// Their requests in flight.
    pub requests: Arc<Requests>,
    /// Rung when the rules have changed: everything is to be judged again.
    pub(super) anew: Notify,
}

pub(super) const SHARDS: usize = 16;

/// One connection, from accept until its socket is closed. Whoever holds the socket holds this.
#[derive(Debug)]
pub struct Connection {
    pub(super) id: u64,
    pub(super) source: OnceLock<Networks>,
    pub(super) live: Arc<Live>,
    /// What its bodies hold.
    pub octets: Arc<Account>,
    /// Ended from outside by cutting this.
    pub rope: Rope,
    /// Asked to end once what runs has been answered.
    pub drain: Rope,
    /// What must be over by when.
    pub stage: Stage,
    /// By when the head that is coming in must have come.
    pub head: Stage,
    /// Whether the far end takes what is sent.
    pub waits: Waits,
    peer: OnceLock<Peer>,
    facts: OnceLock<Arc<ConnectionFacts>>,
    pub(super) admitted: AtomicBool,
    abort: AtomicBool,
    streams: AtomicBool,
    asked: AtomicBool,
    hearing: AtomicBool,
    pub(super) signs: Arc<Signs>,
    pub(super) flights: Flights,
    pub(super) conduct: Conduct,
    pub(super) mourners: Mourners,
}

impl Drop for Connection {
    fn drop(&mut self) {
        let live = Arc::clone(&self.live);
        live.leave(self);
    }
}

impl Live {
    /// Nobody yet.
    #[must_use]
    pub fn new(most: Bounds, octets: Most) -> Arc<Self> {
        Arc::new(Self {
            epoch: AtomicU64::new(0),
            next: AtomicU64::new(0),
            count: AtomicUsize::new(0),
            octets: Octets::new(octets),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hall: Mutex::default(),
            most: ArcSwap::from_pointee(most),
            told: AtomicU64::new(0),
            untold: AtomicUsize::new(0),
            requests: Arc::default(),
            anew: Notify::new(),
        })
    }

    /// Other bounds from now on; nobody who is in is sent away.
    pub fn bound(&self, most: Bounds, octets: Most) {
        self.octets.bound(octets);
        self.most.store(Arc::new(most));
    }

    /// A connection of its own number, listed so that it can be ended, and not yet counted among those that stand here.
    pub(super) fn list(self: &Arc<Self>) -> Arc<Connection> {
        self.count.fetch_add(1, Ordering::Relaxed);
        let connection = Arc::new(Connection {
            id: self.next.fetch_add(1, Ordering::Relaxed),
            source: OnceLock::new(),
            live: Arc::clone(self),
            octets: Account::new(&self.octets),
            rope: Rope::default(),
            drain: Rope::default(),
            stage: Stage::default(),
            head: Stage::default(),
            waits: Waits::default(),
            peer: OnceLock::new(),
            facts: OnceLock::new(),
            admitted: AtomicBool::new(false),
            abort: AtomicBool::new(false),
            streams: AtomicBool::new(false),
            asked: AtomicBool::new(false),
            hearing: AtomicBool::new(false),
            signs: Arc::default(),
            flights: Flights::default(),
            conduct: Conduct::default(),
            mourners: Mourners::default(),
        });
        lock(self.shard(connection.id)).insert(connection.id, Arc::downgrade(&connection));
        connection
    }

    /// The one of this number, while it is there.
    pub(super) fn find(&self, number: u64) -> Option<Arc<Connection>> {
        lock(self.shard(number)).get(&number).and_then(Weak::upgrade)
    }

    fn leave(&self, connection: &Connection) {
        lock(self.shard(connection.id)).remove(&connection.id);
        // What comes out is dropped when the hall is free again.
        let _signs = lock(&self.hall).leave(connection.id);
        self.count.fetch_sub(1, Ordering::Relaxed);
    }

    /// Raised before every sweep.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// To be called when facts have changed and before anything is swept under the new ones.
    pub fn turn(&self) {
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
    pub(super) fn each_of(&self, shard: usize, visit: impl FnMut(&Arc<Connection>)) {
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

impl Connection {
    /// The handshake is done and this is who stands there, and what the access lines say of them.
    pub fn handshake_done(&self, peer: Peer, facts: Arc<ConnectionFacts>) {
        lock(&self.live.hall).shaken(self.id);
        let _ = self.facts.set(facts);
        if self.peer.set(peer).is_err() {
            tracing::error!("a connection finished its handshake twice");
        }
    }

    /// Who stands there, once the handshake is done.
    #[must_use]
    pub fn peer(&self) -> Option<&Peer> {
        self.peer.get()
    }

    /// The client's address, as the access lines say it; once the handshake is done.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.facts.get().map(|facts| facts.source())
    }

    /// Whether any request was let past the first factor.
    #[must_use]
    pub fn is_admitted(&self) -> bool {
        self.admitted.load(Ordering::SeqCst)
    }

    /// Ends the connection; the far end gets a reset, so that nothing half sent looks whole.
    pub fn cut(&self, why: Why) -> First {
        self.abort.store(true, Ordering::Release);
        if let Some(facts) = self.facts.get() {
            facts.cut();
        }
        self.rope.cut(why)
    }

    /// HTTP/2 is spoken: a broken answer resets its stream and not the connection.
    pub fn has_streams(&self) {
        self.streams.store(true, Ordering::Relaxed);
    }

    /// An answer breaks off: over HTTP/1.1 the socket is to be reset when it is dropped.
    pub fn break_off(&self) {
        if !self.streams.load(Ordering::Relaxed) {
            self.abort.store(true, Ordering::Release);
        }
    }

    /// Whether the socket is to be reset when it is dropped.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.abort.load(Ordering::Acquire)
    }

    /// A request begins; while any is served, the connection has no deadline of its own.
    #[must_use]
    pub fn serve(self: &Arc<Self>, keep_alive: Duration) -> Serving {
        self.signs.serving.fetch_add(1, Ordering::SeqCst);
        self.stage.serve();
        self.asked.store(true, Ordering::Relaxed);
        if !self.is_streams() {
            self.head.serve();
        }
        Serving { connection: Arc::clone(self), keep_alive }
    }

    /// Octets came over HTTP/1.1. The first while nothing is served begin a head, which is no idleness any more; the limit
    /// for the first head of all goes on.
    pub fn heard(&self, limit: Duration) {
        if self.signs.serving.load(Ordering::SeqCst) > 0 || self.hearing.swap(true, Ordering::Relaxed) {
            return;
        }
        self.head.begin(limit);
        if self.asked.load(Ordering::Relaxed) {
            self.stage.serve();
        }
    }

    /// Its number, which no other connection has or had.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Everything that is connected, this among it.
    pub(super) fn live(&self) -> &Live {
        &self.live
    }

    /// Whether answers come in streams, of which each can be ended alone.
    #[must_use]
    pub fn is_streams(&self) -> bool {
        self.streams.load(Ordering::Relaxed)
    }
}

/// A request being served, until its answer is out.
#[derive(Debug)]
pub struct Serving {
    /// The connection it came on.
    pub connection: Arc<Connection>,
    keep_alive: Duration,
}

impl Drop for Serving {
    fn drop(&mut self) {
        if self.connection.signs.serving.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.connection.hearing.store(false, Ordering::Relaxed);
            self.connection.stage.begin(self.keep_alive);
        }
    }
}

/// A panic elsewhere must not make connections uncuttable: the lists are whole after each statement.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
