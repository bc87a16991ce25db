//! When facts change, ends what may no longer run: that device's connections, that session's requests,
//! and no other's. Four times a second it also looks for whatever has taken too long, or expired.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use registry::Snapshot;
use tokio::time::MissedTickBehavior;

use super::clockwork;
use super::cut::{First, Why};
use super::live::{Connection, Flight, Spared};
use crate::device::{self, VerifiedDevice};
use crate::house::{House, now};
use crate::policy::{self, Asked, Facts};
use crate::rules::Rules;
use crate::session::{Change, SessionKey};

const TICK: Duration = Duration::from_millis(250);

/// Runs as long as the house stands.
pub async fn watch(house: Arc<House>) {
    let mut registry = house.feed.changed();
    let mut sessions = house.sessions.changes();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            changed = registry.changed() => match changed {
                Ok(()) => facts_changed(&house),
                Err(_) => return,
            },
            change = sessions.next() => match change {
                Some(Change::One(key)) => sessions_changed(&house, &Changed::These(HashSet::from([key]))).await,
                Some(Change::Any) => sessions_changed(&house, &Changed::All).await,
                None => return,
            },
            _ = tick.tick() => time_passed(&house),
        }
    }
}

enum Changed {
    These(HashSet<SessionKey>),
    All,
}

/// The registry, the policies or the trust changed: everyone connected is judged again.
pub fn facts_changed(house: &House) {
    let begun = Instant::now();
    house.live.turn();
    let rules = house.rules.load();
    let Some(snapshot) = house.feed.newest() else { return };
    house.live.each(|connection| judge(house, connection, &rules, &snapshot, begun));
}

fn judge(house: &House, connection: &Arc<Connection>, rules: &Rules, registry: &Snapshot, begun: Instant) {
    let Some(peer) = connection.peer().filter(|_| connection.is_admitted()) else { return };
    let device = match device::verify(peer, registry, now()) {
        Ok(device) => device,
        Err(refusal) => {
            tracing::info!(reason = refusal.reason(), "a connection is ended");
            return end(house, connection, Why::Device, begun);
        }
    };
    connection.each_flight(|flight| {
        if !still_allowed(flight, &device, rules, registry) && flight.spared == Spared::No {
            cut(house, flight, Why::Person, begun);
        }
    });
}

/// The answer to the very request that caused the end is delivered first.
fn end(house: &House, connection: &Arc<Connection>, why: Why, begun: Instant) {
    if connection.carries_spared() {
        connection.drain.cut(why);
        connection.each_flight(|flight| {
            if flight.spared == Spared::No {
                cut(house, flight, why, begun);
            }
        });
    } else if connection.cut(why) == First::Yes {
        house.metrics.cut(why, begun.elapsed());
    }
}

fn cut(house: &House, flight: &Flight, why: Why, begun: Instant) {
    if flight.rope.cut(why) == First::Yes {
        house.metrics.cut(why, begun.elapsed());
    }
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
    let mut flights: Vec<Arc<Flight>> = Vec::new();
    house.live.each(|connection| {
        connection.each_flight(|flight| {
            let concerned = match changed {
                Changed::All => true,
                Changed::These(keys) => keys.contains(flight.bearer.record.key()),
            };
            if concerned && flight.spared == Spared::No {
                flights.push(Arc::clone(flight));
            }
        });
    });
    if flights.is_empty() {
        return;
    }
    let house = Arc::clone(house);
    tokio::spawn(async move {
        for flight in flights {
            let living = matches!(
                house.sessions.fetch(flight.bearer.record.key()).await,
                Ok(Some(record)) if record.ended().is_none()
            );
            if !living {
                cut(&house, &flight, Why::Session, begun);
            }
        }
    });
}

/// Deadlines and expiry.
fn time_passed(house: &House) {
    let rules = house.rules.load();
    let snapshot = house.feed.newest();
    let (begun, clock, moment) = (Instant::now(), clockwork::now(), now());
    let limits = &rules.config.limits;
    let lasting = rules.lasting();
    house.live.each(|connection| {
        if connection.stage.overdue(clock)
            || connection.waits.overdue(clockwork::Waiting::Writing, clock, limits.body_idle)
        {
            return end(house, connection, Why::SlowClient, begun);
        }
        if let (Some(peer), Some(registry)) = (connection.peer(), &snapshot)
            && connection.is_admitted()
            && device::verify(peer, registry, moment).is_err()
        {
            return end(house, connection, Why::Device, begun);
        }
        connection.each_flight(|flight| {
            if let Some(why) = flight.overdue(clock, limits.body_idle) {
                cut(house, flight, why, begun);
            }
            if moment >= flight.bearer.record.opened_at().plus(lasting.absolute) && flight.spared == Spared::No {
                cut(house, flight, Why::Session, begun);
            }
        });
    });
}

/// The trusted CAs are others now: whoever was let in by the old ones comes again.
pub fn trust_changed(house: &House) {
    let begun = Instant::now();
    house.live.turn();
    house.live.each(|connection| {
        if connection.peer().is_some() && connection.is_admitted() {
            end(house, connection, Why::Trust, begun);
        }
    });
}
