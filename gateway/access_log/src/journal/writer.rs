//! How do lines get to disk? One thread takes what has gathered, seals it, writes and syncs it.
//!
//! Every 20 ms, or at once when somebody waits. What could not be written stays sealed in memory
//! and is tried again; what comes meanwhile is sealed behind it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::oneshot;

use super::super::checkpoint::LogKey;
use super::super::line::{Kind, Line};
use super::super::listener::{Heard, Listener, Told};
use super::super::seal::Chain;
use super::append_file::AppendFile;
use super::waiting::{Lines, LogUnavailable, PATIENCE, Shared};

/// How long lines gather before they are brought to disk together.
const GATHER: Duration = Duration::from_millis(20);
/// How long until a group that failed is tried again.
const RETRY: Duration = Duration::from_millis(100);
/// How often long requests are looked for, the disk is measured, and what was counted becomes lines.
const LOOK: Duration = Duration::from_secs(1);
/// A request that runs longer leaves an `open` line (gateway/README.md#the-access-line).
const LONG: Duration = Duration::from_secs(10);
/// A checkpoint after so many lines, or so long after the first of them.
const CHECKPOINT_LINES: u64 = 1000;
const CHECKPOINT_AFTER: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) key: LogKey,
    pub(super) log: AppendFile,
    pub(super) checkpoints: AppendFile,
    pub(super) chain: Chain,
    pub(super) rotate_bytes: u64,
    pub(super) hand: Hand,
    pub(super) listener: Arc<dyn Listener>,
}

/// What the writer holds between two groups.
#[derive(Debug)]
pub(super) struct Hand {
    taken: Lines,
    awaited: Vec<oneshot::Sender<()>>,
    closers: Option<Vec<oneshot::Sender<()>>>,
    /// Sealed and not on disk.
    sealed: Vec<u8>,
    /// Where in it the lines stand that the listener is told of.
    told: Vec<(Range<usize>, u64, Told)>,
    /// Refusals of strangers among them, by reason.
    strangers: BTreeMap<Box<str>, u64>,
    /// Bytes of it as they were appended.
    appended: usize,
    /// The first line no checkpoint vouches for.
    unvouched: u64,
    reopen: bool,
    stuck_page: bool,
    vouched_at: Instant,
    looked_at: Instant,
    failing: bool,
}

impl Hand {
    pub(super) fn new(next: u64) -> Self {
        let now = Instant::now();
        Self {
            taken: Lines::default(),
            awaited: Vec::new(),
            closers: None,
            sealed: Vec::new(),
            told: Vec::new(),
            strangers: BTreeMap::new(),
            appended: 0,
            unvouched: next,
            reopen: false,
            stuck_page: false,
            vouched_at: now,
            looked_at: now,
            failing: false,
        }
    }
}

/// Tells everybody, however the writer ends.
struct Farewell(Arc<Shared>);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Writer {
    pub(super) fn run(mut self) {
        let _farewell = Farewell(Arc::clone(&self.shared));
        loop {
            self.gather();
            if self.hand.closers.is_some() {
                let closers = self.finish();
                // Whoever is told may open the files again at once.
                drop(self);
                for closer in closers {
                    // Whoever closed may not have waited.
                    let _ = closer.send(());
                }
                return;
            }
            self.look();
            self.seal();
            self.step();
        }
    }

    /// Waits until there is something to do, and takes it.
    fn gather(&mut self) {
        let shared = Arc::clone(&self.shared);
        let mut waiting = shared.lock();
        let begun = Instant::now();
        let mut until = None;
        loop {
            let now = Instant::now();
            let gathered = if self.hand.failing {
                now >= begun + RETRY
            } else {
                let until = (!waiting.lines.is_empty()).then(|| *until.get_or_insert(now + GATHER));
                !waiting.awaited.is_empty() || waiting.reopen || until.is_some_and(|until| now >= until)
            };
            if gathered || waiting.close.is_some() || now >= self.hand.looked_at + LOOK {
                break;
            }
            let next = if self.hand.failing { begun + RETRY } else { until.unwrap_or(self.hand.looked_at + LOOK) };
            waiting.asleep = waiting.lines.is_empty() && !self.hand.failing;
            waiting = shared.rest(waiting, next.saturating_duration_since(now).max(Duration::from_millis(1)));
        }
        waiting.asleep = false;
        std::mem::swap(&mut waiting.lines, &mut self.hand.taken);
        self.hand.awaited.append(&mut waiting.awaited);
        self.hand.closers = waiting.close.take();
        self.hand.reopen |= std::mem::take(&mut waiting.reopen);
    }

    fn look(&mut self) {
        let now = Instant::now();
        if now >= self.hand.looked_at + LOOK {
            self.hand.looked_at = now;
            self.shared.watch.tell_open(now, LONG);
            self.shared.reserve.measure(self.log.space());
            self.listener.second();
            // While nothing can be written counts are what takes no room.
            if !self.hand.failing {
                self.shared.tell_folded();
            }
        }
    }

