//! What waits for the disk, and may more come in? Where request threads and the writer meet.
//!
//! A request thread renders its line for itself and holds the lock only to copy it in.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::oneshot;

use super::super::clock::Clockface;
use super::super::fold::{Foldable, Folds, Room, Stands};
use super::super::line::{Kind, Line};
use super::super::listener::{Told, refused_stranger, told};
use super::super::watch::Watch;
use super::disk::Reserve;

/// After this long a group is late: whoever waits for it is told no, and nobody is let in.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// Strangers' lines may fill so much of what may wait, a quarter: what devices do is written down though strangers come in
/// crowds and the disk is slow.
const STRANGERS_SHARE: usize = 4;

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
    /// What is left of the disk is kept for known devices.
    #[error(
        "the access log's disk has {free} bytes left, and {reserve} are kept for known devices: nobody else is let in"
    )]
    Reserve {
        /// Bytes.
        free: u64,
        /// Of these, if there were as many.
        reserve: u64,
    },
    /// The disk does not answer.
    #[error("the access log's disk has not answered for {} s", PATIENCE.as_secs())]
    Slow,
}

/// A line that was appended and is awaited on disk.
#[derive(Debug)]
#[must_use]
pub(crate) enum Awaited {
    /// Its group is waited for.
    Alone(oneshot::Receiver<()>),
    /// It became a count, and nobody waits for that: who sends this many would wait less often than the disk.
    Counted,
}

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
    folds: Mutex<Folds>,
    /// Lines that became a count.
    folded: AtomicU64,
    /// Whether what is left of the disk is the devices'.
    pub(super) reserve: Reserve,
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
    pub(super) told: Vec<(usize, Told)>,
    /// How often whoever showed no device of ours was refused, by reason.
    pub(super) strangers: BTreeMap<Box<str>, u64>,
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
    pub(super) fn new(gateway: Vec<u8>, (limit, reserve): (usize, Reserve)) -> Self {
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
            folds: Mutex::default(),
            folded: AtomicU64::new(0),
            reserve,
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

    /// As [`Self::ready`], for those who show no known device.
    pub(super) fn ready_for_strangers(&self) -> Result<(), LogUnavailable> {
        self.ready()?;
        self.reserve.left()?;
        let behind = self.behind.load(Relaxed);
        if behind > self.limit / STRANGERS_SHARE { Err(LogUnavailable::Full(behind)) } else { Ok(()) }
    }

    /// Writes it, or counts it where there are too many of its kind.
    pub(super) fn append(&self, line: &Line<'_>) -> Stands {
        let stands = self.judge(line);
        if stands == Stands::Alone {
            self.append_alone(line);
        }
        stands
    }

    /// Writes it, however many there are.
    pub(super) fn append_alone(&self, line: &Line<'_>) {
        self.push(line, |_| ());
    }

    pub(super) fn append_awaited(&self, line: &Line<'_>) -> Awaited {
        match self.judge(line) {
            Stands::Alone => self.append_alone_awaited(line),
            Stands::Counted => Awaited::Counted,
        }
    }

    pub(super) fn append_alone_awaited(&self, line: &Line<'_>) -> Awaited {
        let (sender, receiver) = oneshot::channel();
        self.push(line, |waiting| waiting.awaited.push(sender));
        Awaited::Alone(receiver)
    }

    fn judge(&self, line: &Line<'_>) -> Stands {
        let Some(foldable) = Foldable::of(line) else { return Stands::Alone };
        let crowded = self.behind.load(Relaxed) > self.limit / STRANGERS_SHARE;
        let room = if crowded || self.reserve.left().is_err() { Room::Devices } else { Room::All };
        let stands = self.folds().judge(&foldable, room, (self.elapsed() / 1000, line.time));
        if stands == Stands::Counted && line.kind != Kind::Open {
            self.folded.fetch_add(1, Relaxed);
        }
        stands
    }

    /// Makes lines of what was counted.
    pub(super) fn tell_folded(&self) {
        self.folds().tell(SystemTime::now(), |line| self.append_alone(line));
    }

    /// As [`Self::tell_folded`], for the last time: what comes after it stands.
    pub(super) fn end_folding(&self) {
        let mut folds = self.folds();
        folds.end();
        folds.tell(SystemTime::now(), |line| self.append_alone(line));
    }

    pub(super) fn folded(&self) -> u64 {
        self.folded.load(Relaxed)
    }

    fn folds(&self) -> MutexGuard<'_, Folds> {
        self.folds.lock().unwrap_or_else(PoisonError::into_inner)
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
            waiting.lines.push(text, told(line));
            if let Some((reason, count)) = refused_stranger(line) {
                waiting.lines.count_stranger(reason, count);
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
    pub(crate) async fn on_disk(self) -> Result<(), LogUnavailable> {
        let receiver = match self {
            Self::Alone(receiver) => receiver,
            Self::Counted => return Ok(()),
        };
        match tokio::time::timeout(PATIENCE, receiver).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(LogUnavailable::NotKept),
            Err(_) => Err(LogUnavailable::Slow),
        }
    }
}

impl Lines {
    fn push(&mut self, line: &[u8], told: Option<Told>) {
        if let Some(told) = told {
            self.told.push((self.ends.len(), told));
        }
        self.text.extend_from_slice(line);
        self.ends.push(self.text.len());
    }

    fn count_stranger(&mut self, reason: &str, count: u64) {
        match self.strangers.get_mut(reason) {
            Some(counted) => *counted += count,
            None => drop(self.strangers.insert(reason.into(), count)),
        }
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
        self.strangers.clear();
    }
}
