//! The two connections to Redis, kept up: one for commands, one on which Redis tells of changes.
//!
//! redis-rs's own reconnecting connection does not ask for tracking again, and its plain one notices a silent server
//! only when it is asked something. So: a heartbeat every 500 ms that asks for all that the work needs (`truth`), and
//! after any loss a new pair within 100 ms of the store's return (its limit is 2 s, ARCHITECTURE.md#how-long-what-counts). The address is looked
//! up anew each time, so that one which leads to a new primary is found.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, FromRedisValue, PushInfo, PushKind, RedisError, ScriptInvocation, Value,
    cmd,
};
use tokio::sync::Notify;

use super::notes::{Notes, look_after};
use super::scripts::ANOTHER_ERA;
use super::truth::{Found, KnownStore, NotTheTruth, StoreStanding, ask};
use crate::session::changes::{Change, Teller};
use crate::session::copies::{Copies, PROMISE};
use crate::session::failure::StoreSilent;
use crate::session::key::SessionKey;

const HEARTBEAT: Duration = Duration::from_millis(500);
/// How long Redis may take over one answer.
const ANSWER: Duration = Duration::from_millis(500);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(100);
/// How many copies are kept, about 300 bytes each.
const MOST_COPIES: usize = 200_000;

/// What the connections serve.
#[derive(Debug)]
pub(super) struct RedisConnections {
    client: Client,
    commands: ArcSwapOption<MultiplexedConnection>,
    silent_because: Mutex<String>,
    /// What a command was told that shows the store to be none.
    crippled: Mutex<Option<NotTheTruth>>,
    lost: Notify,
    beaten: Notify,
    /// This gateway's own, in the names of what its heartbeat writes.
    pub(super) name: String,
    echoes: AtomicU64,
    pub(super) known: KnownStore,
    pub(super) notes: Notes,
    pub(super) copies: Copies,
    pub(super) teller: Teller,
}

/// A pair that answered.
struct Pair {
    commands: MultiplexedConnection,
    tracking: MultiplexedConnection,
}

/// Why a script was not run.
enum Failed {
    /// The store is another one than was last heard of; nothing was done.
    AnotherEra,
    Silent(StoreSilent),
}

impl RedisConnections {
    pub(super) fn new(client: Client) -> Self {
        // Two gateways that draw the same name hear each other's echoes, and that is all.
        let name =
            crate::session::CookieValue::draw().map_or_else(|_| "nameless".into(), |value| value.key().to_string());
        Self {
            client,
            commands: ArcSwapOption::empty(),
            silent_because: Mutex::new("not connected yet".into()),
            crippled: Mutex::new(None),
            lost: Notify::new(),
            beaten: Notify::new(),
            name,
            echoes: AtomicU64::new(0),
            known: KnownStore::default(),
            notes: Notes::default(),
            copies: Copies::new(MOST_COPIES),
            teller: Teller::new(),
        }
    }

    /// The connection for commands; at once, or not at all.
    pub(super) fn commands(&self) -> Result<MultiplexedConnection, StoreSilent> {
        match self.commands.load().as_deref() {
            Some(connection) => Ok(connection.clone()),
            None => Err(StoreSilent(self.silent_because.lock().unwrap_or_else(PoisonError::into_inner).clone())),
        }
    }

    /// Runs a script. Where the store turns out to be another one, the heartbeat finds out which, and the script, which
    /// did nothing, is run once more.
    pub(super) async fn work<T: FromRedisValue>(
        &self,
        call: impl Fn(StoreStanding) -> ScriptInvocation<'static>,
    ) -> Result<T, StoreSilent> {
        for last in [false, true] {
            let standing = self.known.get();
            match self.tried(standing, &call).await {
                Ok(answer) => return Ok(answer),
                Err(Failed::Silent(silent)) => return Err(silent),
                Err(Failed::AnotherEra) if last => break,
                Err(Failed::AnotherEra) => self.found_out(standing).await,
            }
        }
        Err(StoreSilent("it is not the store that was last heard of".into()))
    }

