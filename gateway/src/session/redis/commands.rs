//! What is asked of Redis. Each answer has half a second; a record it cannot read is no session.

use std::sync::Arc;

use certs::Timestamp;
use redis::{Client, cmd, pipe};
use registry::LoginId;

use super::link::{Link, keep_up};
use super::scripts;
use super::seen::{EVERY, Seen, write_behind};
use crate::session::changes::Changes;
use crate::session::key::{CookieValue, SessionKey};
use crate::session::record::{Ended, KEPT_AFTER_END, NewSession, SessionRecord, end_mark};
use crate::session::store::StoreSilent;
use crate::session::tally::{Swap, TallyKey, named};

/// The store.
#[derive(Debug)]
pub struct Redis {
    pub(super) link: Arc<Link>,
    pub(super) seen: Seen,
    absolute: i64,
    pub(super) keep_seen: i64,
}

/// A last login older than this is not told any more.
const KEEP_LOGIN: i64 = 400 * 24 * 3600;

impl Redis {
    /// Starts to keep the connections up; does not wait for them.
    pub(in crate::session) fn follow(client: Client, idle: i64, absolute: i64) -> Arc<Self> {
        let link = Arc::new(Link::new(client));
        tokio::spawn(keep_up(Arc::downgrade(&link)));
        // A session whose last activity has been forgotten was idle for longer than allowed.
        let redis = Arc::new(Self { link, seen: Seen::default(), absolute, keep_seen: idle.saturating_add(60) });
        tokio::spawn(write_behind(Arc::downgrade(&redis)));
        redis
    }

    pub(in crate::session) fn local(&self, key: &SessionKey) -> Option<Arc<SessionRecord>> {
        self.link.copies.find(key)
    }

    pub(in crate::session) async fn fetch(&self, key: &SessionKey) -> Result<Option<Arc<SessionRecord>>, StoreSilent> {
        let asked = self.link.copies.generation(key);
        let mut connection = self.link.commands()?;
        let (record, seen): (Option<Vec<u8>>, Option<i64>) = pipe()
            .cmd("GET")
            .arg(format!("s:{key}"))
            .cmd("GET")
            .arg(format!("l:{key}"))
            .query_async(&mut connection)
            .await
            .map_err(|error| self.link.silent(&error))?;
        let Some(record) = record else { return Ok(None) };
        match SessionRecord::decode(*key, &record) {
            Ok(record) => {
                let record = Arc::new(record);
                if let Some(seen) = seen {
                    record.saw(Timestamp::from_unix(seen));
                }
                self.link.copies.keep(&record, asked);
                Ok(Some(record))
            }
            Err(unreadable) => {
                tracing::warn!(session = %String::from_utf8_lossy(&key.short()), %unreadable, "counts as no session");
                Ok(None)
            }
        }
    }

    pub(in crate::session) async fn open(
        &self,
        value: &CookieValue,
        new: NewSession,
    ) -> Result<SessionKey, StoreSilent> {
        let key = value.key();
        let mut connection = self.link.commands()?;
        let last_login = named("n:", new.login_id.as_str());
        let previous: Option<i64> =
            cmd("GET").arg(&last_login).query_async(&mut connection).await.map_err(|error| self.link.silent(&error))?;
        let (now, sessions) = (new.opened_at.unix(), named("u:", new.login_id.as_str()));
        let record = SessionRecord::new(key, new, previous.map(Timestamp::from_unix));
        let keep = self.absolute.saturating_add(KEPT_AFTER_END);
        let latest_end = now.saturating_add(self.absolute);
        let (fresh,): (Option<()>,) = pipe()
            .atomic()
            .cmd("SET")
            .arg(format!("s:{key}"))
            .arg(record.encode())
            .arg("NX")
            .arg("EX")
            .arg(keep)
            .cmd("SET")
            .arg(format!("l:{key}"))
            .arg(now)
            .arg("EX")
            .arg(self.keep_seen)
            .ignore()
            .cmd("SET")
            .arg(&last_login)
            .arg(now)
            .arg("EX")
            .arg(KEEP_LOGIN)
            .ignore()
            .cmd("ZREMRANGEBYSCORE")
            .arg(&sessions)
            .arg("-inf")
            .arg(format!("({now}"))
            .ignore()
            .cmd("ZADD")
            .arg(&sessions)
            .arg(latest_end)
            .arg(key.to_string())
            .ignore()
            .cmd("EXPIRE")
            .arg(&sessions)
            .arg(keep)
            .ignore()
            .query_async(&mut connection)
            .await
            .map_err(|error| self.link.silent(&error))?;
        fresh.map(|()| key).ok_or_else(|| StoreSilent("a new session's key was taken".into()))
    }

