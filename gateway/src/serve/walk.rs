//! Each step needs what the step before it proved; leave one out and it does not compile.
//!
//! site → request → device → session → policy → backend. Time, rules and snapshot are read once, so
//! they cannot change half-way.

use std::future::poll_fn;
use std::sync::Arc;

use http::{HeaderValue, Request, Response, header};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use policies::Area;

use super::takeoff::{self, take_off};
use super::visit::Visit;
use super::{checks, own, session_end, strangers, unsent};
use crate::guidance::wrong_browser;
use crate::live::Airborne;
use crate::live::cancel_signal::{First, Why as CutWhy};
use crate::live::in_flight::{Bearer, Flight, Patience, Spared};
use crate::live::strangers::Wish;
use crate::policy::path::CleanPath;
use crate::policy::route::{Destination, Match};
use crate::policy::{self, Asked, Authorized, Decision, Facts, Place};
use crate::proxy::{self, Arriving, AssertionCache, Options, Origin, Upstream, Way, upgrade};
use crate::refusal::{Fault, Refusal};
use crate::session::{self, SessionRecord, TwoFactor};
use crate::tls::Peer;

/// How often facts may change under one request before it is refused for now.
const TRIES: usize = 8;

/// A request that came in on a service site.
pub(super) async fn walk(visit: &mut Visit, mut request: Request<Arriving>) -> Result<Passed, Refusal> {
    let judged_host = checks::judged_host(visit, &request)?;
    let target = checks::target(visit, &request)?;
    let path = CleanPath::of(&target).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    if own::is_public(&path) {
        strangers::ask(visit, Wish::Other)?;
        return Ok(Passed::Page(own::public(visit)));
    }
    house_ready(visit, &request)?;
    for _ in 0..TRIES {
        let epoch = visit.door.house.live.epoch();
        visit.renew_rules();
        same_trust(visit)?;
        let registry = visit.door.house.registry(&visit.rules)?;
        let device = visit.device(&registry, request.headers())?;
        visit.door.connection.octets.belongs_to(device.device());
        if strangers::let_in(visit, &device)? == First::Yes && visit.door.house.live.epoch() != epoch {
            continue;
        }
        let agent = request.headers().get(header::USER_AGENT);
        visit.door.house.reports.sighted(&device, visit.door.network, agent);
        maintenance(visit)?;
        if let Some(own) = own::find(&path) {
            return Box::pin(own::serve(own, visit, request, device, &registry)).await.map(Passed::Page);
        }
        checks::same_site(visit, &request)?;
        from_a_browser(visit, &request, &path)?;
        let record = checks::second_factor(visit, request.headers()).await?;
        let session = session::verify(record, visit.rules.lasting(), visit.now);
        let session = match session {
            Ok(session) => session,
            Err(refusal) => {
                Box::pin(unsent::read(visit, request)).await;
                return Err(session_end::already(visit, refusal));
            }
        };
        visit.learn_session(session.record());
        let record = Arc::clone(session.record());
        let who = match TwoFactor::join(device, session) {
            Ok(who) => who,
            Err(refusal) => return Err(Box::pin(session_end::foreign(visit, &record, refusal)).await),
        };
        let facts = Facts { registry: &registry, policies: &visit.rules.policies, now: visit.now };
        let routed = match route(visit, &request, &path) {
            Ok(routed) => routed,
            Err(refusal) => return Err(policy::first_of(&who, facts, refusal)),
        };
        let asked = Asked { place: &routed.place, write: visit.wishes.changes };
        let bearer = Bearer { record: Arc::clone(&record), place: routed.place.clone(), write: asked.write };
        let patience = Patience::new(routed.upstream.answer, routed.upstream.idle);
        let airborne =
            take_off((&visit.door, &mut visit.learnt), &routed.upstream, Flight::new(bearer, routed.spared, patience))?;
        if visit.door.house.live.epoch() != epoch {
            continue;
        }
        note_activity(visit, &record, (&path, &airborne));
        let client = upgrade::client_end(&mut request);
        let authorized = visit.door.house.decisions.authorize(request, who, asked, facts, visit.rules.generation)?;
        note_decision(visit, authorized.decision(), &routed.place);
        return onwards(visit, (authorized, client), routed, airborne, &judged_host).await;
    }
    Err(Refusal::RegistryStale)
}

