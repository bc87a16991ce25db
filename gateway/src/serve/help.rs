//! The help site: guidance for everyone and the desk's public door; no certificate, no session, no service behind it.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, Uri};

use super::page::Page;
use super::strangers;
use super::visit::Visit;
use super::{checks, reading, takeoff};
use crate::budget::{Bound, Party};
use crate::live::strangers::Wish;
use crate::policy::path::CleanPath;
use crate::proxy::{Arriving, PublicDesk};
use crate::public::{Asked, Carries, Place, Sender, answered, is_desks, protects, shown};
use crate::refusal::{Fault, Refusal};
use access_log::Outcome;

/// Seconds after which one who found no room may try again.
const AGAIN: u64 = 5;

pub(super) async fn answer(visit: &mut Visit, request: Request<Arriving>) -> Result<Page, Refusal> {
    if let Some(shown) = shown(request.uri().path()) {
        visit.line.learn(|facts| facts.uri = Some(Uri::from_static(shown)));
    }
    strangers::ask(visit, Wish::of(request.uri().path()))?;
    let host = checks::judged_host(visit, &request)?;
    let target = checks::target(visit, &request)?;
    let path = CleanPath::of(&target).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    // Everybody is a stranger here. What stops a lost device, or brings a certificate, is worth the room that is left.
    if protects(path.path()) {
        visit.door.house.log.ready().map_err(|_| Refusal::LogUnavailable)?;
    } else {
        visit.door.log_ready()?;
    }
    if let Some(desk) = visit.site().desk.clone()
        && is_desks(path.path())
    {
        return public(visit, request, &desk, (path, &host)).await;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::NoRoute);
    }
    let reference = visit.line.reference().to_string();
    let facts = visit.page_facts(&reference);
    let page = visit.rules.guidance.help(path.path(), &facts).ok_or(Refusal::NoRoute)?;
    Ok(Page::of(page, StatusCode::OK, visit.site().transport))
}

/// What everybody may ask goes to the desk. The desk hears a request only once it is whole.
async fn public(
    visit: &mut Visit,
    request: Request<Arriving>,
    desk: &PublicDesk,
    (path, host): (CleanPath<'_>, &HeaderValue),
) -> Result<Page, Refusal> {
    let asked = Asked::read(request.method(), path, request.headers())?;
    checks::same_site(visit, &request)?;
    let behaves = visit.door.connection.behaves();
    behaves.map_err(|crowded| takeoff::refused((&visit.door, &mut visit.learnt), crowded))?;
    let house = Arc::clone(&visit.door.house);
    let source = visit.door.source.to_str().ok().and_then(|source| source.parse().ok());
    let source = source.ok_or(Refusal::RateLimited)?;
    let (counter, carries) = (asked.counter(), asked.carries());
    let place = house.public.enter(counter, carries, source).map_err(|_| full(visit, Bound::Requests))?;
    let body = match unless_ended(&place, body(visit, request.into_body(), carries, &place)).await {
        Err(Refusal::RateLimited) => return Err(full(visit, Bound::Octets)),
        body => body?,
    };
    let turn =
        unless_ended(&place, house.public.turn(counter, &place)).await.map_err(|_| full(visit, Bound::Requests))?;
    let sender = Sender { source: &visit.door.source, host, id: visit.line.request_id() };
    let public = asked.whole(place.handed_on(body), sender)?;
    let begun = Instant::now();
    let asking = visit.door.connection.asking();
    let answer = desk.ask(public, visit.line.request_id()).await;
    asking.over();
    let answer = answer?;
    drop(turn);
    let took = begun.elapsed();
    visit.line.learn(|facts| facts.upstream_us = Some(u64::try_from(took.as_micros()).unwrap_or(u64::MAX)));
    house.metrics.upstream_took(took);
    let (head, body) = answer.into_parts();
    let headers = answered(head.status, &head.headers).map_err(|astray| {
        tracing::error!(%astray, status = head.status.as_u16());
        Refusal::BackendUnavailable
    })?;
    let page = Page { status: head.status, headers, body, outcome: Outcome::Passed };
    Ok(page.strict(visit.site().transport))
}

/// The body, whole, within its bounds and in time.
async fn body(visit: &Visit, body: Arriving, carries: Carries, place: &Place) -> Result<Bytes, Refusal> {
    match carries {
        Carries::Nothing => Ok(Bytes::new()),
        Carries::Form | Carries::File => {
            reading::whole(visit, body, (carries.most(), Party::Source), |octets| place.take(octets)).await
        }
    }
}

/// What comes of this, for as long as its place is not given to another.
async fn unless_ended<T>(place: &Place, waiting: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
    tokio::select! {
        biased;
        () = poll_fn(|cx| place.poll_ended(cx)) => Err(Refusal::RateLimited),
        came = waiting => came,
    }
}

/// This source is over one of its bounds.
fn full(visit: &mut Visit, bound: Bound) -> Refusal {
    visit.door.house.metrics.budget_refused(Party::Source, bound);
    visit.learnt.retry_after = Some(AGAIN);
    Refusal::RateLimited
}
