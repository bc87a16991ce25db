//! What does the registry say now, and since when has nobody heard of it?
//!
//! Following stands on a thread of its own: a gateway whose workers are all busy still learns of a
//! revocation in time, and reading a million devices keeps no request waiting.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::{ArcSwapOption, Guard};
use tokio::sync::watch;

use crate::feed::floor::{Floor, RegistryRefusal};
use crate::feed::step::{Follower, Found};
use crate::feed::{file, server};
use crate::reader::{ReadRefusal, Source};
use crate::restoration::JournalKey;
use crate::snapshot::Snapshot;

/// After a state file could not be written, the next try.
const KEEP_AGAIN: Duration = Duration::from_secs(1);

/// The registry, followed. Following ends when this is dropped.
#[derive(Debug)]
pub struct Feed {
    shared: Arc<Shared>,
    _end: watch::Sender<()>,
}

/// What the follower tells and readers ask.
#[derive(Debug)]
pub(super) struct Shared {
    newest: ArcSwapOption<Snapshot>,
    changed: watch::Sender<u64>,
    started: Instant,
    /// Milliseconds from `started` to the last successful check.
    heard: AtomicU64,
    silence: Mutex<Option<Silence>>,
    unkept: Mutex<Option<String>>,
    floor: watch::Sender<Option<Floor>>,
    end: watch::Receiver<()>,
}

/// Why nothing was heard.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Silence {
    why: String,
    /// The registry is there, and of another history.
    forked: bool,
}

impl Feed {
    /// Starts to follow the registry at this URL. The head applied last is kept in `state`, so that
    /// an older registry and one of another history are refused after a restart, too, unless a restore
    /// is signed by `journal_key`. Returns at once: a registry that is not there is silence, not an error.
    ///
    /// # Errors
    /// The URL names no registry, or the state file is there and cannot be read.
    pub fn follow(url: &str, state: &Path, journal_key: Option<JournalKey>) -> Result<Arc<Self>, RegistryRefusal> {
        let (source, floor) = named(url, state)?;
        let (end_sender, end) = watch::channel(());
        let shared = Arc::new(Shared {
            newest: ArcSwapOption::empty(),
            changed: watch::Sender::new(0),
            started: Instant::now(),
            heard: AtomicU64::new(0),
            silence: Mutex::new(Some(Silence { why: "the registry has not been read yet".to_owned(), forked: false })),
            unkept: Mutex::new(None),
            floor: watch::Sender::new(floor),
            end,
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| RegistryRefusal::Thread(error.to_string()))?;
        let (follows, state) = (Arc::clone(&shared), state.to_owned());
        std::thread::Builder::new()
            .name("registry".to_owned())
            .spawn(move || runtime.block_on(follows.run(source, state, journal_key)))
            .map_err(|error| RegistryRefusal::Thread(error.to_string()))?;
        Ok(Arc::new(Self { shared, _end: end_sender }))
    }

    /// Whether a registry can be followed so, as far as that shows without asking it.
    ///
    /// # Errors
    /// As [`Self::follow`].
    pub fn judge(url: &str, state: &Path) -> Result<(), RegistryRefusal> {
        named(url, state).map(|_| ())
    }

    /// The newest snapshot; `None` until the registry has been read for the first time.
    #[must_use]
    pub fn newest(&self) -> Option<Arc<Snapshot>> {
        self.shared.newest.load_full()
    }

    /// The same without counting a reference: for a decision that is over before anything waits.
    #[must_use]
    pub fn load(&self) -> Guard<Option<Arc<Snapshot>>> {
        self.shared.newest.load()
    }

    /// How long ago the last successful check was; since the start, if there was none.
    #[must_use]
    pub fn silent_for(&self, now: Instant) -> Duration {
        let heard = self.shared.started + Duration::from_millis(self.shared.heard.load(Ordering::Acquire));
        now.saturating_duration_since(heard)
    }

    /// Why the last check failed; `None` if it did not.
    #[must_use]
    pub fn why_silent(&self) -> Option<String> {
        self.shared.silence().map(|silence| silence.why)
    }

    /// Whether the registry is silent because it is of another history than the one applied here.
    #[must_use]
    pub fn is_forked(&self) -> bool {
        self.shared.silence().is_some_and(|silence| silence.forked)
    }

    /// Why the highest version applied could not be kept over a restart; `None` while it is.
    ///
    /// A full disk does not keep a change from being applied: that change may be a revocation, and to
    /// hold it back until there is room would let the revoked in. What is at stake is less: a registry
    /// put back from a backup between now and a restart would not be told from the newest. So it is
    /// said here, and tried again every second.
    #[must_use]
    pub fn why_unkept(&self) -> Option<String> {
        self.shared.unkept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fires with the version after each new snapshot is in place. After a restore it may be a lower one than before:
    /// which of two snapshots is the later one, their [`moments`](Snapshot::moment) say.
    #[must_use]
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.shared.changed.subscribe()
    }
}

fn named(url: &str, state: &Path) -> Result<(Source, Option<Floor>), RegistryRefusal> {
    Ok((url.parse()?, Floor::read(state)?))
}

impl From<&ReadRefusal> for Silence {
    fn from(refusal: &ReadRefusal) -> Self {
        let forked = match refusal {
            ReadRefusal::Forked { .. } => true,
            ReadRefusal::AnotherFile(_)
            | ReadRefusal::Database(_)
            | ReadRefusal::Hung(_)
            | ReadRefusal::Incomplete { .. }
            | ReadRefusal::Missing(_)
            | ReadRefusal::NoRegistry(_)
            | ReadRefusal::Older { .. }
            | ReadRefusal::OtherRegistry { .. }
            | ReadRefusal::Unreadable { .. } => false,
        };
        Self { why: refusal.to_string(), forked }
    }
}

impl Shared {
    async fn run(self: Arc<Self>, source: Source, state: PathBuf, key: Option<JournalKey>) {
        let keeping = tokio::spawn(Arc::clone(&self).keep(self.floor.subscribe(), state));
        let follower = Follower::new(source.clone(), self.floor.borrow().clone(), key);
        match source {
            Source::File(_) => file::follow(follower, &self).await,
            Source::Server(options) => server::follow(follower, *options, &self).await,
        }
        // What was applied last is kept before the thread ends.
        let _kept = keeping.await;
    }

