//! When facts change, ends what may no longer run: that device's connections, that session's requests,
//! and no other's. Four times a second it also looks for whatever has taken too long, or expired.

use std::sync::Arc;
use std::time::{Duration, Instant};

use certs::Timestamp;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::cut::{cut, end};
use super::ended::Ended;
use super::make_room;
use super::reevaluation::Devices;
use super::round::Round;
use super::sessions_over::{Changed, Running, end_idle, sessions_changed};
use crate::budget::Bound;
use crate::device;
use crate::gateway::{House, now};
use crate::live::Connection;
use crate::live::cancel_signal::{First, Why};
use crate::live::deadlines;
use crate::refusal::Refusal;
use crate::tls::Peer;

const TICK: Duration = Duration::from_millis(250);
/// How long a connection may take to close in order.
const LEAVING: Duration = Duration::from_secs(1);

/// Watches as long as the house stands: should it fall, it stands up again, since nothing else could end anything.
pub async fn guard(house: Arc<House>) {
    loop {
        let mut watching = JoinSet::new();
        watching.spawn(watch(Arc::clone(&house)));
        match watching.join_next().await {
            Some(Err(fell)) if fell.is_panic() => {
                tracing::error!(%fell, "the revocation task panicked and is started again")
            }
            Some(Ok(()) | Err(_)) | None => return,
        }
    }
}

async fn watch(house: Arc<House>) {
    let mut registry = house.feed.changed();
    let mut sessions = house.sessions.changes();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut round = Round::default();
    // Whatever changed before anybody listened, after a fall too, is looked for now.
    tell_applied(&house);
    round.begin(&house, None, devices_changed(&house));
    sessions_changed(&house, &Changed::All);
    let mut minute = minute_of(now());
    loop {
        // What is new comes first; between two changes the round goes on a little, so that neither waits for the other.
        tokio::select! {
            biased;
            changed = registry.changed() => match changed {
                Ok(()) => {
                    let learnt = Instant::now();
                    let version = *registry.borrow_and_update();
                    tell_applied(&house);
                    round.begin(&house, Some((version, learnt)), devices_changed(&house));
                }
                Err(_) => return,
            },
            () = house.live.anew.notified() => round.begin(&house, None, devices_changed(&house)),
            change = sessions.next() => match change {
                Some(change) => sessions_changed(&house, &Changed::with_more(change, &mut sessions)),
                None => return,
            },
            () = house.live.octets.crowded() => make_room::make_room(&house),
            _ = tick.tick() => {
                time_passed(&house);
                make_room::make_room(&house);
                // Policies may speak of the time; decisions count for a minute.
                if minute != minute_of(now()) {
                    minute = minute_of(now());
                    round.begin(&house, None, devices_changed(&house));
                }
            }
            () = tokio::task::yield_now(), if !round.is_over() => {}
        }
        round.go_on(&house);
    }
}

/// What is in force here, with the hash that says of which history it is.
fn tell_applied(house: &House) {
    if let Some(snapshot) = house.feed.newest() {
        house.reports.applied(snapshot.version(), snapshot.head());
    }
}

fn minute_of(moment: Timestamp) -> i64 {
    moment.unix().div_euclid(60)
}

/// Policies, routes or trust are others now: everything is judged by them, as after a change of the registry.
pub fn rules_changed(house: &House) {
    house.live.anew.notify_one();
}

/// The first half of a sweep: everyone connected is asked after again, which is quickly done. What runs is judged in
/// the second (see `round`).
fn devices_changed(house: &House) -> Ended {
    let begun = Instant::now();
    let mut ended = Ended::default();
    house.live.turn();
    let Some(snapshot) = house.feed.newest() else { return ended };
    let mut devices = Devices::by(snapshot);
    house.live.each(|connection| {
        if let Some(refusal) = refused(house, connection, &mut devices) {
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
    ended
}

/// Why the device may no longer be connected. A sweep takes its time: who came in meanwhile came in by newer facts
/// than the sweep's, so that a no counts only by the newest.
fn refused(house: &House, connection: &Connection, devices: &mut Devices) -> Option<Refusal> {
    let peer = connection.peer().filter(|_| connection.is_admitted())?;
    let refusal = devices.verify(peer).err()?;
    match house.feed.newest() {
        Some(newest) if newest.moment() != devices.registry().moment() => device::verify(peer, &newest, now()).err(),
        Some(_) | None => Some(refusal),
    }
}

/// Deadlines and expiry.
fn time_passed(house: &Arc<House>) {
    let rules = house.rules.load();
    let snapshot = house.feed.newest();
    let (begun, clock, moment) = (Instant::now(), deadlines::now(), now());
    let mut devices = snapshot.map(Devices::by);
    let limits = &rules.config.limits;
    let lasting = rules.lasting();
    let stale = house.registry(&rules).is_err();
    house.metrics.gave_way(&house.live.thin_out(clock));
    let mut idle = Running::default();
    house.live.each(|connection| {
        if connection.stage.overdue(clock) && leave_in_order(connection) {
            return;
        }
        if connection.stage.overdue(clock)
            || connection.head.overdue(clock)
            || connection.waits.overdue(deadlines::Waiting::Writing, clock, limits.body_idle)
        {
            // Who was to leave in order, and did not, goes for the same reason.
            return end(house, connection, connection.drain.why().unwrap_or(Why::SlowClient), begun);
        }
        if devices.as_mut().is_some_and(|devices| refused(house, connection, devices).is_some()) {
            return end(house, connection, Why::Device, begun);
        }
        if connection.overstays(clock) {
            return end(house, connection, Why::Budget, begun);
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
                make_room::overdue(house, flight, clock, limits)
            };
            if let Some(why) = why {
                cut(house, connection, flight, (why, begun));
            } else if flight.is_passive() && moment >= record.seen().plus(lasting.idle) {
                idle.add(connection, flight);
            }
        });
    });
    for party in house.live.requests.forget(clock) {
        house.metrics.budget_refused(party, Bound::Cancelled);
    }
    if !idle.is_empty() {
        end_idle(house, idle, lasting);
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
