//! The promises of a session store, kept by both stores, Redis first; then those that only Redis can break.

mod both;
mod ends;
mod outage;
mod race;
mod truth;

use std::time::{Duration, Instant};

use certs::{DeviceNo, Timestamp};

use servers::Redis;

use super::{Change, Changes, NewSession, Opened, SessionKey, Sessions, Settings};

pub(crate) const NOON: Timestamp = Timestamp::from_unix(1_790_000_000);

/// Runs a promise against Redis, then against memory.
pub(crate) async fn on_both(promise: impl AsyncFn(&Sessions)) {
    let server = Redis::keeping(&[]);
    promise(&follow(&server.url()).await).await;
    promise(&follow("memory:").await).await;
}

pub(crate) async fn follow(url: &str) -> Sessions {
    let sessions = Sessions::follow(&settings(url)).unwrap();
    until("the store answers", || sessions.ready().is_ok()).await;
    sessions
}

pub(crate) fn settings(url: &str) -> Settings {
    Settings {
        url: url.into(),
        ca: None,
        idle: Duration::from_secs(30 * 60),
        absolute: Duration::from_secs(12 * 3600),
        per_device: 10,
    }
}

pub(crate) fn login(id: &str) -> NewSession {
    NewSession {
        login_id: id.parse().unwrap(),
        device: DeviceNo::new(123).unwrap(),
        password_set_at: NOON.plus(-86_400),
        opened_at: NOON,
    }
}

pub(crate) async fn opened(sessions: &Sessions, id: &str) -> SessionKey {
    sessions.open(login(id)).await.unwrap().key
}

/// Asks until it has a copy: an answer that any change has overtaken is not kept, nor one of a shard where one was told.
pub(crate) async fn copied(sessions: &Sessions, key: &SessionKey) {
    let start = Instant::now();
    while sessions.local(key).is_none() {
        assert!(start.elapsed() < Duration::from_secs(10), "no copy is ever kept");
        let _ = sessions.fetch(key).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Waits until it holds; returns how long it took.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    servers::until(what, async || holds()).await;
    start.elapsed()
}

/// Waits for a change, ten seconds at most.
pub(crate) async fn told(changes: &mut Changes, wanted: Change) {
    let heard = async { while changes.next().await != Some(wanted) {} };
    tokio::time::timeout(Duration::from_secs(10), heard).await.expect("the change is told");
}
