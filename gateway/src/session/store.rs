//! The store that the configuration names, asked in one way.
//!
//! Decides nothing about a session: whether a record lets anyone in is `verify`'s business.

use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use certs::Timestamp;
use registry::LoginId;

use super::changes::Changes;
use super::ended::{Ended, LivePage, UntoldEnd};
use super::failure::{SessionsRefusal, StoreSilent};
use super::failure_counts::{CountKey, Swap};
use super::key::{CookieValue, SessionKey};
use super::memory::Memory;
use super::record::{NewSession, SessionRecord};
use super::redis::{Redis, Target, client, read};
use super::verify::Lasting;

/// Where sessions are kept, and for how long at most.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `memory:`, `redis://…`, `rediss://…` or `redis+unix:///path`.
    pub url: String,
    /// For `rediss://`: PEM file of the CA that signed the store's certificate; without it the system's.
    pub ca: Option<PathBuf>,
    /// A session left alone for so long is over.
    pub idle: Duration,
    /// A session lasts no longer than this.
    pub absolute: Duration,
    /// So many live sessions an ID may have on one device; the oldest gives way to the next.
    pub per_device: usize,
}

/// A session that was opened.
#[derive(Debug)]
pub struct Opened {
    /// For the browser.
    pub value: CookieValue,
    /// What the store knows it by.
    pub key: SessionKey,
    /// Sessions that gave way to it, as they ended: the same ID's on that device; where the whole is full, others'.
    pub gone: Vec<Arc<SessionRecord>>,
}

impl Settings {
    /// Whether a store can be followed by these, as far as that shows without connecting.
    ///
    /// # Errors
    /// A URL or a CA file that cannot be used.
    pub fn judge(&self) -> Result<(), SessionsRefusal> {
        self.client().map(|_| ())
    }

    /// The client for Redis; none where sessions are kept in memory.
    fn client(&self) -> Result<Option<Target>, SessionsRefusal> {
        match (self.url.as_str(), &self.ca) {
            ("memory:", None) => Ok(None),
            ("memory:", Some(_)) => Err(SessionsRefusal::Ca("is for a rediss:// URL only".into())),
            (url, ca) => client(url, ca.as_deref()).map(Some),
        }
    }
}

/// Whether a URL names a store.
///
/// # Errors
/// It does not; no piece of it is told.
pub fn judge_url(url: &str) -> Result<(), SessionsRefusal> {
    if url == "memory:" { Ok(()) } else { read(url).map(|_| ()) }
}

/// The session store. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub enum Sessions {
    /// In this process.
    Memory(Arc<Memory>),
    /// In Redis.
    Redis(Arc<Redis>),
}

/// How often records past their time are let go of.
const SWEEP: Duration = Duration::from_secs(60);

impl Sessions {
    /// Starts to follow the store; does not wait for it to answer. Runs inside tokio.
    ///
    /// # Errors
    /// A URL or a CA file that cannot be used.
    pub fn follow(settings: &Settings) -> Result<Self, SessionsRefusal> {
        let (idle, absolute) = (seconds(settings.idle), seconds(settings.absolute));
        if let Some(client) = settings.client()? {
            return Ok(Self::Redis(Redis::follow(client, (idle, absolute), settings.per_device)));
        }
        let memory = Arc::new(Memory::new(absolute, settings.per_device));
        tokio::spawn(sweep(Arc::downgrade(&memory)));
        Ok(Self::Memory(memory))
    }

    /// The record, if it can be had without waiting: from the truth itself, or from a copy that the store has promised
    /// to keep right. `None` says only that [`Self::fetch`] must be asked.
    #[must_use]
    pub fn local(&self, key: &SessionKey) -> Option<Arc<SessionRecord>> {
        match self {
            Self::Memory(memory) => memory.find(key),
            Self::Redis(redis) => redis.local(key),
        }
    }

