//! What is asked of Redis. Each answer has half a second; a record it cannot read is no session.

use std::sync::Arc;

use certs::Timestamp;
use redis::Client;
use registry::LoginId;

use super::connections::{RedisConnections, keep_up};
use super::scripts;
use super::seen::{EVERY, Seen, write_behind};
use super::truth::StoreStanding;
use super::untold::{FIRST_LOOK, UNTOLD, Untold};
use crate::session::changes::Changes;
use crate::session::ended::{Ended, LEASE, SessionEnd};
use crate::session::failure::StoreSilent;
use crate::session::failure_counts::{CountKey, Swap, named};
use crate::session::key::{CookieValue, SessionKey};
use crate::session::record::{KEPT_AFTER_END, NewSession, SessionRecord, end_mark};

/// The store.
#[derive(Debug)]
pub struct Redis {
    pub(super) connections: Arc<RedisConnections>,
    pub(super) seen: Seen,
    pub(in crate::session) untold: Untold,
    absolute: i64,
    per_device: usize,
    pub(super) keep_seen: i64,
}

/// A last login older than this is not told any more.
const KEEP_LOGIN: i64 = 400 * 24 * 3600;

/// A session as a script answers it: its name, its record and its last activity.
type FoundSession = (String, Vec<u8>, Option<i64>);

impl Redis {
    /// Starts to keep the connections up; does not wait for them.
    pub(in crate::session) fn follow(client: Client, (idle, absolute): (i64, i64), per_device: usize) -> Arc<Self> {
        let connections = Arc::new(RedisConnections::new(client));
        tokio::spawn(keep_up(Arc::downgrade(&connections)));
        // A session whose last activity has been forgotten was idle for longer than allowed.
        let keep_seen = idle.saturating_add(60);
        let redis = Arc::new(Self {
            connections,
            seen: Seen::default(),
            untold: Untold::default(),
            absolute,
            per_device,
            keep_seen,
        });
        tokio::spawn(write_behind(Arc::downgrade(&redis)));
        redis
    }

    pub(in crate::session) fn local(&self, key: &SessionKey) -> Option<Arc<SessionRecord>> {
        self.connections.copies.find(key)
    }

    pub(in crate::session) async fn fetch(&self, key: &SessionKey) -> Result<Option<Arc<SessionRecord>>, StoreSilent> {
        let asked = self.connections.copies.generation(key);
        let look = |standing: StoreStanding| {
            let mut look = standing.call(&scripts::LOOK);
            look.key(format!("s:{key}")).key(format!("l:{key}"));
            look
        };
        let (record, seen): (Option<Vec<u8>>, Option<i64>) = self.connections.work(look).await?;
        let found = record.and_then(|record| self.read(key, &record, seen));
        if let Some(record) = &found {
            self.connections.copies.keep(record, asked);
        }
        Ok(found)
    }

    /// The record, if it is one of ours, and of the store's era.
    pub(super) fn read(&self, key: &SessionKey, octets: &[u8], seen: Option<i64>) -> Option<Arc<SessionRecord>> {
        match SessionRecord::decode(*key, octets) {
            Ok((record, era)) if self.connections.known.get().is_some_and(|known| known.era == era) => {
                if let Some(seen) = seen {
                    record.saw(Timestamp::from_unix(seen));
                }
                Some(Arc::new(record))
            }
            // The store has forgotten since what may have become of it.
            Ok(_) => None,
            Err(unreadable) => {
                tracing::warn!(session = %String::from_utf8_lossy(&key.short()), %unreadable, "counts as no session");
                None
            }
        }
    }

    /// Opens a session; says which of the ID's on that device gave way to it, as they ended.
    pub(in crate::session) async fn open(
        &self,
        value: &CookieValue,
        new: NewSession,
    ) -> Result<Vec<Arc<SessionRecord>>, StoreSilent> {
        let key = value.key();
        let (last_login, sessions) = (named("n:", new.login_id.as_str()), named("u:", new.login_id.as_str()));
        let at = new.opened_at;
        let gives_way = end_mark(Ended { why: SessionEnd::TooMany, at });
        let record = SessionRecord::new(key, new, None);
        let keep = self.absolute.saturating_add(KEPT_AFTER_END);
        let open = |standing: StoreStanding| {
            let mut open = standing.call(&scripts::OPEN);
            open.key(format!("s:{key}")).key(format!("l:{key}")).key(&last_login).key(&sessions).key(UNTOLD);
            open.arg(record.encode(standing.era)).arg(at.unix().to_be_bytes().as_slice()).arg(at.unix());
            open.arg(key.to_string()).arg(self.per_device).arg(gives_way.as_slice());
            open.arg(keep).arg(self.keep_seen).arg(KEEP_LOGIN).arg(KEPT_AFTER_END);
            open.arg(at.plus(FIRST_LOOK).unix()).arg(at.plus(LEASE).unix());
            open
        };
        let gone: Option<Vec<(String, Vec<u8>)>> = self.connections.work(open).await?;
        let gone = gone.ok_or_else(|| StoreSilent("a new session's key was taken".into()))?;
        Ok(gone.into_iter().filter_map(|(name, record)| self.ended(&name, &record)).collect())
    }

