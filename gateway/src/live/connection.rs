//! One connection, from accept until its socket is closed: who stands there, what is asked on it, and how it is ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::activity::Signs;
use super::cancel_signal::{First, Rope, Why};
use super::cancelled::Conduct;
use super::closed::ClosedListeners;
use super::connections::{Live, lock};
use super::deadlines::{Stage, Waits};
use super::in_flight_list::Flights;
use super::octets::Account;
use crate::budget::Networks;
use crate::tls::Peer;
use access_log::ConnectionFacts;

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
    pub(crate) closed: ClosedListeners,
}

impl Drop for Connection {
    fn drop(&mut self) {
        let live = Arc::clone(&self.live);
        live.leave(self);
    }
}

impl Connection {
    /// The next one, of which nothing is known yet.
    pub(super) fn new(id: u64, live: &Arc<Live>) -> Arc<Self> {
        Arc::new(Self {
            id,
            source: OnceLock::new(),
            live: Arc::clone(live),
            octets: Account::new(&live.octets),
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
            closed: ClosedListeners::default(),
        })
    }

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
    pub(crate) fn id(&self) -> u64 {
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
