//! What waits for the disk, and may more come in? Where request threads and the writer meet.
//!
//! A request thread renders its line for itself and holds the lock only to copy it in.

use std::cell::RefCell;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::super::clock::Clockface;
use super::super::line::Line;
use super::super::listener::is_told;
use super::super::watch::Watch;

/// After this long a group is late: whoever waits for it is told no, and nobody is let in.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Why the log takes no requests now. Nothing that was appended is lost by it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LogUnavailable {
    /// The last try to write failed.
    #[error("the access log cannot be written: {0}")]
    Broken(String),
    /// Closed, or its writer has gone.
    #[error("the access log is closed")]
    Closed,
    /// More waits for the disk than may.
    #[error("the access log is behind: {0} bytes wait for the disk")]
    Full(usize),
    /// The line itself was not kept: the log is closed, or twice its limit was waiting already.
    #[error("the line was not kept: the access log is closed or too far behind")]
    NotKept,
    /// The disk does not answer.
    #[error("the access log's disk has not answered for {} s", PATIENCE.as_secs())]
    Slow,
}

/// A line that was appended and is awaited on disk.
#[derive(Debug)]
#[must_use]
pub(in crate::access_log) struct Awaited(oneshot::Receiver<()>);

#[derive(Debug)]
pub(super) struct Shared {
    /// The gateway's name as a JSON string.
    pub(super) gateway: Vec<u8>,
    pub(super) watch: Watch,
    waiting: Mutex<Waiting>,
    wake: Condvar,
    limit: usize,
    /// Bytes appended and not yet on disk.
    behind: AtomicUsize,
    troubled: AtomicBool,
    trouble: Mutex<Option<LogUnavailable>>,
    failures: AtomicU64,
    begun: Instant,
    /// Microseconds after `begun` at which the group in hand was begun; 0 without one.
    busy_since: AtomicU64,
}

/// Lines side by side, and where each ends.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) text: Vec<u8>,
    pub(super) ends: Vec<usize>,
    /// Which of them listeners hear of, by their number here.
    told: Vec<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) lines: Lines,
    pub(super) awaited: Vec<oneshot::Sender<()>>,
    /// Lines that came while twice the limit was waiting, and were not kept.
    pub(super) not_kept: u64,
    pub(super) reopen: bool,
    pub(super) close: Option<Vec<oneshot::Sender<()>>>,
    /// The writer sleeps until somebody wakes it.
    pub(super) asleep: bool,
    /// No line is taken any more.
    pub(super) over: bool,
}

thread_local! {
    static PEN: RefCell<(Clockface, Vec<u8>)> = const { RefCell::new((Clockface::new(), Vec::new())) };
}

impl Shared {
    pub(super) fn new(gateway: Vec<u8>, limit: usize) -> Self {
        Self {
            gateway,
            watch: Watch::default(),
            waiting: Mutex::default(),
            wake: Condvar::new(),
            limit,
            behind: AtomicUsize::new(0),
            troubled: AtomicBool::new(false),
            trouble: Mutex::new(None),
            failures: AtomicU64::new(0),
            begun: Instant::now(),
            busy_since: AtomicU64::new(0),
        }
    }

    pub(super) fn ready(&self) -> Result<(), LogUnavailable> {
        if self.troubled.load(Acquire) {
            let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
            return Err(trouble.unwrap_or(LogUnavailable::Closed));
        }
        let behind = self.behind.load(Relaxed);
        if behind > self.limit {
            return Err(LogUnavailable::Full(behind));
        }
        let busy_since = self.busy_since.load(Relaxed);
        if busy_since != 0 && self.elapsed().saturating_sub(busy_since) > PATIENCE.as_micros() as u64 {
            return Err(LogUnavailable::Slow);
        }
        Ok(())
    }

    pub(super) fn append(&self, line: &Line<'_>) {
        self.push(line, |_| ());
    }

    pub(super) fn append_awaited(&self, line: &Line<'_>) -> Awaited {
        let (sender, receiver) = oneshot::channel();
        self.push(line, |waiting| waiting.awaited.push(sender));
        Awaited(receiver)
    }

    fn push(&self, line: &Line<'_>, and: impl FnOnce(&mut Waiting)) {
        PEN.with_borrow_mut(|(clock, text)| {
            text.clear();
            line.render(&self.gateway, clock, text);
            let behind = self.behind.load(Relaxed);
            let mut waiting = self.lock();
            if waiting.over || behind > self.limit.saturating_mul(2) {
                waiting.not_kept += 1;
                return;
            }
            self.behind.fetch_add(text.len(), Relaxed);
            waiting.lines.push(text);
            if is_told(line) {
                waiting.lines.tell_last();
            }
            let had = waiting.awaited.len();
            and(&mut waiting);
            let wake = waiting.asleep || waiting.awaited.len() > had;
            waiting.asleep = false;
            drop(waiting);
            if wake {
                self.wake.notify_one();
            }
        });
    }

    pub(super) fn wish(&self, wish: impl FnOnce(&mut Waiting)) {
        wish(&mut self.lock());
        self.wake.notify_one();
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer lays itself to rest, for at most so long.
    pub(super) fn rest<'a>(&self, waiting: MutexGuard<'a, Waiting>, longest: Duration) -> MutexGuard<'a, Waiting> {
        self.wake.wait_timeout(waiting, longest).unwrap_or_else(PoisonError::into_inner).0
    }

    pub(super) fn failures(&self) -> u64 {
        self.failures.load(Relaxed)
    }

    pub(super) fn begin_group(&self) {
        self.busy_since.store(self.elapsed().max(1), Relaxed);
    }

    pub(super) fn end_group(&self, written: usize) {
        self.busy_since.store(0, Relaxed);
        self.behind.fetch_sub(written, Relaxed);
    }

    pub(super) fn fail(&self, why: LogUnavailable) {
        self.busy_since.store(0, Relaxed);
        self.failures.fetch_add(1, Relaxed);
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
        self.troubled.store(true, Release);
    }

    pub(super) fn recover(&self) {
        self.troubled.store(false, Release);
    }

    /// No line is taken any more; whoever waits is told so.
    pub(super) fn end(&self) {
        let mut waiting = self.lock();
        waiting.over = true;
        waiting.awaited.clear();
        drop(waiting.close.take());
        drop(waiting);
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(LogUnavailable::Closed);
        self.troubled.store(true, Release);
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

impl Awaited {
    pub(in crate::access_log) async fn on_disk(self) -> Result<(), LogUnavailable> {
        match tokio::time::timeout(PATIENCE, self.0).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(LogUnavailable::NotKept),
            Err(_) => Err(LogUnavailable::Slow),
        }
    }
}

impl Lines {
    fn push(&mut self, line: &[u8]) {
        self.text.extend_from_slice(line);
        self.ends.push(self.text.len());
    }

    fn tell_last(&mut self) {
        self.told.push(self.ends.len() - 1);
    }

    /// Whether listeners hear of the line with this number.
    pub(super) fn is_told(&self, number: usize) -> bool {
        self.told.binary_search(&number).is_ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.text[start..*end])
    }

    /// Empty again; what a burst took is given back.
    pub(super) fn clear(&mut self) {
        const KEPT: usize = 4 << 20;
        self.text.clear();
        self.text.shrink_to(KEPT);
        self.ends.clear();
        self.ends.shrink_to(KEPT / 512);
        self.told.clear();
    }
}
