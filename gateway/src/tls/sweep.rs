//! When facts change, ends what may no longer run: that device's connections, that session's requests,
//! and no other's. Four times a second it also looks for whatever has taken too long, or expired.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use certs::Timestamp;
use registry::Snapshot;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::Peer;
use super::clockwork;
use super::cut::{First, Why};
use super::ended::Ended;
use super::flight::Flight;
use super::live::Connection;
use crate::device::{self, VerifiedDevice};
use crate::house::{House, now};
use crate::policy::{self, Asked, Facts};
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::session::{Change, Lasting, SessionKey};

const TICK: Duration = Duration::from_millis(250);
/// How long a connection may take to close in order.
const LEAVING: Duration = Duration::from_secs(1);

/// Watches as long as the house stands: should it fall, it stands up again, since nothing else could end anything.
pub async fn guard(house: Arc<House>) {
    loop {
        let mut watching = JoinSet::new();
        watching.spawn(watch(Arc::clone(&house)));
        match watching.join_next().await {
            Some(Err(fell)) if fell.is_panic() => tracing::error!(%fell, "the live cut fell and stands up again"),
            Some(Ok(()) | Err(_)) | None => return,
        }
    }
}

async fn watch(house: Arc<House>) {
    let mut registry = house.feed.changed();
    let mut sessions = house.sessions.changes();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Whatever changed before anybody listened, after a fall too, is looked for now.
    if let Some(snapshot) = house.feed.newest() {
        house.reports.applied(snapshot.version());
    }
    facts_changed(&house);
    sessions_changed(&house, &Changed::All).await;
    let mut minute = minute_of(now());
    loop {
        tokio::select! {
            changed = registry.changed() => match changed {
                Ok(()) => {
                    let learnt = Instant::now();
                    let version = *registry.borrow_and_update();
                    house.reports.applied(version);
                    facts_changed(&house).tell(&house, version, learnt);
                }
                Err(_) => return,
            },
            change = sessions.next() => match change {
                Some(Change::One(key)) => sessions_changed(&house, &Changed::These(HashSet::from([key]))).await,
                Some(Change::Any) => sessions_changed(&house, &Changed::All).await,
                None => return,
            },
            _ = tick.tick() => {
                time_passed(&house);
                // Policies may speak of the time; decisions count for a minute.
                if minute != minute_of(now()) {
                    minute = minute_of(now());
                    facts_changed(&house);
                }
            }
        }
    }
}

fn minute_of(moment: Timestamp) -> i64 {
    moment.unix().div_euclid(60)
}

enum Changed {
    These(HashSet<SessionKey>),
    All,
}

/// The registry, the policies or the trust changed: everyone connected is judged again; devices first, which is
/// quickly done, then what runs.
pub fn facts_changed(house: &House) -> Ended {
    let begun = Instant::now();
    let mut ended = Ended::default();
    house.live.turn();
    let Some(snapshot) = house.feed.newest() else { return ended };
    house.live.each(|connection| {
        if let Some(refusal) = refused(house, connection, &snapshot, now()) {
            let device = connection.peer().and_then(Peer::device).map(tracing::field::display);
            tracing::info!(reason = refusal.reason(), device, source = connection.address(), "connection revoked");
            // Who is leaving already was ended by an earlier change.
            let leaving = connection.rope.why().or_else(|| connection.drain.why());
            end(house, connection, Why::Device, begun);
            if leaving.is_none() {
                ended.whole(connection);
            }
        }
    });
    let rules = house.rules.load_full();
    house.live.each(|connection| {
        if judge_flights(house, connection, (&rules, &snapshot), begun) == First::Yes {
            ended.request(connection);
        }
    });
    ended
}

/// Why the device may no longer be connected. A sweep takes its time: who came in meanwhile came in by newer facts
/// than the sweep's, so that a no counts only by the newest.
fn refused(house: &House, connection: &Connection, registry: &Snapshot, moment: Timestamp) -> Option<Refusal> {
    let peer = connection.peer().filter(|_| connection.is_admitted())?;
    let refusal = device::verify(peer, registry, moment).err()?;
    match house.feed.newest() {
        Some(newest) if newest.version() != registry.version() => device::verify(peer, &newest, moment).err(),
        Some(_) | None => Some(refusal),
    }
}

/// Ends the requests that may run no longer; says whether there was one.
fn judge_flights(
    house: &House,
    connection: &Connection,
    (rules, registry): (&Rules, &Snapshot),
    begun: Instant,
) -> First {
    let mut first = First::No;
    let Some(peer) = connection.peer() else { return first };
    let clock = clockwork::now();
    let allowed = |flight: &Flight, rules: &Rules, registry: &Snapshot| {
        // A device that is refused was ended before; what it still carries is spared.
        device::verify(peer, registry, now()).is_ok_and(|device| still_allowed(flight, &device, rules, registry))
    };
    connection.each_flight(|flight| {
        if allowed(flight, rules, registry) || flight.spare(clock) {
            return;
        }
        // As with devices: by the newest facts.
        let newest = house.feed.newest();
        let still = newest.is_some_and(|newest| allowed(flight, &house.rules.load(), &newest));
        if !still && cut(house, connection, flight, (Why::Person, begun)) == First::Yes {
            first = First::Yes;
        }
    });
    first
}

