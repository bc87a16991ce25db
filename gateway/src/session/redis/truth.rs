//! Is the store the truth? It is only while it is a primary that writes, runs scripts and tells of changes, and that has
//! not gone back in time. An answer alone says none of it: a replica that lost its primary answers PING for ever.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redis::aio::MultiplexedConnection;
use redis::{RedisError, ScriptInvocation, Value, cmd};

use super::connections::RedisConnections;
use super::scripts::{BEAT, STORE};
use crate::session::era::Era;

/// The era in force, and the highest count of changes that was acknowledged in it. It only grows: whatever a store that
/// counts fewer has forgotten, it is not the present.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct StoreStanding {
    pub(super) era: Era,
    pub(super) count: u64,
}

impl StoreStanding {
    /// A call of `script`, which does nothing where the store is another one.
    pub(super) fn call(self, script: &'static redis::Script) -> ScriptInvocation<'static> {
        let mut call = script.prepare_invoke();
        call.key(STORE).arg(self.era.number).arg(self.era.mark_text()).arg(self.count);
        call
    }
}

/// What this gateway has heard of the store so far.
#[derive(Debug, Default)]
pub(super) struct KnownStore(Mutex<Option<StoreStanding>>);

impl KnownStore {
    pub(super) fn get(&self) -> Option<StoreStanding> {
        *self.held()
    }

    /// An answer said so.
    pub(super) fn hear(&self, said: StoreStanding) {
        let mut known = self.held();
        match &mut *known {
            Some(known) if known.era == said.era => known.count = known.count.max(said.count),
            // An answer of an era that is over comes late.
            Some(known) if known.era.number > said.era.number => {}
            Some(_) | None => *known = Some(said),
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<StoreStanding>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a heartbeat found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Found {
    /// The store of before, or one that nothing is known of yet.
    Stands,
    /// One that knows nothing; where something was known of it, it was emptied or exchanged.
    Empty,
    /// Fewer changes than it had acknowledged: it was put back from a copy, or a replica that lagged took over.
    Past,
    /// Another store.
    Other,
}

impl Found {
    fn of(word: &str) -> Option<Self> {
        match word {
            "stands" => Some(Self::Stands),
            "empty" => Some(Self::Empty),
            "past" => Some(Self::Past),
            "other" => Some(Self::Other),
            _ => None,
        }
    }

    /// What became of the store, in the log's and `/readyz`'s words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Stands => "another gateway found that it was emptied, exchanged or put back",
            Self::Empty => "it was emptied or exchanged",
            Self::Past => "it has gone back in time: changes that it had acknowledged are lost",
            Self::Other => "it is another store than before",
        }
    }
}

/// Why the store does not count: its own words where it has any.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotTheTruth(pub(super) String);

impl From<RedisError> for NotTheTruth {
    fn from(error: RedisError) -> Self {
        Self(words(&error))
    }
}

/// The server's own words where it said any: redis-rs writes `read-only` where a server said READONLY.
pub(super) fn words(error: &RedisError) -> String {
    match (error.code(), error.detail()) {
        (Some(code), Some(detail)) => format!("{code} {detail}"),
        (Some(_), None) | (None, _) => error.to_string(),
    }
}

/// Asks the store for all that the work needs: on the connection for commands its role, and that it writes by script; on
/// the other that it tells of what was just written.
pub(super) async fn ask(
    connections: &RedisConnections,
    commands: &MultiplexedConnection,
    tracking: &mut MultiplexedConnection,
) -> Result<(Found, StoreStanding), NotTheTruth> {
    let known = connections.known.get();
    let beat = {
        let known = known.unwrap_or(StoreStanding { era: Era { number: 0, mark: 0 }, count: 0 });
        let mut beat = known.call(&BEAT);
        for prefix in ["s", "l", "n", "f", "g", "u"] {
            beat.key(format!("{prefix}:beat:{}", connections.name));
        }
        beat.arg(drawn_mark()?);
        beat
    };
    let echoes = connections.echoes();
    let (mut asked, mut beaten) = (commands.clone(), commands.clone());
    let hello = cmd("HELLO");
    let (hello, beaten) = tokio::join!(
        hello.query_async::<HashMap<String, Value>>(&mut asked),
        beat.invoke_async::<(String, u64, String, u64)>(&mut beaten)
    );
    let (found, number, mark, count) = beaten?;
    let role: Option<String> = hello?.remove("role").and_then(|role| redis::from_redis_value(role).ok());
    match role.as_deref() {
        Some("master") => {}
        Some(role) => return Err(NotTheTruth(format!("it is no primary: its role is {role}"))),
        None => return Err(NotTheTruth("it does not say whether it is a primary".into())),
    }
    // Redis tells of a change before it answers what comes after it.
    cmd("PING").exec_async(tracking).await?;
    if connections.echoes() == echoes {
        return Err(NotTheTruth("it does not tell of changes: CLIENT TRACKING has no effect".into()));
    }
    let mark = u64::from_str_radix(&mark, 16).map_err(|_| NotTheTruth(format!("{STORE} in it is not ours")))?;
    let found = Found::of(&found).ok_or_else(|| NotTheTruth(format!("{STORE} in it is not ours")))?;
    Ok((found, StoreStanding { era: Era { number, mark }, count }))
}

fn drawn_mark() -> Result<String, NotTheTruth> {
    let mut mark = [0; 8];
    aws_lc_rs::rand::fill(&mut mark).map_err(|_| NotTheTruth("no randomness on this machine".into()))?;
    Ok(format!("{:016x}", u64::from_be_bytes(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_heard_only_grows_and_an_era_that_is_over_changes_nothing() {
        let standing = |number, count| StoreStanding { era: Era { number, mark: number * 7 }, count };
        let known = KnownStore::default();
        assert_eq!(known.get(), None);
        for (said, stands) in [
            (standing(1, 5), standing(1, 5)),
            (standing(1, 3), standing(1, 5)),
            (standing(2, 1), standing(2, 1)),
            (standing(1, 9), standing(2, 1)),
            (standing(2, 2), standing(2, 2)),
        ] {
            known.hear(said);
            assert_eq!(known.get(), Some(stands));
        }
    }
}
