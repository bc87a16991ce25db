//! Each step needs what the step before it proved; leave one out and it does not compile.
//!
//! site → request → device → session → policy → backend. Time, rules and snapshot are read once, so
//! they cannot change half-way.

use std::future::poll_fn;
use std::sync::Arc;

use http::{HeaderValue, Request, Response, header};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use pages::Agent;
use policies::Area;

use super::registration::{self, Registration, register};
use super::request_context::RequestContext;
use super::{checks, own, session_end, strangers, unsent};
use crate::live::InFlightGuard;
use crate::live::cancel_signal::{CloseReason, First};
use crate::live::in_flight::{AccessContext, BackendTimeouts, FinishResponse, InFlight};
use crate::live::strangers::StrangerRequest;
use crate::policy::path::CleanPath;
use crate::policy::route::{Destination, Match};
use crate::policy::{self, AccessRequest, Authorized, Decision, DecisionFacts, Denied, Resource};
use crate::proxy::{self, AssertionCache, ForwardRequest, IncomingBody, Origin, RouteOptions, Upstream, upgrade};
use crate::refusal::{Fault, Refusal};
use crate::session::{self, SessionRecord, TwoFactor};
use crate::tls::Peer;

/// How often facts may change under one request before it is refused for now.
const TRIES: usize = 8;

/// A request that came in on a service site.
pub(super) async fn walk(context: &mut RequestContext, mut request: Request<IncomingBody>) -> Result<Passed, Refusal> {
    let judged_host = checks::judged_host(context, &request)?;
    let target = checks::target(context, &request)?;
    let path = CleanPath::of(&target).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    if own::is_public(&path) {
        strangers::ask(context, StrangerRequest::Other)?;
        return Ok(Passed::Page(own::public(context)));
    }
    if own::sets_language(&path) {
        strangers::ask(context, StrangerRequest::Other)?;
        return own::language(context, &request).map(Passed::Page);
    }
    gateway_ready(context, &request)?;
    for _ in 0..TRIES {
        let epoch = context.client.gateway.live.epoch();
        context.renew_rules();
        same_trust(context)?;
        let registry = context.client.gateway.registry(&context.rules)?;
        let device = context.device(&registry, request.headers())?;
        context.client.connection.octets.belongs_to(device.device());
        if strangers::let_in(context, &device)? == First::Yes && context.client.gateway.live.epoch() != epoch {
            continue;
        }
        let agent = request.headers().get(header::USER_AGENT);
        context.client.gateway.reports.sighted(&device, context.client.network, agent);
        maintenance(context)?;
        if let Some(own) = own::find(&path) {
            return Box::pin(own::serve(own, context, request, device, &registry)).await.map(Passed::Page);
        }
        checks::same_site(context, &request)?;
        from_a_browser(context, &request, &path)?;
        let record = checks::second_factor(context, request.headers()).await?;
        let ended = record.as_ref().filter(|record| record.ended().is_some()).cloned();
        let session = session::verify(record, context.rules.lasting(), context.now);
        let session = match session {
            Ok(session) => session,
            Err(refusal) => {
                Box::pin(unsent::read(context, request)).await;
                let refusal = session_end::by_registry(context, ended.as_ref(), &registry, refusal);
                return Err(session_end::already(context, refusal));
            }
        };
        context.learn_session(session.record());
        let record = Arc::clone(session.record());
        let who = match TwoFactor::join(device, session) {
            Ok(who) => who,
            Err(refusal) => return Err(Box::pin(session_end::foreign(context, &record, refusal)).await),
        };
        let facts = DecisionFacts { registry: &registry, policies: &context.rules.policies, now: context.now };
        let routed = match route(context, &request, &path) {
            Ok(routed) => routed,
            Err(refusal) => return Err(policy::first_of(&who, facts, refusal)),
        };
        let asked = AccessRequest { resource: &routed.resource, write: context.preferences.changes };
        let access =
            AccessContext { record: Arc::clone(&record), resource: routed.resource.clone(), write: asked.write };
        let timeouts = BackendTimeouts::new(routed.upstream.answer, routed.upstream.idle);
        let guard = register(
            Registration { client: &context.client, hints: &mut context.hints },
            &routed.upstream,
            InFlight::new(access, routed.finish_response, timeouts),
        )?;
        if context.client.gateway.live.epoch() != epoch {
            continue;
        }
        note_activity(context, &record, &path, &guard);
        let client_upgrade = upgrade::client_end(&mut request);
        let decided = context.client.gateway.decisions.authorize(request, who, asked, facts, context.rules.generation);
        let authorized = decided.map_err(|denied| note_denial(context, denied, &routed.resource))?;
        note_decision(context, authorized.decision(), &routed.resource);
        let let_in = LetIn { authorized, client_upgrade, routed, guard };
        return onwards(context, let_in, &judged_host).await;
    }
    Err(Refusal::RegistryStale)
}