/// What became of a request that was let in.
pub(super) enum Passed {
    /// A page of the gateway's own.
    Page(super::page::Page),
    /// The backend's answer.
    Backend(Response<Incoming>, Airborne),
    /// The backend agreed to carry octets; both ends of them.
    Upgraded(Response<Incoming>, (OnUpgrade, OnUpgrade), Airborne),
}

/// Where a request is to go.
struct Routed {
    place: Place,
    upstream: Arc<Upstream>,
    spared: Spared,
    request_binding: bool,
    client_cert: bool,
    forwarded: bool,
}

fn house_ready(visit: &mut Visit, request: &Request<Arriving>) -> Result<(), Refusal> {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    if agent.is_some_and(wrong_browser) {
        return Err(Refusal::WrongBrowser);
    }
    visit.door.log_ready()
}

/// A certificate that was judged by CAs we have since ceased to trust is worth nothing: open the page again.
fn same_trust(visit: &Visit) -> Result<(), Refusal> {
    let stands = |peer: &Peer| peer.stands(&visit.rules.trust);
    if *visit.door.trust_mark == *visit.rules.trust_mark || visit.door.connection.peer().is_some_and(stands) {
        return Ok(());
    }
    visit.door.connection.drain.cut(CutWhy::Trust);
    Err(Refusal::Misdirected)
}

fn maintenance(visit: &Visit) -> Result<(), Refusal> {
    match visit.rules.config.maintenance {
        Some(window) if window.from <= visit.now && visit.now < window.until => Err(Refusal::Maintenance),
        _ => Ok(()),
    }
}

/// What the desk does, it does on an assertion's word alone. So where a request would change something there, it comes
/// from a browser, which says on whose page it was sent; who says nothing is refused, as on the console.
fn from_a_browser(visit: &Visit, request: &Request<Arriving>, path: &CleanPath<'_>) -> Result<(), Refusal> {
    let says = ["sec-fetch-site", "origin"].iter().any(|name| request.headers().contains_key(*name));
    if says || !checks::changes(visit, request) {
        return Ok(());
    }
    let Some(service) = visit.site().service.as_ref() else { return Ok(()) };
    let Some(found) = service.routes.find(request.method(), path) else { return Ok(()) };
    let desks = service.desk.as_deref() == Some(found.route.upstream());
    match found.destination {
        Destination::Area(Area::Console | Area::Office) => Err(Refusal::CrossSite),
        Destination::Area(Area::Record) | Destination::Room(_) if desks => Err(Refusal::CrossSite),
        Destination::Area(Area::Record) | Destination::Room(_) => Ok(()),
    }
}

