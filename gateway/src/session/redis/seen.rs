//! Last activity, written behind: a request waits for nothing, and Redis gets one batch a second.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;
use std::sync::{Mutex, PoisonError, Weak};
use std::time::Duration;

use certs::Timestamp;
use redis::pipe;

use super::commands::Redis;
use crate::session::key::{SessionKey, Taken};

/// Seconds between two writes for one session: at most so much activity is forgotten by a gateway that is killed.
pub(super) const EVERY: i64 = 5;
const BATCH: Duration = Duration::from_secs(1);
/// In one pipeline.
const AT_ONCE: usize = 500;
/// Kept while Redis is away; more sessions than this are not active at once.
const MOST_WAITING: usize = 200_000;

/// Activity that Redis has not heard of yet.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<Waiting>);

type Waiting = HashMap<SessionKey, Timestamp, BuildHasherDefault<Taken>>;

impl Seen {
    pub(super) fn note(&self, key: SessionKey, at: Timestamp) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = waiting.len() >= MOST_WAITING;
        match waiting.entry(key) {
            Entry::Occupied(mut later) => {
                let later = later.get_mut();
                *later = (*later).max(at);
            }
            Entry::Vacant(free) if !full => {
                free.insert(at);
            }
            Entry::Vacant(_) => {}
        }
    }

    fn take(&self) -> Vec<(SessionKey, Timestamp)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }
}

/// Writes what waits, once a second, until the store is dropped.
pub(super) async fn write_behind(redis: Weak<Redis>) {
    loop {
        tokio::time::sleep(BATCH).await;
        let Some(redis) = redis.upgrade() else { return };
        redis.write_seen().await;
        redis.write_told().await;
    }
}

impl Redis {
    pub(in crate::session) async fn write_seen(&self) {
        for batch in self.seen.take().chunks(AT_ONCE) {
            let mut writes = pipe();
            for (key, at) in batch {
                writes.cmd("SET").arg(format!("l:{key}")).arg(at.unix()).arg("EX").arg(self.keep_seen).ignore();
            }
            let written = match self.connections.commands() {
                Ok(mut connection) => {
                    writes.exec_async(&mut connection).await.map_err(|error| self.connections.silent(&error))
                }
                Err(silent) => Err(silent),
            };
            if written.is_err() {
                // Kept for the next time.
                batch.iter().for_each(|(key, at)| self.seen.note(*key, *at));
            }
        }
    }
}
