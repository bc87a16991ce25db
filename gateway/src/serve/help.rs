//! The help site: guidance for everyone and the desk's public door; no certificate, no session, no service behind it.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Instant;

use access_log::Outcome;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, Uri};

use super::page::Page;
use super::reading::{self, BodyBound};
use super::registration::Registration;
use super::request_context::RequestContext;
use super::strangers;
use super::{checks, own, registration};
use crate::budget::{Bound, Party};
use crate::live::strangers::StrangerRequest;
use crate::policy::path::CleanPath;
use crate::proxy::{IncomingBody, PublicDesk};
use crate::public::{Carries, PublicHead, Sender, Slot, answered, is_desks, protects, shown};
use crate::refusal::{Fault, Refusal};

/// Seconds after which one who found no room may try again.
const AGAIN: u64 = 5;

pub(super) async fn answer(context: &mut RequestContext, request: Request<IncomingBody>) -> Result<Page, Refusal> {
    if let Some(shown) = shown(request.uri().path()) {
        context.line.learn(|facts| facts.uri = Some(Uri::from_static(shown)));
    }
    strangers::ask(context, StrangerRequest::of(request.uri().path()))?;
    let host = checks::judged_host(context, &request)?;
    let target = checks::target(context, &request)?;
    let path = CleanPath::of(&target).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    // Everybody is a stranger here. What stops a lost device, or brings a certificate, is worth the room that is left.
    if protects(path.path()) {
        context.client.gateway.log.ready().map_err(|_| Refusal::LogUnavailable)?;
    } else {
        context.client.log_ready()?;
    }
    if let Some(desk) = context.site().desk.clone()
        && is_desks(path.path())
    {
        return public(context, request, &desk, (path, &host)).await;
    }
    if own::sets_language(&path) {
        return own::language(context, &request);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::NoRoute);
    }
    let reference = context.line.reference().to_string();
    let facts = context.page_facts(&reference);
    let page = context.rules.guidance.help(path.path(), &facts).ok_or(Refusal::NoRoute)?;
    Ok(Page::of(page, StatusCode::OK, context.site().transport))
}

/// What everybody may ask goes to the desk. The desk hears a request only once it is whole.
async fn public(
    context: &mut RequestContext,
    request: Request<IncomingBody>,
    desk: &PublicDesk,
    (path, host): (CleanPath<'_>, &HeaderValue),
) -> Result<Page, Refusal> {
    let asked = PublicHead::read(request.method(), path, request.headers())?;
    checks::same_site(context, &request)?;
    let behaves = context.client.connection.check_cancellations();
    behaves.map_err(|crowded| {
        registration::refused(Registration { client: &context.client, hints: &mut context.hints }, crowded)
    })?;
    let gateway = Arc::clone(&context.client.gateway);
    let source = context.client.source.to_str().ok().and_then(|source| source.parse().ok());
    let source = source.ok_or(Refusal::RateLimited)?;
    let (counter, carries) = (asked.counter(), asked.carries());
    let place = gateway.public.enter(counter, carries, source).map_err(|_| full(context, Bound::Requests))?;
    let body = match unless_ended(&place, body(context, request.into_body(), carries, &place)).await {
        Err(Refusal::RateLimited) => return Err(full(context, Bound::Octets)),
        body => body?,
    };
    let turn = unless_ended(&place, gateway.public.acquire(counter, &place))
        .await
        .map_err(|_| full(context, Bound::Requests))?;
    let sender = Sender { source: &context.client.source, host, id: context.line.request_id() };
    let public = asked.whole(place.handed_on(body), sender)?;
    let begun = Instant::now();
    let asking = context.client.connection.upstream_wait();
    let answer = desk.ask(public, context.line.request_id()).await;
    asking.over();
    let answer = answer?;
    drop(turn);
    let took = begun.elapsed();
    context.line.learn(|facts| facts.upstream_us = Some(u64::try_from(took.as_micros()).unwrap_or(u64::MAX)));
    gateway.metrics.upstream_took(took);
    let (head, body) = answer.into_parts();
    let headers = answered(head.status, &head.headers).map_err(|astray| {
        tracing::error!(%astray, status = head.status.as_u16());
        Refusal::BackendUnavailable
    })?;
    let page = Page { status: head.status, headers, body, outcome: Outcome::Passed };
    Ok(page.strict(context.site().transport))
}

/// The body, whole, within its bounds and in time.
async fn body(context: &RequestContext, body: IncomingBody, carries: Carries, place: &Slot) -> Result<Bytes, Refusal> {
    match carries {
        Carries::Nothing => Ok(Bytes::new()),
        Carries::Form | Carries::File => {
            reading::whole(context, body, BodyBound { octets: carries.most(), party: Party::Source }, |octets| {
                place.take(octets)
            })
            .await
        }
    }
}

/// What comes of this, for as long as its place is not given to another.
async fn unless_ended<T>(place: &Slot, waiting: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    tokio::select! {
        biased;
        () = poll_fn(|cx| place.poll_ended(cx)) => Err(Refusal::RateLimited),
        came = waiting => came,
    }
}

/// This source is over one of its bounds.
fn full(context: &mut RequestContext, bound: Bound) -> Refusal {
    context.client.gateway.metrics.budget_refused(Party::Source, bound);
    context.hints.retry_after = Some(AGAIN);
    Refusal::RateLimited
}
