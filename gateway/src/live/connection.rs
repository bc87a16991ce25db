//! One connection, from accept until its socket is closed: who stands there, what is asked on it, and how it is ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use access_log::ConnectionFacts;

use super::activity::ActivityProbe;
use super::cancel_signal::{CancelSignal, CloseReason, First};
use super::cancellation_window::CancellationWindow;
use super::closed::ClosedListeners;
use super::connections::{Live, lock};
use super::deadlines::{Deadline, StallTimer};
use super::in_flight_list::InFlightList;
use super::octets::Account;
use crate::budget::Networks;
use crate::tls::Peer;

/// One connection, from accept until its socket is closed. Whoever holds the socket holds this.
#[derive(Debug)]
pub struct Connection {
    pub(super) id: u64,
    pub(super) source: OnceLock<Networks>,
    pub(super) live: Arc<Live>,
    /// What its bodies hold.
    pub octets: Arc<Account>,
    /// Ended from outside by cancelling this.
    pub cancel: CancelSignal,
    /// Asked to end once what runs has been answered.
    pub drain: CancelSignal,
    /// What must be over by when.
    pub deadline: Deadline,
    /// By when the head that is coming in must have come.
    pub head_deadline: Deadline,
    /// Whether the far end takes what is sent.
    pub stall: StallTimer,
    peer: OnceLock<Peer>,
    facts: OnceLock<Arc<ConnectionFacts>>,
    pub(super) admitted: AtomicBool,
    abort: AtomicBool,
    streams: AtomicBool,
    asked: AtomicBool,
    hearing: AtomicBool,
    pub(super) activity: Arc<ActivityProbe>,
    pub(super) in_flight: InFlightList,
    pub(super) cancellations: CancellationWindow,
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
            cancel: CancelSignal::default(),
            drain: CancelSignal::default(),
            deadline: Deadline::default(),
            head_deadline: Deadline::default(),
            stall: StallTimer::default(),
            peer: OnceLock::new(),
            facts: OnceLock::new(),
            admitted: AtomicBool::new(false),
            abort: AtomicBool::new(false),
            streams: AtomicBool::new(false),
            asked: AtomicBool::new(false),
            hearing: AtomicBool::new(false),
            activity: Arc::default(),
            in_flight: InFlightList::default(),
            cancellations: CancellationWindow::default(),
            closed: ClosedListeners::default(),
        })
    }

    /// The handshake is done and this is who stands there, and what the access lines say of them.
    pub fn handshake_done(&self, peer: Peer, facts: Arc<ConnectionFacts>) {
        lock(&self.live.connection_table).shaken(self.id);
        let _ = self.facts.set(facts);
        if self.peer.set(peer).is_err() {
            tracing::error!("the handshake of a connection was finished twice");
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
    pub fn cut(&self, why: CloseReason) -> First {
        self.abort.store(true, Ordering::Release);
        if let Some(facts) = self.facts.get() {
            facts.cut();
        }
        self.cancel.cancel(why)
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
    pub fn serve(self: &Arc<Self>, keep_alive: Duration) -> ServingGuard {
        self.activity.serving.fetch_add(1, Ordering::SeqCst);
        self.deadline.serve();
        self.asked.store(true, Ordering::Relaxed);
        if !self.is_streams() {
            self.head_deadline.serve();
        }
        ServingGuard { connection: Arc::clone(self), keep_alive }
    }

    /// Octets came over HTTP/1.1. The first while nothing is served begin a head, which is no idleness any more; the limit
    /// for the first head of all goes on.
    pub fn heard(&self, limit: Duration) {
        if self.activity.serving.load(Ordering::SeqCst) > 0 || self.hearing.swap(true, Ordering::Relaxed) {
            return;
        }
        self.head_deadline.begin(limit);
        if self.asked.load(Ordering::Relaxed) {
            self.deadline.serve();
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
pub struct ServingGuard {
    /// The connection it came on.
    pub connection: Arc<Connection>,
    keep_alive: Duration,
}

impl Drop for ServingGuard {
    fn drop(&mut self) {
        if self.connection.activity.serving.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.connection.hearing.store(false, Ordering::Relaxed);
            self.connection.deadline.begin(self.keep_alive);
        }
    }
}