    /// One that just ended. Redis tells of it, too; this gateway need not wait for that.
    pub(super) fn ended(&self, name: &str, record: &[u8]) -> Option<Arc<SessionRecord>> {
        let key = name.parse().ok()?;
        self.connections.changed(&key);
        self.read(&key, record, None)
    }

    pub(in crate::session) async fn end(
        &self,
        key: &SessionKey,
        ended: Ended,
    ) -> Result<Option<Arc<SessionRecord>>, StoreSilent> {
        let (mark, name) = (end_mark(ended), key.to_string());
        let end = |standing: StoreStanding| {
            let mut end = standing.call(&scripts::END);
            end.key(format!("s:{name}")).key(UNTOLD).arg(mark.as_slice()).arg(KEPT_AFTER_END);
            end.arg(&name).arg(ended.at.plus(LEASE).unix());
            end
        };
        let gone: Option<Vec<u8>> = self.connections.work(end).await?;
        let gone = gone.and_then(|record| self.ended(&name, &record));
        self.connections.changed(key);
        Ok(gone)
    }

    pub(in crate::session) async fn end_others(
        &self,
        id: &LoginId,
        except: &SessionKey,
        ended: Ended,
    ) -> Result<Vec<Arc<SessionRecord>>, StoreSilent> {
        let mark = end_mark(ended);
        let end = |standing: StoreStanding| {
            let mut end = standing.call(&scripts::END_OTHERS);
            end.key(named("u:", id.as_str())).key(UNTOLD).arg(except.to_string()).arg(mark.as_slice());
            end.arg(KEPT_AFTER_END).arg(ended.at.plus(LEASE).unix());
            end
        };
        let gone: Vec<(String, Vec<u8>)> = self.connections.work(end).await?;
        Ok(gone.into_iter().filter_map(|(name, record)| self.ended(&name, &record)).collect())
    }

    pub(in crate::session) async fn rest_on(&self, key: &SessionKey, set_at: Timestamp) -> Result<bool, StoreSilent> {
        let rest = |standing: StoreStanding| {
            let mut rest = standing.call(&scripts::REST_ON);
            rest.key(format!("s:{key}")).arg(set_at.unix().to_be_bytes().as_slice());
            rest
        };
        let changed = self.connections.work(rest).await?;
        self.connections.changed(key);
        Ok(changed)
    }

    pub(in crate::session) async fn live(&self, id: &LoginId) -> Result<Vec<Arc<SessionRecord>>, StoreSilent> {
        let live = |standing: StoreStanding| {
            let mut live = standing.call(&scripts::LIVE);
            live.key(named("u:", id.as_str()));
            live
        };
        let live: Vec<FoundSession> = self.connections.work(live).await?;
        let read = |(name, record, seen): FoundSession| self.read(&name.parse().ok()?, &record, seen);
        Ok(live.into_iter().filter_map(read).collect())
    }

    pub(in crate::session) fn touch(&self, record: &SessionRecord, now: Timestamp) {
        record.saw(now);
        if record.tell(now, EVERY) {
            self.seen.note(*record.key(), now);
        }
    }

    pub(in crate::session) async fn last_seen(&self, record: &SessionRecord) -> Result<Timestamp, StoreSilent> {
        let look = |standing: StoreStanding| {
            let mut look = standing.call(&scripts::LOOK);
            look.key(format!("l:{}", record.key()));
            look
        };
        let (seen,): (Option<i64>,) = self.connections.work(look).await?;
        if let Some(seen) = seen {
            record.saw(Timestamp::from_unix(seen));
        }
        Ok(record.seen())
    }

    pub(in crate::session) async fn counts(&self, keys: &[&CountKey]) -> Result<Vec<Vec<u8>>, StoreSilent> {
        let look = |standing: StoreStanding| {
            let mut look = standing.call(&scripts::LOOK);
            for key in keys {
                look.key(key.as_str());
            }
            look
        };
        let found: Vec<Option<Vec<u8>>> = self.connections.work(look).await?;
        Ok(found.into_iter().map(Option::unwrap_or_default).collect())
    }

    pub(in crate::session) async fn swap_counts(&self, swaps: &[Swap<'_>]) -> Result<bool, StoreSilent> {
        let swap = |standing: StoreStanding| {
            let mut all = standing.call(&scripts::SWAP);
            for swap in swaps {
                all.key(swap.key.as_str()).arg(swap.old).arg(swap.new).arg(swap.keep.max(1));
            }
            all
        };
        self.connections.work(swap).await
    }

    pub(in crate::session) fn listen(&self) -> Changes {
        self.connections.teller.listen()
    }

    pub(in crate::session) fn ready(&self) -> Result<(), StoreSilent> {
        self.connections.commands().map(|_| ())
    }

    pub(in crate::session) fn notes(&self) -> Vec<String> {
        self.connections.notes.lines()
    }

    pub(in crate::session) fn times_forgotten(&self) -> u64 {
        self.connections.notes.times_forgotten()
    }

    #[cfg(test)]
    pub(in crate::session) fn era(&self) -> Option<crate::session::era::Era> {
        self.connections.known.get().map(|known| known.era)
    }

    pub(in crate::session) fn copies(&self) -> usize {
        self.connections.copies.count()
    }
}
