//! The two connections to Redis, kept up: one for commands, one on which Redis tells of changes.
//!
//! redis-rs's own reconnecting connection does not ask for tracking again, and its plain one notices a silent server
//! only when it is asked something. So: a heartbeat of 500 ms on both, and after any loss a new pair within 100 ms of
//! the store's return (its limit is 2 s, DESIGN §4.4).

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, PushInfo, PushKind, RedisError, RedisResult, Value, cmd};
use tokio::sync::Notify;

use crate::session::changes::{Change, Teller};
use crate::session::copies::{Copies, PROMISE};
use crate::session::key::SessionKey;
use crate::session::store::StoreSilent;

const HEARTBEAT: Duration = Duration::from_millis(500);
/// How long Redis may take over one answer.
const ANSWER: Duration = Duration::from_millis(500);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(100);
/// How many copies are kept, about 300 bytes each.
const MOST_COPIES: usize = 200_000;

/// What the connections serve.
#[derive(Debug)]
pub(super) struct Link {
    client: Client,
    commands: ArcSwapOption<MultiplexedConnection>,
    silent_because: Mutex<String>,
    lost: Notify,
    pub(super) copies: Copies,
    pub(super) teller: Teller,
}

/// A pair that answered.
struct Pair {
    commands: MultiplexedConnection,
    tracking: MultiplexedConnection,
}

impl Link {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            commands: ArcSwapOption::empty(),
            silent_because: Mutex::new("not connected yet".into()),
            lost: Notify::new(),
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

    /// What an error of a command means to the caller; a dead connection is replaced at once.
    pub(super) fn silent(&self, error: &RedisError) -> StoreSilent {
        if error.is_unrecoverable_error() {
            self.lost.notify_one();
        }
        StoreSilent(error.to_string())
    }

    fn let_go(&self, because: &RedisError) {
        self.copies.withdraw();
        let because = because.to_string();
        let mut known = self.silent_because.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != because {
            tracing::warn!(%because, "the session store is silent");
            *known = because;
        }
        self.commands.store(None);
    }

    /// Redis said that keys changed. Runs in the connection's own task, so that nothing comes between.
    fn hear(&self, push: &PushInfo) {
        match (&push.kind, push.data.first()) {
            (PushKind::Disconnection, _) => {
                self.copies.withdraw();
                self.lost.notify_one();
            }
            (PushKind::Invalidate, Some(Value::Array(keys))) => {
                keys.iter().filter_map(session_named).for_each(|key| self.changed(&key));
            }
            (PushKind::Invalidate, _) => {
                self.copies.forget_all();
                self.teller.tell(Change::Any);
            }
            (_, _) => {}
        }
    }

    /// This record changed or went away, whoever says so.
    pub(super) fn changed(&self, key: &SessionKey) {
        self.copies.forget(key);
        self.teller.tell(Change::One(*key));
    }
}

fn session_named(key: &Value) -> Option<SessionKey> {
    let Value::BulkString(name) = key else { return None };
    std::str::from_utf8(name).ok()?.strip_prefix("s:")?.parse().ok()
}

/// Keeps the connections up until the store is dropped.
pub(super) async fn keep_up(link: Weak<Link>) {
    while let Some(link) = link.upgrade() {
        match connect(&link).await {
            Ok(pair) => {
                let weak = Arc::downgrade(&link);
                drop(link);
                let Some(because) = beat(&weak, pair).await else { return };
                if let Some(link) = weak.upgrade() {
                    link.let_go(&because);
                }
            }
            Err(because) => {
                link.let_go(&because);
                drop(link);
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn connect(link: &Arc<Link>) -> RedisResult<Pair> {
    let limits = AsyncConnectionConfig::new().set_connection_timeout(Some(ANSWER)).set_response_timeout(Some(ANSWER));
    let weak = Arc::downgrade(link);
    let listening = limits.clone().set_push_sender(move |push: PushInfo| {
        if let Some(link) = weak.upgrade() {
            link.hear(&push);
        }
        Ok::<(), ()>(())
    });
    let commands = link.client.get_multiplexed_async_connection_with_config(&limits).await?;
    let mut tracking = link.client.get_multiplexed_async_connection_with_config(&listening).await?;
    let (sent, pledge) = (Instant::now(), link.copies.pledge());
    cmd("CLIENT").arg(&["TRACKING", "ON", "BCAST", "PREFIX", "s:"]).exec_async(&mut tracking).await?;
    // From here on Redis tells of every change; what was asked before may have missed one.
    link.copies.forget_all();
    link.copies.promise(sent + PROMISE, pledge);
    link.commands.store(Some(Arc::new(commands.clone())));
    link.teller.tell(Change::Any);
    // Whatever silences it next is said again.
    link.silent_because.lock().unwrap_or_else(PoisonError::into_inner).clear();
    tracing::info!("the session store answers");
    Ok(Pair { commands, tracking })
}

/// Asks both connections every 500 ms whether Redis is there, until one is not. `None` once nobody needs them.
async fn beat(link: &Weak<Link>, mut pair: Pair) -> Option<RedisError> {
    loop {
        let (sent, pledge) = (Instant::now(), link.upgrade()?.copies.pledge());
        let ping = cmd("PING");
        let answers = tokio::join!(ping.exec_async(&mut pair.tracking), ping.exec_async(&mut pair.commands));
        let link = link.upgrade()?;
        match answers {
            (Ok(()), Ok(())) => link.copies.promise(sent + PROMISE, pledge),
            (Err(because), _) | (_, Err(because)) => return Some(because),
        }
        // A loss that is told wakes us early, and the next PING finds out.
        tokio::select! {
            () = tokio::time::sleep_until((sent + HEARTBEAT).into()) => {}
            () = link.lost.notified() => {}
        }
    }
}