fn note_activity(visit: &Visit, record: &SessionRecord, (path, airborne): (&CleanPath<'_>, &Airborne)) {
    let background = &visit.rules.config.sessions.background;
    if background.iter().any(|each| each == path.path()) {
        airborne.flight().passive();
    } else {
        visit.door.house.sessions.touch(record, visit.now);
    }
}

fn route(visit: &Visit, request: &Request<Arriving>, path: &CleanPath<'_>) -> Result<Routed, Refusal> {
    let service = visit.site().service.as_ref().ok_or(Refusal::NoRoute)?;
    let Match { route, destination } = service.routes.find(request.method(), path).ok_or(Refusal::NoRoute)?;
    let upstream = visit.rules.upstreams.get(route.upstream()).ok_or(Refusal::NoRoute)?;
    let place = match destination {
        Destination::Room(room) => Place::Room(room.parse().map_err(|_| Refusal::NotInvited)?),
        Destination::Area(area) => Place::Area(area),
    };
    let spared = if service.desk.as_deref() == Some(route.upstream()) { Spared::Yes } else { Spared::No };
    Ok(Routed {
        place,
        upstream: Arc::clone(upstream),
        spared,
        request_binding: route.request_binding(),
        client_cert: route.client_cert(),
        forwarded: route.forwarded(),
    })
}

fn note_decision(visit: &Visit, decision: &Decision<AssertionCache>, place: &Place) {
    visit.line.learn(|facts| {
        facts.policy = Some(Arc::clone(decision.place().policy_id()));
        facts.office = Some(decision.office().clone());
        if let Place::Room(room) = place {
            facts.room = Some(room.clone());
        }
    });
}

async fn onwards(
    visit: &mut Visit,
    (authorized, client): (Authorized<Request<Arriving>, AssertionCache>, Option<OnUpgrade>),
    routed: Routed,
    airborne: Airborne,
    host: &HeaderValue,
) -> Result<Passed, Refusal> {
    let room = match &routed.place {
        Place::Room(room) => Some(room.as_str()),
        Place::Area(_) | Place::Own => None,
    };
    let door = Arc::clone(&visit.door);
    let options = Options {
        room,
        request_binding: routed.request_binding,
        client_cert: door.certificate.as_deref().filter(|_| routed.client_cert),
        forwarded: routed.forwarded,
    };
    let way = Way {
        upstream: &routed.upstream,
        keys: &visit.rules.keys,
        hygiene: &visit.rules.hygiene,
        options,
        origin: Origin { source: &door.source, host, id: visit.line.request_id(), now: visit.now },
        body_limit: visit.rules.config.limits.body_bytes,
        metrics: &visit.door.house.metrics,
    };
    let asked = std::time::Instant::now();
    let flight = Arc::clone(airborne.flight());
    let asking = airborne.connection().asking();
    let answer = tokio::select! {
        biased;
        why = poll_fn(|cx| flight.rope.poll_cut(cx)) => Err(why),
        answer = proxy::forward(way, authorized, visit.line.meter(), &airborne) => Ok(answer),
    };
    asking.over();
    let mut answer = match answer {
        Ok(Err(refusal)) => {
            if flight.fault().is_some() {
                airborne.connection().took_back();
            }
            return Err(refusal);
        }
        Ok(Ok(answer)) => answer,
        Err(why) => {
            proxy::ended_waiting(way, why);
            return Err(Box::pin(cut_short(visit, &flight, why)).await);
        }
    };
    let took = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
    visit.line.learn(|facts| facts.upstream_us = Some(took));
    visit.door.house.metrics.upstream_took(asked.elapsed());
    match client {
        Some(client) if upgrade::agreed(&answer) => {
            let backend = upgrade::backend_end(&mut answer);
            Ok(Passed::Upgraded(answer, (client, backend), airborne))
        }
        _ if answer.status() == http::StatusCode::SWITCHING_PROTOCOLS => Err(Refusal::BackendUnavailable),
        _ => Ok(Passed::Backend(answer, airborne)),
    }
}

/// Why a request that waited for its answer was ended: its facts are asked again, so that its reader learns the true reason.
async fn cut_short(visit: &mut Visit, flight: &Flight, why: CutWhy) -> Refusal {
    match why {
        CutWhy::SlowClient => Refusal::BadRequest(Fault::TooSlow),
        CutWhy::SlowBackend | CutWhy::Stopping => Refusal::BackendUnavailable,
        CutWhy::Registry => visit.door.house.silence(),
        CutWhy::Budget => {
            visit.learnt.retry_after = Some(takeoff::SOON);
            Refusal::RateLimited
        }
        CutWhy::Session => {
            let record = visit.door.house.sessions.fetch(flight.bearer.record.key()).await;
            match record.map(|record| session::verify(record, visit.rules.lasting(), visit.now)) {
                Ok(Err(refusal)) => refusal,
                Ok(Ok(_)) => Refusal::NoSession,
                Err(_) => Refusal::SessionStoreUnavailable,
            }
        }
        CutWhy::Device | CutWhy::Person | CutWhy::Trust => judged_again(visit, flight),
    }
}

fn judged_again(visit: &Visit, flight: &Flight) -> Refusal {
    let registry = match visit.door.house.registry(&visit.rules) {
        Ok(registry) => registry,
        Err(silence) => return silence,
    };
    let Some(peer) = visit.door.connection.peer() else { return Refusal::NoCert };
    let device = match crate::device::verify(peer, &registry, visit.now) {
        Ok(device) => device,
        Err(refusal) => return refusal,
    };
    let facts = Facts { registry: &registry, policies: &visit.rules.policies, now: visit.now };
    let asked = Asked { place: &flight.bearer.place, write: flight.bearer.write };
    policy::still_holds(&flight.bearer.record, &device, asked, facts).err().unwrap_or(Refusal::PolicyDenied)
}
