//! When facts change, ends what may no longer run: that device's connections, that session's requests,
//! and no other's. Four times a second it also looks for whatever has taken too long, or expired.

use std::sync::Arc;
use std::time::{Duration, Instant};

use certs::Timestamp;
use registry::Snapshot;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::closures::Closures;
use super::cut::{Cause, cut, end};
use super::make_room;
use super::reevaluation::DeviceAnswers;
use super::round::Round;
use super::session_ends;
use super::sessions_over::{Changed, RunningRequests, end_idle, sessions_changed};
use crate::budget::Bound;
use crate::device;
use crate::gateway::{Gateway, now};
use crate::live::Connection;
use crate::live::cancel_signal::{CloseReason, First};
use crate::live::deadlines;
use crate::refusal::Refusal;
use crate::tls::Peer;

const TICK: Duration = Duration::from_millis(250);
/// How long a connection may take to close in order.
const LEAVING: Duration = Duration::from_secs(1);

/// Watches as long as the gateway runs: should it panic, it is started again, since nothing else could end anything.
pub async fn guard(gateway: Arc<Gateway>) {
    loop {
        let mut watching = JoinSet::new();
        watching.spawn(watch(Arc::clone(&gateway)));
        watching.spawn(session_ends::tell(Arc::clone(&gateway)));
        match watching.join_next().await {
            Some(Err(fell)) if fell.is_panic() => {
                tracing::error!(%fell, "the revocation task panicked and was restarted")
            }
            Some(Ok(()) | Err(_)) | None => return,
        }
    }
}

async fn watch(gateway: Arc<Gateway>) {
    let mut registry = gateway.feed.changed();
    let mut sessions = gateway.sessions.changes();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut round = Round::default();
    // Whatever changed before anybody listened, after a fall too, is looked for now.
    tell_applied(&gateway);
    round.begin(&gateway, None, devices_changed(&gateway));
    sessions_changed(&gateway, &Changed::All);
    let mut looked = now();
    loop {
        // What is new comes first; between two changes the round goes on a little, so that neither waits for the other.
        tokio::select! {
            biased;
            changed = registry.changed() => match changed {
                Ok(()) => {
                    let learnt = Instant::now();
                    let version = *registry.borrow_and_update();
                    tell_applied(&gateway);
                    round.begin(&gateway, Some((version, learnt)), devices_changed(&gateway));
                }
                Err(_) => return,
            },
            () = gateway.live.anew.notified() => round.begin(&gateway, None, devices_changed(&gateway)),
            change = sessions.next() => match change {
                Some(change) => sessions_changed(&gateway, &Changed::with_more(change, &mut sessions)),
                None => return,
            },
            () = gateway.live.octets.crowded() => make_room::make_room(&gateway),
            _ = tick.tick() => {
                time_passed(&gateway);
                make_room::make_room(&gateway);
                let moment = now();
                if moment != looked && time_tells(&gateway, looked, moment) {
                    round.begin(&gateway, None, devices_changed(&gateway));
                }
                looked = moment;
            }
            () = tokio::task::yield_now(), if !round.is_over() => {}
        }
        round.go_on(&gateway);
    }
}

/// Whether what is let in may be other after this moment than before it. Policies may speak of the time, and decisions count
/// for a minute; an invitation ends by itself, to the second.
fn time_tells(gateway: &Gateway, before: Timestamp, moment: Timestamp) -> bool {
    let ended = |snapshot: &Snapshot| snapshot.invitation_ended(before, moment);
    minute_of(before) != minute_of(moment) || gateway.feed.newest().is_some_and(|newest| ended(&newest))
}

/// What is in force here, with the hash that says of which history it is.
fn tell_applied(gateway: &Gateway) {
    if let Some(snapshot) = gateway.feed.newest() {
        gateway.reports.applied(snapshot.version(), snapshot.head());
    }
}

fn minute_of(moment: Timestamp) -> i64 {
    moment.unix().div_euclid(60)
}

/// Policies, routes or trust are others now: everything is judged by them, as after a change of the registry.
pub fn rules_changed(gateway: &Gateway) {
    gateway.live.anew.notify_one();
}