    async fn tried<T: FromRedisValue>(
        &self,
        standing: Option<StoreStanding>,
        call: &impl Fn(StoreStanding) -> ScriptInvocation<'static>,
    ) -> Result<T, Failed> {
        let mut connection = self.commands().map_err(Failed::Silent)?;
        let Some(standing) = standing else { return Err(Failed::Silent(StoreSilent("not heard yet".into()))) };
        let call = call(standing);
        match call.invoke_async::<(u64, T)>(&mut connection).await {
            Ok((count, answer)) => {
                self.known.hear(StoreStanding { count, ..standing });
                Ok(answer)
            }
            Err(error) if error.code() == Some(ANOTHER_ERA) => Err(Failed::AnotherEra),
            Err(error) => Err(Failed::Silent(self.silent(&error))),
        }
    }

    /// Waits until the heartbeat has found out which store it is now, for as long as an answer may take.
    async fn found_out(&self, before: Option<StoreStanding>) {
        self.copies.forget_all();
        let same_era = |now: Option<StoreStanding>| now.map(|now| now.era) == before.map(|before| before.era);
        let _ = tokio::time::timeout(ANSWER, async {
            loop {
                let beaten = self.beaten.notified();
                self.lost.notify_one();
                if !same_era(self.known.get()) {
                    return;
                }
                beaten.await;
            }
        })
        .await;
    }

    /// What an error of a command means to the caller. A store that says of itself that it cannot do the work is silent
    /// from now on; of any other mishap the heartbeat finds out at once what is behind it.
    pub(super) fn silent(&self, error: &RedisError) -> StoreSilent {
        let because = NotTheTruth::from(error.clone());
        if crippled(error) {
            self.copies.withdraw();
            *self.silent_because.lock().unwrap_or_else(PoisonError::into_inner) = because.to_string();
            self.commands.store(None);
            *self.crippled.lock().unwrap_or_else(PoisonError::into_inner) = Some(because.clone());
        }
        self.lost.notify_one();
        StoreSilent(because.to_string())
    }

    fn let_go(&self, because: &NotTheTruth) {
        self.copies.withdraw();
        let because = because.to_string();
        if self.notes.silent(&because) {
            tracing::warn!(%because, "the session store is silent");
        }
        *self.silent_because.lock().unwrap_or_else(PoisonError::into_inner) = because;
        self.commands.store(None);
    }

    /// Redis said that keys changed. Runs in the connection's own task, so that nothing comes between.
    fn hear(&self, push: &PushInfo) {
        match (&push.kind, push.data.first()) {
            (PushKind::Disconnection, _) => {
                self.copies.withdraw();
                self.lost.notify_one();
            }
            (PushKind::Invalidate, Some(Value::Array(keys))) => keys.iter().for_each(|key| self.hear_of(key)),
            (PushKind::Invalidate, _) => {
                self.copies.forget_all();
                self.teller.tell(Change::Any);
                // It was emptied: the heartbeat finds out.
                self.lost.notify_one();
            }
            (_, _) => {}
        }
    }