/// The answer to the very request that caused the end is delivered first.
fn end(house: &House, connection: &Arc<Connection>, why: Why, begun: Instant) {
    let clock = clockwork::now();
    if connection.carries_spared(clock) {
        connection.drain.cut(why);
        connection.each_flight(|flight| {
            if !flight.spare(clock) {
                cut(house, connection, flight, (why, begun));
            }
        });
    } else if connection.cut(why) == First::Yes {
        house.metrics.cut(why, begun.elapsed());
    }
}

/// Over HTTP/1.1 an answer that is on its way ends with its connection: a client that does not read keeps the answer's
/// own task from ever looking at the rope. HTTP/2 ends the stream alone (see `streams`).
fn cut(house: &House, connection: &Connection, flight: &Flight, (why, begun): (Why, Instant)) -> First {
    let first = flight.rope.cut(why);
    if first == First::Yes {
        house.metrics.cut(why, begun.elapsed());
        if flight.patience.is_answered() && !connection.is_streams() {
            connection.cut(why);
        }
    }
    first
}

fn still_allowed(flight: &Flight, device: &VerifiedDevice, rules: &Rules, registry: &Snapshot) -> bool {
    let bearer = &flight.bearer;
    let facts = Facts { registry, policies: &rules.policies, now: now() };
    let asked = Asked { place: &bearer.place, write: bearer.write };
    policy::still_holds(&bearer.record, device, asked, facts).is_ok()
}

/// Sessions ended, or the store forgot them: their requests end.
async fn sessions_changed(house: &Arc<House>, changed: &Changed) {
    let begun = Instant::now();
    house.live.turn();
    let clock = clockwork::now();
    let mut flights: Vec<(Arc<Connection>, Arc<Flight>)> = Vec::new();
    house.live.each(|connection| {
        connection.each_flight(|flight| {
            let concerned = match changed {
                Changed::All => true,
                Changed::These(keys) => keys.contains(flight.bearer.record.key()),
            };
            if concerned {
                flights.push((Arc::clone(connection), Arc::clone(flight)));
            }
        });
    });
    if flights.is_empty() {
        return;
    }
    let house = Arc::clone(house);
    tokio::spawn(async move {
        for (connection, flight) in flights {
            let living = matches!(
                house.sessions.fetch(flight.bearer.record.key()).await,
                Ok(Some(record)) if record.ended().is_none()
            );
            if !living && !flight.spare(clock) {
                cut(&house, &connection, &flight, (Why::Session, begun));
            }
        }
    });
}

/// Deadlines and expiry.
fn time_passed(house: &Arc<House>) {
    let rules = house.rules.load();
    let snapshot = house.feed.newest();
    let (begun, clock, moment) = (Instant::now(), clockwork::now(), now());
    let limits = &rules.config.limits;
    let lasting = rules.lasting();
    let stale = house.registry(&rules).is_err();
    let mut idle = Vec::new();
    house.live.each(|connection| {
        if connection.stage.overdue(clock) && leave_in_order(connection) {
            return;
        }
        if connection.stage.overdue(clock)
            || connection.head.overdue(clock)
            || connection.waits.overdue(clockwork::Waiting::Writing, clock, limits.body_idle)
        {
            return end(house, connection, Why::SlowClient, begun);
        }
        if snapshot.as_ref().is_some_and(|snapshot| refused(house, connection, snapshot, moment).is_some()) {
            return end(house, connection, Why::Device, begun);
        }
        connection.each_flight(|flight| {
            let record = &flight.bearer.record;
            let why = if stale {
                Some(Why::Registry)
            } else if flight.is_past_mercy(clock) {
                Some(Why::Person)
            } else if moment >= record.opened_at().plus(lasting.absolute) && !flight.spare(clock) {
                Some(Why::Session)
            } else {
                flight.overdue(clock, limits.body_idle)
            };
            if let Some(why) = why {
                cut(house, connection, flight, (why, begun));
            } else if flight.is_passive() && moment >= record.seen().plus(lasting.idle) {
                idle.push((Arc::clone(connection), Arc::clone(flight)));
            }
        });
    });
    if !idle.is_empty() {
        tokio::spawn(end_idle(Arc::clone(house), idle, lasting));
    }
}

/// A connection on which nothing is asked any more is closed as HTTP closes it; where that takes longer than a moment,
/// or it never finished its handshake, it is ended.
fn leave_in_order(connection: &Connection) -> bool {
    let first = connection.peer().is_some() && connection.drain.cut(Why::SlowClient) == First::Yes;
    if first {
        connection.stage.begin(LEAVING);
    }
    first
}

/// What is no activity goes with its session. The owner may have been active elsewhere: the store is asked first.
async fn end_idle(house: Arc<House>, idle: Vec<(Arc<Connection>, Arc<Flight>)>, lasting: Lasting) {
    let begun = Instant::now();
    for (connection, flight) in idle {
        let record = &flight.bearer.record;
        let local = house.sessions.local(record.key()).map_or(record.seen(), |local| local.seen());
        if now() < local.plus(lasting.idle) {
            continue;
        }
        let seen = house.sessions.last_seen(record).await;
        if seen.is_ok_and(|seen| now() < seen.plus(lasting.idle)) {
            continue;
        }
        cut(&house, &connection, &flight, (Why::Session, begun));
    }
}

/// The trusted CAs are others now: whoever was let in by one that is trusted no more comes again.
pub fn trust_changed(house: &House) {
    let begun = Instant::now();
    house.live.turn();
    let rules = house.rules.load();
    house.live.each(|connection| {
        let stands = connection.peer().is_none_or(|peer| peer.stands(&rules.trust));
        if !stands && connection.is_admitted() {
            end(house, connection, Why::Trust, begun);
        }
    });
}