    /// The record, from the store. `None`: there is no such session, nor was there one in the last 24 hours.
    ///
    /// # Errors
    /// [`StoreSilent`] after half a second at most.
    pub async fn fetch(&self, key: &SessionKey) -> Result<Option<Arc<SessionRecord>>, StoreSilent> {
        match self {
            Self::Memory(memory) => Ok(memory.find(key)),
            Self::Redis(redis) => redis.fetch(key).await,
        }
    }

    /// Opens a session under a new value. Told to other gateways, too. Where the ID has as many on the device as it may,
    /// the oldest ends.
    ///
    /// # Errors
    /// [`StoreSilent`]: nothing was given out.
    pub async fn open(&self, new: NewSession) -> Result<Opened, StoreSilent> {
        let value = CookieValue::draw().map_err(|_| StoreSilent("no randomness for a new session".into()))?;
        let gone = match self {
            Self::Memory(memory) => memory.open(&value, new),
            Self::Redis(redis) => redis.open(&value, new).await?,
        };
        Ok(Opened { key: value.key(), value, gone })
    }

    /// Ends a session; returns it as it ended. `None` if it was over, or was never there. The first end stays.
    ///
    /// Whoever is given it tells of it, and then says [`Self::told`]; if they cannot, [`Self::due`] gives it to somebody.
    ///
    /// # Errors
    /// [`StoreSilent`]: it may or may not have ended.
    pub async fn end(&self, key: &SessionKey, ended: Ended) -> Result<Option<Arc<SessionRecord>>, StoreSilent> {
        match self {
            Self::Memory(memory) => Ok(memory.end(key, ended)),
            Self::Redis(redis) => redis.end(key, ended).await,
        }
    }

    /// Ends every other session of an ID, all or none; returns them as they ended, as [`Self::end`] does.
    ///
    /// # Errors
    /// [`StoreSilent`]: they may or may not have ended.
    pub async fn end_others(
        &self,
        id: &LoginId,
        except: &SessionKey,
        ended: Ended,
    ) -> Result<Vec<Arc<SessionRecord>>, StoreSilent> {
        match self {
            Self::Memory(memory) => Ok(memory.end_others(id, except, ended)),
            Self::Redis(redis) => redis.end_others(id, except, ended).await,
        }
    }

    /// Ends that no line tells of yet, a few hundred at a time: of sessions whose time was up though nobody came back, and
    /// those whose end another gateway left untold. Each is given to one gateway only, for `ended::LEASE` seconds.
    ///
    /// # Errors
    /// [`StoreSilent`].
    pub async fn due(&self, now: Timestamp, lasting: Lasting) -> Result<Vec<UntoldEnd>, StoreSilent> {
        match self {
            Self::Memory(memory) => Ok(memory.due(now, lasting)),
            Self::Redis(redis) => redis.due(now, lasting).await,
        }
    }

    /// The line of this end stands. Waits for nothing; the store hears of it within a second or so.
    pub fn told(&self, key: &SessionKey) {
        match self {
            Self::Memory(_) => {}
            Self::Redis(redis) => redis.untold.done(*key),
        }
    }

    /// Sessions that have not ended, page by page: the first for [`LivePage::FIRST`], and the next for what a page names, until
    /// none is named. One that is there all the while is on some page.
    ///
    /// # Errors
    /// [`StoreSilent`].
    pub async fn live_page(&self, page: LivePage) -> Result<(Vec<Arc<SessionRecord>>, Option<LivePage>), StoreSilent> {
        match self {
            Self::Memory(memory) => Ok((memory.all_live(), None)),
            Self::Redis(redis) => redis.live_page(page).await,
        }
    }

    /// Whether sessions end with this process.
    #[must_use]
    pub fn end_with_us(&self) -> bool {
        match self {
            Self::Memory(_) => true,
            Self::Redis(_) => false,
        }
    }

    /// Every session of an ID that has not ended, in the order in which the store opened them, with its last activity; whether
    /// it would be let in is another question.
    ///
    /// # Errors
    /// [`StoreSilent`].
    pub async fn live(&self, id: &LoginId) -> Result<Vec<Arc<SessionRecord>>, StoreSilent> {
        match self {
            Self::Memory(memory) => Ok(memory.live(id)),
            Self::Redis(redis) => redis.live(id).await,
        }
    }