    pub(in crate::session) async fn end(&self, key: &SessionKey, ended: Ended) -> Result<bool, StoreSilent> {
        let mut script = scripts::END.key(format!("s:{key}"));
        script.arg(end_mark(ended).as_slice()).arg(KEPT_AFTER_END);
        self.change(key, &script).await
    }

    pub(in crate::session) async fn rest_on(&self, key: &SessionKey, set_at: Timestamp) -> Result<bool, StoreSilent> {
        let mut script = scripts::REST_ON.key(format!("s:{key}"));
        script.arg(set_at.unix().to_be_bytes().as_slice());
        self.change(key, &script).await
    }

    async fn change(&self, key: &SessionKey, script: &redis::ScriptInvocation<'_>) -> Result<bool, StoreSilent> {
        let mut connection = self.link.commands()?;
        let changed: bool = script.invoke_async(&mut connection).await.map_err(|error| self.link.silent(&error))?;
        // Redis tells of it, too; this gateway need not wait for that.
        self.link.changed(key);
        Ok(changed)
    }

    pub(in crate::session) async fn live_of(&self, id: &LoginId) -> Result<Vec<SessionKey>, StoreSilent> {
        let mut connection = self.link.commands()?;
        let keys: Vec<String> = cmd("ZRANGE")
            .arg(named("u:", id.as_str()))
            .arg(0)
            .arg(-1)
            .query_async(&mut connection)
            .await
            .map_err(|error| self.link.silent(&error))?;
        Ok(keys.iter().filter_map(|key| key.parse().ok()).collect())
    }

    pub(in crate::session) fn touch(&self, record: &SessionRecord, now: Timestamp) {
        record.saw(now);
        if record.tell(now, EVERY) {
            self.seen.note(*record.key(), now);
        }
    }

    pub(in crate::session) async fn last_seen(&self, record: &SessionRecord) -> Result<Timestamp, StoreSilent> {
        let mut connection = self.link.commands()?;
        let seen: Option<i64> = cmd("GET")
            .arg(format!("l:{}", record.key()))
            .query_async(&mut connection)
            .await
            .map_err(|error| self.link.silent(&error))?;
        if let Some(seen) = seen {
            record.saw(Timestamp::from_unix(seen));
        }
        Ok(record.seen())
    }

    pub(in crate::session) async fn tally(&self, key: &TallyKey) -> Result<Vec<u8>, StoreSilent> {
        let mut connection = self.link.commands()?;
        let there: Option<Vec<u8>> = cmd("GET")
            .arg(key.as_str())
            .query_async(&mut connection)
            .await
            .map_err(|error| self.link.silent(&error))?;
        Ok(there.unwrap_or_default())
    }

    pub(in crate::session) async fn swap_tally(&self, key: &TallyKey, swap: Swap<'_>) -> Result<bool, StoreSilent> {
        let mut connection = self.link.commands()?;
        let mut script = scripts::SWAP.key(key.as_str());
        script.arg(swap.old).arg(swap.new).arg(swap.keep.max(1));
        script.invoke_async(&mut connection).await.map_err(|error| self.link.silent(&error))
    }

    pub(in crate::session) fn listen(&self) -> Changes {
        self.link.teller.listen()
    }

    pub(in crate::session) fn ready(&self) -> Result<(), StoreSilent> {
        self.link.commands().map(|_| ())
    }

    pub(in crate::session) fn copies(&self) -> usize {
        self.link.copies.count()
    }
}