    fn hear_of(&self, key: &Value) {
        let Value::BulkString(name) = key else { return };
        let Some(name) = std::str::from_utf8(name).ok().and_then(|name| name.strip_prefix("s:")) else { return };
        if let Ok(session) = name.parse() {
            self.changed(&session);
        } else if name.strip_prefix("beat:") == Some(&self.name) {
            self.echoes.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// How often this gateway has heard of what its own heartbeat wrote.
    pub(super) fn echoes(&self) -> u64 {
        self.echoes.load(Ordering::Acquire)
    }

    /// This record changed or went away, whoever says so.
    pub(super) fn changed(&self, key: &SessionKey) {
        self.copies.forget(key);
        self.teller.tell(Change::One(*key));
    }

    /// What a heartbeat found. Under a new era no session of before counts, wherever it lies.
    fn take(&self, found: Found, now: StoreStanding) {
        let before = self.known.get();
        self.known.hear(now);
        if before.is_some_and(|before| before.era != now.era) {
            let era = now.era;
            tracing::error!(%era, why = found.words(), "every session of before has ended: everybody logs in again");
            self.notes.forgotten(found.words());
            self.copies.forget_all();
            self.teller.tell(Change::Any);
        }
    }
}

/// Whether a server says that it cannot do the work: a replica, a store that loads or is full, one that lacks a right
/// or a command.
fn crippled(error: &RedisError) -> bool {
    const CODES: [&str; 11] = [
        "READONLY",
        "MASTERDOWN",
        "LOADING",
        "OOM",
        "NOPERM",
        "MISCONF",
        "NOREPLICAS",
        "CLUSTERDOWN",
        "NOAUTH",
        "WRONGPASS",
        "UNKILLABLE",
    ];
    // In a script these come without a code of their own.
    const WORDS: [&str; 3] = ["unknown command", "can't run this command", "can't access"];
    let unable = |detail: &str| WORDS.iter().any(|words| detail.contains(words));
    error.code().is_some_and(|code| CODES.contains(&code))
        || (matches!(error.kind(), ErrorKind::Server(_)) && error.detail().is_some_and(unable))
}

/// Keeps the connections up until the store is dropped.
pub(super) async fn keep_up(connections: Weak<RedisConnections>) {
    while let Some(connections) = connections.upgrade() {
        match connect(&connections).await {
            Ok(pair) => {
                let weak = Arc::downgrade(&connections);
                drop(connections);
                let Some(because) = beat(&weak, pair).await else { return };
                if let Some(connections) = weak.upgrade() {
                    connections.let_go(&because);
                }
            }
            Err(because) => {
                connections.let_go(&because);
                drop(connections);
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn connect(connections: &Arc<RedisConnections>) -> Result<Pair, NotTheTruth> {
    let limits = AsyncConnectionConfig::new().set_connection_timeout(Some(ANSWER)).set_response_timeout(Some(ANSWER));
    let weak = Arc::downgrade(connections);
    let listening = limits.clone().set_push_sender(move |push: PushInfo| {
        if let Some(connections) = weak.upgrade() {
            connections.hear(&push);
        }
        Ok::<(), ()>(())
    });
    let mut commands = connections.client.get_multiplexed_async_connection_with_config(&limits).await?;
    let mut tracking = connections.client.get_multiplexed_async_connection_with_config(&listening).await?;
    let (sent, pledge) = (Instant::now(), connections.copies.pledge());
    cmd("CLIENT").arg(&["TRACKING", "ON", "BCAST", "PREFIX", "s:"]).exec_async(&mut tracking).await?;
    let (found, now) = ask(connections, &commands, &mut tracking).await?;
    connections.take(found, now);
    // From here on Redis tells of every change; what was asked before may have missed one.
    connections.copies.forget_all();
    connections.copies.promise(sent + PROMISE, pledge);
    // What was said on the connection of before is no word about this one.
    *connections.crippled.lock().unwrap_or_else(PoisonError::into_inner) = None;
    connections.commands.store(Some(Arc::new(commands.clone())));
    connections.teller.tell(Change::Any);
    connections.beaten.notify_waiters();
    connections.notes.answers();
    tracing::info!(era = %now.era, "the session store answers");
    look_after(&connections.notes, &mut commands).await;
    Ok(Pair { commands, tracking })
}

/// Asks the store every 500 ms whether it is the truth, until it is not. `None` once nobody needs it.
async fn beat(connections: &Weak<RedisConnections>, mut pair: Pair) -> Option<NotTheTruth> {
    let mut beats: u32 = 0;
    loop {
        let connections = connections.upgrade()?;
        let (sent, pledge) = (Instant::now(), connections.copies.pledge());
        match ask(&connections, &pair.commands, &mut pair.tracking).await {
            Ok((found, now)) => {
                connections.take(found, now);
                connections.copies.promise(sent + PROMISE, pledge);
                connections.beaten.notify_waiters();
            }
            Err(because) => return Some(because),
        }
        beats = beats.wrapping_add(1);
        if beats.is_multiple_of(LOOK_AFTER) {
            look_after(&connections.notes, &mut pair.commands).await;
        }
        // A loss that is told wakes us early, and the next heartbeat finds out.
        tokio::select! {
            () = tokio::time::sleep_until((sent + HEARTBEAT).into()) => {}
            () = connections.lost.notified() => {}
        }
        if let Some(because) = connections.crippled.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Some(because);
        }
    }
}

/// The store's settings are looked at again after so many heartbeats: half a minute.
const LOOK_AFTER: u32 = 60;