    /// Lets the session in which a password was changed rest on the new one. False if it is over.
    ///
    /// # Errors
    /// [`StoreSilent`].
    pub async fn rest_on(&self, key: &SessionKey, password_set_at: Timestamp) -> Result<bool, StoreSilent> {
        match self {
            Self::Memory(memory) => Ok(memory.rest_on(key, password_set_at)),
            Self::Redis(redis) => redis.rest_on(key, password_set_at).await,
        }
    }

    /// Notes activity. Waits for nothing; the store hears of it within a few seconds.
    pub fn touch(&self, record: &SessionRecord, now: Timestamp) {
        match self {
            Self::Memory(memory) => memory.touch(record, now),
            Self::Redis(redis) => redis.touch(record, now),
        }
    }

    /// The last activity that any gateway told the store of; the record then knows it, too. To be asked before a
    /// session is refused as idle.
    ///
    /// # Errors
    /// [`StoreSilent`].
    pub async fn last_seen(&self, record: &SessionRecord) -> Result<Timestamp, StoreSilent> {
        match self {
            Self::Memory(memory) => Ok(memory.last_seen(record)),
            Self::Redis(redis) => redis.last_seen(record).await,
        }
    }

    /// Tells the store of activity that it has not heard of yet; for the end of the process.
    pub async fn settle(&self) {
        match self {
            Self::Memory(_) => {}
            Self::Redis(redis) => {
                redis.write_seen().await;
                redis.write_told().await;
            }
        }
    }

    /// Hears of every change from now on.
    #[must_use]
    pub fn changes(&self) -> Changes {
        match self {
            Self::Memory(memory) => memory.listen(),
            Self::Redis(redis) => redis.listen(),
        }
    }

    /// Whether the store answered within the last second or so (`/readyz`).
    ///
    /// # Errors
    /// [`StoreSilent`] with what is known of why.
    pub fn ready(&self) -> Result<(), StoreSilent> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis(redis) => redis.ready(),
        }
    }

    /// How many records are at hand (`gateway_session_copies`).
    #[must_use]
    pub fn copies(&self) -> usize {
        match self {
            Self::Memory(memory) => memory.count(),
            Self::Redis(redis) => redis.copies(),
        }
    }

    /// What the store has under each count's key; empty for nothing.
    ///
    /// # Errors
    /// [`StoreSilent`].
    pub async fn counts(&self, keys: &[&CountKey]) -> Result<Vec<Vec<u8>>, StoreSilent> {
        match self {
            Self::Memory(memory) => Ok(memory.counts(keys)),
            Self::Redis(redis) => redis.counts(keys).await,
        }
    }

    /// Writes counts if nobody was faster with any of them: all, or none. False if somebody was.
    ///
    /// # Errors
    /// [`StoreSilent`].
    pub async fn swap_counts(&self, swaps: &[Swap<'_>]) -> Result<bool, StoreSilent> {
        match self {
            Self::Memory(memory) => Ok(memory.swap_counts(swaps)?),
            Self::Redis(redis) => redis.swap_counts(swaps).await,
        }
    }

    /// What operations should know of the store though it answers (`/readyz`), a line each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        match self {
            Self::Memory(_) => Vec::new(),
            Self::Redis(redis) => redis.notes(),
        }
    }

    /// How often every session was lost, since the store was not what it had been.
    #[must_use]
    pub fn times_forgotten(&self) -> u64 {
        match self {
            Self::Memory(_) => 0,
            Self::Redis(redis) => redis.times_forgotten(),
        }
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

async fn sweep(memory: Weak<Memory>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let Some(memory) = memory.upgrade() else { return };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        memory.sweep(Timestamp::from_unix(i64::try_from(now).unwrap_or(i64::MAX)));
    }
}
