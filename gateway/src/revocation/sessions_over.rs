//! Sessions ended, were left alone, or the store forgot them: their requests end. The store is asked once after each
//! session, however many requests run under it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use futures_util::{FutureExt, StreamExt, stream};

use super::cut::{Cause, cut_if_running};
use crate::gateway::{Gateway, now};
use crate::live::Connection;
use crate::live::cancel_signal::CloseReason;
use crate::live::deadlines;
use crate::live::in_flight::InFlight;
use crate::live::requests::InFlightHandle;
use crate::session::{Change, Changes, Lasting, SessionKey, SessionRecord};

/// Sessions that the store is asked after at a time.
const AT_ONCE: usize = 32;
/// Changes that are taken together, so that a flood of them costs one look at all that runs and not one each.
const TOGETHER: usize = 1024;

/// Which sessions changed.
pub(super) enum Changed {
    /// These.
    These(HashSet<SessionKey>),
    /// Any may have.
    All,
}

impl Changed {
    /// This change, and those that wait behind it.
    pub(super) fn with_more(first: Change, more: &mut Changes) -> Self {
        let mut keys = HashSet::new();
        let mut next = Some(first);
        while let Some(change) = next {
            match change {
                Change::Any => return Self::All,
                Change::One(key) => keys.insert(key),
            };
            next = if keys.len() < TOGETHER { more.next().now_or_never().flatten() } else { None };
        }
        Self::These(keys)
    }

    fn concerns(&self, key: &SessionKey) -> bool {
        match self {
            Self::These(keys) => keys.contains(key),
            Self::All => true,
        }
    }
}

/// What runs, by session.
#[derive(Debug, Default)]
pub(super) struct RunningRequests(HashMap<SessionKey, Vec<InFlightHandle>>);

impl RunningRequests {
    pub(super) fn add(&mut self, connection: &Arc<Connection>, in_flight: &Arc<InFlight>) {
        let running = self.0.entry(*in_flight.access.record.key()).or_default();
        running.push(InFlightHandle::on(connection, in_flight));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends what runs under each session that `lives` no more.
    async fn end<L: Future<Output = bool>>(self, gateway: &Gateway, lives: impl Fn(Arc<SessionRecord>) -> L) {
        let (begun, clock) = (Instant::now(), deadlines::now());
        let sessions = self.0.into_values().filter_map(|running| {
            let record = Arc::clone(&running.first()?.in_flight.access.record);
            Some((lives(record), running))
        });
        let ended = stream::iter(sessions).map(|(lives, running)| async { (!lives.await).then_some(running) });
        let ended = ended.buffer_unordered(AT_ONCE).filter_map(std::future::ready);
        ended
            .for_each(|running| {
                for InFlightHandle { connection, in_flight } in running {
                    if let Some(connection) = connection.upgrade().filter(|_| !in_flight.in_grace(clock)) {
                        cut_if_running(gateway, &connection, &in_flight, Cause { why: CloseReason::Session, begun });
                    }
                }
                std::future::ready(())
            })
            .await;
    }
}

/// Sessions changed: whether they live is the store's word.
pub(super) fn sessions_changed(gateway: &Arc<Gateway>, changed: &Changed) {
    gateway.live.bump_epoch();
    let mut running = RunningRequests::default();
    gateway.live.each(|connection| {
        connection.each_in_flight(|in_flight| {
            if changed.concerns(in_flight.access.record.key()) {
                running.add(connection, in_flight);
            }
        });
    });
    if running.is_empty() {
        return;
    }
    let gateway = Arc::clone(gateway);
    tokio::spawn(async move {
        let lives = async |record: Arc<SessionRecord>| {
            gateway.metrics.judged(1);
            matches!(gateway.sessions.fetch(record.key()).await, Ok(Some(record)) if record.ended().is_none())
        };
        running.end(&gateway, lives).await;
    });
}

/// What is no activity goes with its session. The owner may have been active elsewhere: the store is asked first.
pub(super) fn end_idle(gateway: &Arc<Gateway>, idle: RunningRequests, lasting: Lasting) {
    let gateway = Arc::clone(gateway);
    tokio::spawn(async move {
        let lives = async |record: Arc<SessionRecord>| {
            let local = gateway.sessions.local(record.key()).map_or(record.seen(), |local| local.seen());
            if now() < local.plus(lasting.idle) {
                return true;
            }
            let seen = gateway.sessions.last_seen(&record).await;
            seen.is_ok_and(|seen| now() < seen.plus(lasting.idle))
        };
        idle.end(&gateway, lives).await;
    });
}
