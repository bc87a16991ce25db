//! Does every request leave exactly one line, or count in one? Yes: it cannot get rid of its [`OpenLine`] without.
//!
//! Made at the start of a request and moved along with it, into its answer's body or its upgrade.
//! Closing takes it; dropping it unclosed, by a client that hung up or a task that was ended,
//! writes the line too, with the outcome `aborted`, or `cut` where we ended the connection.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use http::request::Parts;

use super::facts::{ConnectionFacts, Facts};
use super::fold::Stands;
use super::journal::{AccessLog, Awaited, LogUnavailable};
use super::line::{Kind, Line, Outcome};
use super::reference::{Reference, RequestId};
use super::watch::Place;

/// A request whose line is yet to be written. Written when closed, or when dropped.
#[derive(Debug)]
#[must_use = "dropping it writes the line of an aborted request"]
pub struct OpenLine {
    running: Arc<Running>,
    place: Place,
}

/// Counts the bytes of a request's bodies; may outlive the line, then nobody counts any more.
#[derive(Clone, Debug)]
pub struct Meter(Arc<Running>);

/// What the line and whoever watches for long requests share.
#[derive(Debug)]
pub(super) struct Running {
    log: AccessLog,
    id: RequestId,
    connection: Arc<ConnectionFacts>,
    begun: Instant,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    told_open: AtomicBool,
    /// Its `open` line is there: then so must be the one that ends it.
    stands: AtomicBool,
    told: Mutex<Told>,
}

#[derive(Debug)]
struct Told {
    facts: Facts,
    over: bool,
}

impl OpenLine {
    pub(super) fn begin(log: &AccessLog, id: RequestId, connection: &Arc<ConnectionFacts>) -> Self {
        let running = Arc::new(Running {
            log: log.clone(),
            id,
            connection: Arc::clone(connection),
            begun: Instant::now(),
            bytes_in: AtomicU64::new(0),
            bytes_out: AtomicU64::new(0),
            told_open: AtomicBool::new(false),
            stands: AtomicBool::new(false),
            told: Mutex::new(Told { facts: Facts::default(), over: false }),
        });
        let place = log.watch().enter(&running);
        Self { running, place }
    }

    /// The request's id, for `X-Request-Id`.
    #[must_use]
    pub fn request_id(&self) -> RequestId {
        self.running.id
    }

    /// The code that a page shows.
    #[must_use]
    pub fn reference(&self) -> Reference {
        self.running.id.reference()
    }

    /// When the request began.
    #[must_use]
    pub fn begun(&self) -> Instant {
        self.running.begun
    }

    /// Takes what the head of the request says.
    pub fn hear(&self, head: &Parts) {
        self.learn(|facts| facts.hear(head));
    }

    /// Notes what has been found out.
    pub fn learn(&self, note: impl FnOnce(&mut Facts)) {
        note(&mut self.running.told.lock().unwrap_or_else(PoisonError::into_inner).facts);
    }

    /// A counter for the bodies of this request.
    #[must_use]
    pub fn meter(&self) -> Meter {
        Meter(Arc::clone(&self.running))
    }

    /// Leaves the `open` line now: to be called before an upgrade is answered.
    pub fn upgraded(&self) {
        self.running.tell_open();
    }

    /// Writes the line.
    pub fn close(self, outcome: Outcome) {
        self.running.end(outcome, Running::append);
    }

    /// Writes the line and waits until it is on disk: for answers that may be given only then.
    /// Closed is closed: what is done with `self` afterwards, dropping included, writes nothing more.
    ///
    /// # Errors
    /// It could not be brought to disk in time. It is not lost: it is written when that is
    /// possible again.
    pub async fn close_written(&self, outcome: Outcome) -> Result<(), LogUnavailable> {
        match self.running.end(outcome, Running::append_awaited) {
            Some(written) => written.on_disk().await,
            None => Ok(()),
        }
    }
}

impl Drop for OpenLine {
    fn drop(&mut self) {
        let outcome = self.running.connection.dropped();
        self.running.end(outcome, Running::append);
        self.running.log.watch().leave(self.place);
    }
}

impl Meter {
    /// So many more bytes of the request's body came in.
    pub fn received(&self, bytes: usize) {
        self.0.bytes_in.fetch_add(bytes as u64, Relaxed);
    }

    /// So many more bytes of the answer's body went out.
    pub fn sent(&self, bytes: usize) {
        self.0.bytes_out.fetch_add(bytes as u64, Relaxed);
    }
}

impl Running {
    pub(super) fn is_long(&self, now: Instant, limit: Duration) -> bool {
        !self.told_open.load(Relaxed) && now.duration_since(self.begun) >= limit
    }

    /// Leaves the `open` line, unless it is there already or the request is over.
    pub(super) fn tell_open(&self) {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if !told.over && !self.told_open.swap(true, Relaxed) {
            let stands = self.log.append_or_count(&self.line(&told.facts, Kind::Open, None));
            self.stands.store(stands == Stands::Alone, Relaxed);
        }
    }

    fn append(&self, line: &Line<'_>) {
        if self.stands.load(Relaxed) { self.log.append_alone(line) } else { self.log.append(line) }
    }

    fn append_awaited(&self, line: &Line<'_>) -> Awaited {
        if self.stands.load(Relaxed) { self.log.append_alone_awaited(line) } else { self.log.append_awaited(line) }
    }

    /// The first end counts. Writing happens under the lock, so that no `open` line comes after.
    fn end<T>(&self, outcome: Outcome, write: impl FnOnce(&Self, &Line<'_>) -> T) -> Option<T> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.over {
            return None;
        }
        told.over = true;
        Some(write(self, &self.line(&told.facts, Kind::Request, Some(outcome))))
    }

    fn line<'a>(&'a self, facts: &'a Facts, kind: Kind, outcome: Option<Outcome>) -> Line<'a> {
        let begun = Line {
            request_id: Some(self.id),
            bytes_in: Some(self.bytes_in.load(Relaxed)),
            bytes_out: Some(self.bytes_out.load(Relaxed)),
            duration_us: Some(u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)),
            ..self.connection.line(kind, SystemTime::now())
        };
        facts.line(begun, outcome)
    }
}