/// The first half of a sweep: everyone connected is asked after again, which is quickly done. What runs is judged in
/// the second (see `round`).
fn devices_changed(gateway: &Gateway) -> Closures {
    let begun = Instant::now();
    let mut ended = Closures::default();
    gateway.live.bump_epoch();
    let Some(snapshot) = gateway.feed.newest() else { return ended };
    let mut devices = DeviceAnswers::by(snapshot);
    gateway.live.each(|connection| {
        if let Some(refusal) = refused(gateway, connection, &mut devices) {
            let device = connection.peer().and_then(Peer::device).map(tracing::field::display);
            tracing::info!(reason = refusal.reason(), device, source = connection.address(), "connection revoked");
            // Who is leaving already was ended by an earlier change.
            let leaving = connection.cancel.reason().or_else(|| connection.drain.reason());
            end(gateway, connection, Cause { why: CloseReason::Device, begun });
            if leaving.is_none() {
                ended.whole(connection);
            }
        }
    });
    ended
}

/// Why the device may no longer be connected. A sweep takes its time: who came in meanwhile came in by newer facts
/// than the sweep's, so that a no counts only by the newest.
fn refused(gateway: &Gateway, connection: &Connection, devices: &mut DeviceAnswers) -> Option<Refusal> {
    let peer = connection.peer().filter(|_| connection.is_admitted())?;
    let refusal = devices.verify(peer).err()?;
    match gateway.feed.newest() {
        Some(newest) if newest.moment() != devices.registry().moment() => device::verify(peer, &newest, now()).err(),
        Some(_) | None => Some(refusal),
    }
}

/// Deadlines and expiry.
fn time_passed(gateway: &Arc<Gateway>) {
    let rules = gateway.rules.load();
    let snapshot = gateway.feed.newest();
    let (begun, clock, moment) = (Instant::now(), deadlines::now(), now());
    let mut devices = snapshot.map(DeviceAnswers::by);
    let limits = &rules.config.limits;
    let lasting = rules.lasting();
    let stale = gateway.registry(&rules).is_err();
    gateway.metrics.gave_way(&gateway.live.thin_out(clock));
    let mut idle = RunningRequests::default();
    gateway.live.each(|connection| {
        if connection.deadline.overdue(clock) && leave_in_order(connection) {
            return;
        }
        if connection.deadline.overdue(clock)
            || connection.head_deadline.overdue(clock)
            || connection.stall.overdue(deadlines::StalledOn::Writing, clock, limits.body_idle)
        {
            // Who was to leave in order, and did not, goes for the same reason.
            return end(
                gateway,
                connection,
                Cause { why: connection.drain.reason().unwrap_or(CloseReason::SlowClient), begun },
            );
        }
        if devices.as_mut().is_some_and(|devices| refused(gateway, connection, devices).is_some()) {
            return end(gateway, connection, Cause { why: CloseReason::Device, begun });
        }
        if connection.overstays(clock) {
            return end(gateway, connection, Cause { why: CloseReason::Budget, begun });
        }
        connection.each_in_flight(|in_flight| {
            let record = &in_flight.access.record;
            let why = if stale {
                Some(CloseReason::Registry)
            } else if in_flight.grace_elapsed(clock) {
                Some(CloseReason::Person)
            } else if moment >= record.opened_at().plus(lasting.absolute) && !in_flight.in_grace(clock) {
                Some(CloseReason::Session)
            } else {
                make_room::overdue(gateway, in_flight, clock, limits)
            };
            if let Some(why) = why {
                cut(gateway, connection, in_flight, Cause { why, begun });
            } else if in_flight.is_passive() && moment >= record.seen().plus(lasting.idle) {
                idle.add(connection, in_flight);
            }
        });
    });
    for party in gateway.live.requests.forget(clock) {
        gateway.metrics.budget_refused(party, Bound::Cancelled);
    }
    if !idle.is_empty() {
        end_idle(gateway, idle, lasting);
    }
}

/// A connection on which nothing is asked any more is closed as HTTP closes it; where that takes longer than a moment,
/// or it never finished its handshake, it is ended.
fn leave_in_order(connection: &Connection) -> bool {
    let first = connection.peer().is_some() && connection.drain.cancel(CloseReason::SlowClient) == First::Yes;
    if first {
        connection.deadline.begin(LEAVING);
    }
    first
}

/// The trusted CAs are others now: whoever was let in by one that is trusted no more comes again.
pub fn trust_changed(gateway: &Gateway) {
    let begun = Instant::now();
    gateway.live.bump_epoch();
    let rules = gateway.rules.load();
    gateway.live.each(|connection| {
        let stands = connection.peer().is_none_or(|peer| peer.stands(&rules.trust));
        if !stands && connection.is_admitted() {
            end(gateway, connection, Cause { why: CloseReason::Trust, begun });
        }
    });
}