    fn seal(&mut self) {
        let mut told = std::mem::take(&mut self.hand.taken.told).into_iter().peekable();
        for (number, line) in self.hand.taken.iter().enumerate() {
            let (start, seq) = (self.hand.sealed.len(), self.chain.next);
            self.chain.seal(line, &mut self.hand.sealed);
            if let Some((_, told)) = told.next_if(|(of, _)| *of == number) {
                self.hand.told.push((start..self.hand.sealed.len() - 1, seq, told));
            }
            self.hand.appended += line.len();
        }
        for (reason, count) in std::mem::take(&mut self.hand.taken.strangers) {
            *self.hand.strangers.entry(reason).or_default() += count;
        }
        self.hand.taken.clear();
    }

    /// Brings what is sealed to disk, then does what is due. After an error all is as it was.
    fn step(&mut self) {
        self.shared.begin_group();
        match self.write().and_then(|()| self.vouch()).and_then(|()| self.turn_page()) {
            Ok(()) => {
                self.shared.end_group(std::mem::take(&mut self.hand.appended));
                self.recover();
            }
            Err(trouble) => {
                if !std::mem::replace(&mut self.hand.failing, true) {
                    tracing::error!(%trouble, "the access log cannot be written: no request is let in");
                }
                self.shared.fail(trouble);
            }
        }
    }

    fn write(&mut self) -> Result<(), LogUnavailable> {
        if !self.hand.sealed.is_empty() {
            commit(&mut self.log, &self.hand.sealed)?;
            for (line, seq, told) in self.hand.told.drain(..) {
                self.listener.line(Heard { told: &told, seq, line: &self.hand.sealed[line] });
            }
            let strangers = std::mem::take(&mut self.hand.strangers);
            if !strangers.is_empty() {
                self.listener.strangers(&strangers);
            }
            self.hand.sealed.clear();
            self.hand.sealed.shrink_to(4 << 20);
        }
        for awaited in self.hand.awaited.drain(..) {
            // Whoever waited may have gone away.
            let _ = awaited.send(());
        }
        Ok(())
    }

    /// Signs where the chain stands, when that is due.
    fn vouch(&mut self) -> Result<(), LogUnavailable> {
        let lines = self.chain.next - self.hand.unvouched;
        if lines >= CHECKPOINT_LINES || (lines > 0 && self.hand.vouched_at.elapsed() >= CHECKPOINT_AFTER) {
            self.vouch_now()?;
        }
        Ok(())
    }

    fn vouch_now(&mut self) -> Result<(), LogUnavailable> {
        let line = self
            .key
            .checkpoint(&self.shared.gateway, self.chain.next - 1, self.chain.prev, SystemTime::now())
            .ok_or_else(|| LogUnavailable::Broken("a checkpoint could not be signed".to_owned()))?;
        commit(&mut self.checkpoints, &line)?;
        self.listener.checkpoint(&line);
        self.hand.unvouched = self.chain.next;
        self.hand.vouched_at = Instant::now();
        Ok(())
    }

    /// Reopens what was moved away, rotates what is full. A page that cannot be turned is written on.
    fn turn_page(&mut self) -> Result<(), LogUnavailable> {
        for file in [&mut self.log, &mut self.checkpoints] {
            let turned = if self.hand.reopen { file.reopen() } else { Ok(()) };
            let turned = turned.and_then(|()| if file.size() >= self.rotate_bytes { file.rotate() } else { Ok(()) });
            match turned {
                Ok(()) => self.hand.stuck_page = false,
                Err(error) if !self.hand.stuck_page => {
                    self.hand.stuck_page = true;
                    tracing::error!(path = %file.path().display(), %error, "access log cannot be rotated; it goes on in the same file");
                }
                Err(_) => {}
            }
        }
        self.hand.reopen = false;
        Ok(())
    }

    fn recover(&mut self) {
        let not_kept = std::mem::take(&mut self.shared.lock().not_kept);
        if std::mem::take(&mut self.hand.failing) {
            tracing::info!("access log is written again");
            self.shared.recover();
        }
        if not_kept > 0 {
            let reason = format!("{not_kept} lines were not kept while the disk could not be written");
            self.shared.append(&Line { reason: Some(&reason), ..Line::of(Kind::Gap, SystemTime::now()) });
        }
    }

    /// The last group, with a line that says it is the last, and a last checkpoint.
    /// Returns who is to be told that it is done; nobody, if it could not be.
    fn finish(&mut self) -> Vec<oneshot::Sender<()>> {
        self.seal();
        self.shared.end_folding();
        self.shared.append(&Line::of(Kind::Stop, SystemTime::now()));
        {
            let mut waiting = self.shared.lock();
            waiting.over = true;
            std::mem::swap(&mut waiting.lines, &mut self.hand.taken);
            self.hand.awaited.append(&mut waiting.awaited);
        }
        self.seal();
        let patience = Instant::now() + PATIENCE;
        loop {
            self.step();
            if !self.hand.failing && self.vouch_now().is_ok() {
                self.listener.end();
                return self.hand.closers.take().unwrap_or_default();
            }
            if Instant::now() > patience {
                return Vec::new();
            }
            std::thread::sleep(RETRY);
        }
    }
}

fn commit(file: &mut AppendFile, group: &[u8]) -> Result<(), LogUnavailable> {
    file.commit(group).map_err(|error| LogUnavailable::Broken(format!("{}: {error}", file.path().display())))
}