/// What became of a request that was let in.
pub(super) enum Passed {
    /// A page of the gateway's own.
    Page(super::page::Page),
    /// The backend's answer.
    Backend(Response<Incoming>, InFlightGuard),
    /// The backend agreed to carry octets; both ends of them.
    Upgraded(Response<Incoming>, upgrade::Ends, InFlightGuard),
}

/// Where a request is to go.
struct Routed {
    resource: Resource,
    upstream: Arc<Upstream>,
    finish_response: FinishResponse,
    request_binding: bool,
    client_cert: bool,
    forwarded: bool,
}

fn gateway_ready(context: &mut RequestContext, request: &Request<IncomingBody>) -> Result<(), Refusal> {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    if agent.is_some_and(|words| !Agent::of(words).reaches_certificates()) {
        return Err(Refusal::WrongBrowser);
    }
    context.client.log_ready()
}

/// A certificate that was judged by CAs we have since ceased to trust is worth nothing: open the page again.
fn same_trust(context: &RequestContext) -> Result<(), Refusal> {
    let stands = |peer: &Peer| peer.stands(&context.rules.trust);
    if *context.client.trust_mark == *context.rules.trust_mark || context.client.connection.peer().is_some_and(stands) {
        return Ok(());
    }
    context.client.connection.drain.cancel(CloseReason::Trust);
    Err(Refusal::Misdirected)
}

fn maintenance(context: &RequestContext) -> Result<(), Refusal> {
    match context.rules.config.maintenance {
        Some(window) if window.from <= context.now && context.now < window.until => Err(Refusal::Maintenance),
        _ => Ok(()),
    }
}

/// What the desk does, it does on an assertion's word alone. So where a request would change something there, it comes
/// from a browser, which says on whose page it was sent; who says nothing is refused, as on the console.
fn from_a_browser(
    context: &RequestContext,
    request: &Request<IncomingBody>,
    path: &CleanPath<'_>,
) -> Result<(), Refusal> {
    let says = ["sec-fetch-site", "origin"].iter().any(|name| request.headers().contains_key(*name));
    if says || !checks::changes(context, request) {
        return Ok(());
    }
    let Some(service) = context.site().service.as_ref() else { return Ok(()) };
    let Some(found) = service.routes.find(request.method(), path) else { return Ok(()) };
    let desks = service.desk.as_deref() == Some(found.route.upstream());
    match found.destination {
        Destination::Area(
            Area::Console
            | Area::ConsoleApprove
            | Area::ConsoleChange
            | Area::ConsoleCustody
            | Area::ConsoleExport
            | Area::ConsoleHome
            | Area::ConsoleOperations
            | Area::Office,
        ) => Err(Refusal::CrossSite),
        Destination::Area(Area::Record) | Destination::Room(_) if desks => Err(Refusal::CrossSite),
        Destination::Area(Area::Record) | Destination::Room(_) => Ok(()),
    }
}

fn note_activity(context: &RequestContext, record: &SessionRecord, path: &CleanPath<'_>, guard: &InFlightGuard) {
    let background = &context.rules.config.sessions.background;
    if background.iter().any(|each| each == path.path()) {
        guard.in_flight().passive();
    } else {
        context.client.gateway.sessions.touch(record, context.now);
    }
}

fn route(context: &RequestContext, request: &Request<IncomingBody>, path: &CleanPath<'_>) -> Result<Routed, Refusal> {
    let service = context.site().service.as_ref().ok_or(Refusal::NoRoute)?;
    let Match { route, destination } = service.routes.find(request.method(), path).ok_or(Refusal::NoRoute)?;
    let upstream = context.rules.upstreams.get(route.upstream()).ok_or(Refusal::NoRoute)?;
    let resource = match destination {
        Destination::Room(room) => Resource::Room(room.parse().map_err(|_| Refusal::NotInvited)?),
        Destination::Area(area) => Resource::Area(area),
    };
    let finish_response =
        if service.desk.as_deref() == Some(route.upstream()) { FinishResponse::Yes } else { FinishResponse::No };
    Ok(Routed {
        resource,
        upstream: Arc::clone(upstream),
        finish_response,
        request_binding: route.request_binding(),
        client_cert: route.client_cert(),
        forwarded: route.forwarded(),
    })
}

fn note_decision(context: &RequestContext, decision: &Decision<AssertionCache>, resource: &Resource) {
    context.line.learn(|facts| {
        facts.policy = Some(Arc::clone(decision.resource().policy_id()));
        facts.office = Some(decision.office().clone());
        if let Resource::Room(room) = resource {
            facts.room = Some(room.clone());
        }
    });
}

/// The line names the policy that forbade it, and the room: whoever was not invited will ask for an invitation.
fn note_denial(context: &RequestContext, denied: Denied, resource: &Resource) -> Refusal {
    context.line.learn(|facts| {
        facts.policy = denied.policy;
        if let Resource::Room(room) = resource {
            facts.room = Some(room.clone());
        }
    });
    denied.refusal
}