    /// Takes in what a check found that began at this moment; `Err` if it was refused.
    pub(super) fn note(&self, began: Instant, found: Result<Found, ReadRefusal>) -> Result<(), ()> {
        match found {
            Ok(found) => {
                if let Found::New(snapshot, floor) = found {
                    let version = snapshot.version();
                    self.newest.store(Some(snapshot));
                    self.changed.send_replace(version);
                    self.floor.send_replace(Some(floor));
                }
                let heard =
                    u64::try_from(began.saturating_duration_since(self.started).as_millis()).unwrap_or(u64::MAX);
                self.heard.store(heard, Ordering::Release);
                if self.say(None).is_some() {
                    tracing::info!("the registry answers");
                }
                Ok(())
            }
            Err(refusal) => {
                let silence = Silence::from(&refusal);
                if self.say(Some(silence.clone())).as_ref() != Some(&silence) {
                    let Silence { why, forked } = silence;
                    if forked {
                        tracing::error!(why, "the registry is of another history");
                    } else {
                        tracing::warn!(why, "the registry is silent");
                    }
                }
                Err(())
            }
        }
    }

    /// Sets why it is silent and hands back what was said before.
    fn say(&self, silence: Option<Silence>) -> Option<Silence> {
        std::mem::replace(&mut *self.silence.lock().unwrap_or_else(PoisonError::into_inner), silence)
    }

    fn silence(&self) -> Option<Silence> {
        self.silence.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns when nobody holds the feed any more.
    pub(super) async fn gone(&self) {
        let _closed = self.end.clone().changed().await;
    }

    /// Keeps each new floor in the state file; those that come while one is being written are kept
    /// together. The one read at the start is there already.
    async fn keep(self: Arc<Self>, mut floors: watch::Receiver<Option<Floor>>, state: PathBuf) {
        loop {
            let (new, ends) = tokio::select! {
                changed = floors.changed() => (changed.is_ok(), changed.is_err()),
                () = self.gone() => (floors.has_changed().unwrap_or(false), true),
                () = tokio::time::sleep(KEEP_AGAIN), if self.why_unkept().is_some() => (true, false),
            };
            if new {
                let floor = floors.borrow_and_update().clone();
                self.keep_once(floor, &state).await;
            }
            if ends {
                return;
            }
        }
    }

    async fn keep_once(&self, floor: Option<Floor>, state: &Path) {
        let Some(floor) = floor else { return };
        let path = state.to_owned();
        let written = tokio::task::spawn_blocking(move || floor.write(&path)).await;
        let why = match written {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(format!("{}: {error}", state.display())),
            Err(error) => Some(error.to_string()),
        };
        if let Some(why) = &why {
            tracing::warn!(why, "the highest version applied could not be kept");
        }
        *self.unkept.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    fn why_unkept(&self) -> Option<String> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
