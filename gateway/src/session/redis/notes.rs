//! What operations should know of the store though it answers: that it throws things away when full, and that sessions
//! were lost.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{InfoDict, RedisResult, cmd};

use super::truth::words;

/// For how long `/readyz` tells that sessions were lost.
const TOLD_FOR: Duration = Duration::from_secs(3600);

/// What is to be told.
#[derive(Debug, Default)]
pub(super) struct Notes {
    said: Mutex<Said>,
    forgotten: AtomicU64,
}

#[derive(Debug, Default)]
struct Said {
    silent: Option<String>,
    evicts: Option<String>,
    forgotten: Option<(Instant, &'static str)>,
}

impl Notes {
    /// The store is silent for this reason; true if that is news.
    pub(super) fn silent(&self, because: &str) -> bool {
        let mut said = self.held();
        let news = said.silent.as_deref() != Some(because);
        said.silent = Some(because.to_owned());
        news
    }

    /// It answers: whatever silences it next is said again.
    pub(super) fn answers(&self) {
        self.held().silent = None;
    }

    /// Every session was lost, since the store is not what it was.
    pub(super) fn forgotten(&self, why: &'static str) {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
        self.held().forgotten = Some((Instant::now(), why));
    }

    /// How often that happened.
    pub(super) fn times_forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::Relaxed)
    }

    /// In words, one line each.
    pub(super) fn lines(&self) -> Vec<String> {
        let said = self.held();
        let forgotten = said.forgotten.filter(|(since, _)| since.elapsed() < TOLD_FOR).map(|(since, why)| {
            let ago = since.elapsed().as_secs();
            format!("every session ended {ago} s ago, since the store is not what it was: {why}")
        });
        said.evicts.iter().cloned().chain(forgotten).collect()
    }

    fn policy(&self, policy: &RedisResult<Option<String>>) {
        let evicts = match policy {
            Ok(Some(policy)) if policy == "noeviction" => None,
            Ok(Some(policy)) => Some(format!(
                "the store may throw away what it was given (maxmemory-policy {policy}): sessions would end and locks be \
                 forgotten; set maxmemory-policy noeviction"
            )),
            Ok(None) => {
                Some("whether the store throws away what it was given is not known: it does not say".to_owned())
            }
            Err(error) => Some(format!(
                "whether the store throws away what it was given is not known: allow its user INFO ({})",
                words(error)
            )),
        };
        let mut said = self.held();
        if said.evicts != evicts {
            if let Some(words) = &evicts {
                tracing::warn!("{words}");
            }
            said.evicts = evicts;
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks whether the store keeps what it is given.
pub(super) async fn look_after(notes: &Notes, connection: &mut MultiplexedConnection) {
    let info: RedisResult<InfoDict> = cmd("INFO").arg("memory").query_async(connection).await;
    let policy = match info {
        Ok(info) => Ok(info.get("maxmemory_policy")),
        Err(refused) => {
            let asked = cmd("CONFIG").arg(&["GET", "maxmemory-policy"]).query_async(connection).await;
            let asked: RedisResult<std::collections::HashMap<String, String>> = asked;
            asked.map(|found| found.get("maxmemory-policy").cloned()).map_err(|_| refused)
        }
    };
    notes.policy(&policy);
}