/// A request that was let in, and all it takes along.
struct LetIn {
    authorized: Authorized<Request<IncomingBody>, AssertionCache>,
    /// Its client's end of the connection, where it asks for a WebSocket.
    client_upgrade: Option<OnUpgrade>,
    routed: Routed,
    guard: InFlightGuard,
}

async fn onwards(context: &mut RequestContext, let_in: LetIn, host: &HeaderValue) -> Result<Passed, Refusal> {
    let LetIn { authorized, client_upgrade, routed, guard } = let_in;
    let room = match &routed.resource {
        Resource::Room(room) => Some(room.as_str()),
        Resource::Area(_) | Resource::Own => None,
    };
    let client = Arc::clone(&context.client);
    let options = RouteOptions {
        room,
        request_binding: routed.request_binding,
        client_cert: client.certificate.as_deref().filter(|_| routed.client_cert),
        forwarded: routed.forwarded,
    };
    let forwarding = ForwardRequest {
        upstream: &routed.upstream,
        keys: &context.rules.keys,
        sanitizer: &context.rules.sanitizer,
        options,
        origin: Origin { source: &client.source, host, id: context.line.request_id(), now: context.now },
        body_limit: context.rules.config.limits.body_bytes,
        metrics: &context.client.gateway.metrics,
    };
    let asked = std::time::Instant::now();
    let in_flight = Arc::clone(guard.in_flight());
    let asking = guard.connection().upstream_wait();
    let answer = tokio::select! {
        biased;
        why = poll_fn(|cx| in_flight.cancel.poll_cancelled(cx)) => Err(why),
        answer = proxy::forward(forwarding, authorized, context.line.meter(), &guard) => Ok(answer),
    };
    asking.over();
    let mut answer = match answer {
        Ok(Err(refusal)) => {
            if in_flight.fault().is_some() {
                guard.connection().cancelled_by_client();
            }
            return Err(refusal);
        }
        Ok(Ok(answer)) => answer,
        Err(why) => {
            proxy::ended_waiting(forwarding, why);
            return Err(Box::pin(cut_short(context, &in_flight, why)).await);
        }
    };
    let took = u64::try_from(asked.elapsed().as_micros()).unwrap_or(u64::MAX);
    context.line.learn(|facts| facts.upstream_us = Some(took));
    context.client.gateway.metrics.upstream_took(asked.elapsed());
    match client_upgrade {
        Some(client) if upgrade::agreed(&answer) => {
            let backend = upgrade::backend_end(&mut answer);
            let heard = answer.extensions_mut().remove();
            Ok(Passed::Upgraded(answer, upgrade::Ends { client, backend, heard }, guard))
        }
        _ if answer.status() == http::StatusCode::SWITCHING_PROTOCOLS => Err(Refusal::BackendUnavailable),
        _ => Ok(Passed::Backend(answer, guard)),
    }
}

/// Why a request that waited for its answer was ended: its facts are asked again, so that its reader learns the true reason.
async fn cut_short(context: &mut RequestContext, in_flight: &InFlight, why: CloseReason) -> Refusal {
    match why {
        CloseReason::SlowClient => Refusal::BadRequest(Fault::TooSlow),
        CloseReason::SlowBackend | CloseReason::Stopping => Refusal::BackendUnavailable,
        CloseReason::Registry => context.client.gateway.silence(),
        CloseReason::Budget => {
            context.hints.retry_after = Some(registration::SOON);
            Refusal::RateLimited
        }
        CloseReason::Session => {
            let record = context.client.gateway.sessions.fetch(in_flight.access.record.key()).await;
            match record.map(|record| session::verify(record, context.rules.lasting(), context.now)) {
                Ok(Err(refusal)) => refusal,
                Ok(Ok(_)) => Refusal::NoSession,
                Err(_) => Refusal::SessionStoreUnavailable,
            }
        }
        CloseReason::Device | CloseReason::Person | CloseReason::Trust => reevaluated(context, in_flight),
    }
}

fn reevaluated(context: &RequestContext, in_flight: &InFlight) -> Refusal {
    let registry = match context.client.gateway.registry(&context.rules) {
        Ok(registry) => registry,
        Err(silence) => return silence,
    };
    let Some(peer) = context.client.connection.peer() else { return Refusal::NoCert };
    let device = match crate::device::verify(peer, &registry, context.now) {
        Ok(device) => device,
        Err(refusal) => return refusal,
    };
    let facts = DecisionFacts { registry: &registry, policies: &context.rules.policies, now: context.now };
    let asked = AccessRequest { resource: &in_flight.access.resource, write: in_flight.access.write };
    policy::still_holds(&in_flight.access.record, &device, asked, facts).err().unwrap_or(Refusal::PolicyDenied)
}
