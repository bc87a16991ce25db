//! The help site: guidance for everyone and the desk's public door; no certificate, no session, no service behind it.

use std::time::Instant;

use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body::Body;
use http_body_util::BodyExt;

use super::answer::Page;
use super::strangers::{self, Wish};
use super::visit::Visit;
use super::{takeoff, walk};
use crate::access_log::Outcome;
use crate::policy::path::CleanPath;
use crate::proxy::{Arriving, PublicDesk};
use crate::public::{Asked, Carries, Octets, Sender, answered, is_desks, protects, shown};
use crate::refusal::{Fault, Refusal};

/// A file may take so many times as long as a form: it is so many times as large.
const FILE: u32 = 4;

pub(super) async fn answer(visit: &mut Visit, request: Request<Arriving>) -> Result<Page, Refusal> {
    if let Some(shown) = shown(request.uri().path()) {
        visit.line.learn(|facts| facts.uri = Some(Uri::from_static(shown)));
    }
    strangers::ask(visit, Wish::of(request.uri().path()))?;
    let host = walk::judged_host(visit, &request)?;
    let target = walk::target(visit, &request)?;
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
    walk::same_site(visit, &request)?;
    let behaves = visit.door.connection.behaves();
    behaves.map_err(|crowded| takeoff::refused((&visit.door, &mut visit.learnt), crowded))?;
    let house = &visit.door.house;
    let source = visit.door.source.to_str().ok().and_then(|source| source.parse().ok());
    let _place = house.public.enter(source.ok_or(Refusal::RateLimited)?)?;
    let mut octets = house.public.octets();
    let body = body(visit, request, asked.carries(), &mut octets).await?;
    let sender = Sender { source: &visit.door.source, host, id: visit.line.request_id() };
    let public = asked.whole(body, sender)?;
    let turn = house.public.turn().await?;
    let begun = Instant::now();
    let asking = visit.door.connection.asking();
    let answer = desk.ask(public).await;
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
async fn body(
    visit: &Visit,
    request: Request<Arriving>,
    carries: Carries,
    octets: &mut Octets,
) -> Result<Bytes, Refusal> {
    let limit = visit.rules.config.limits.body_idle;
    let limit = match carries {
        Carries::Nothing => return Ok(Bytes::new()),
        Carries::Form => limit,
        Carries::File => limit * FILE,
    };
    let mut arriving = request.into_body();
    if arriving.size_hint().lower() > carries.most() as u64 {
        return Err(Refusal::BadRequest(Fault::BodyTooLarge));
    }
    let reading = async {
        let mut body = BytesMut::new();
        while let Some(frame) = arriving.frame().await {
            let frame = frame.map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
            let Some(data) = frame.data_ref() else { continue };
            visit.line.meter().received(data.remaining());
            if body.len() + data.remaining() > carries.most() {
                return Err(Refusal::BadRequest(Fault::BodyTooLarge));
            }
            octets.take(data.remaining())?;
            body.extend_from_slice(data);
        }
        Ok(body.freeze())
    };
    tokio::time::timeout(limit, reading).await.map_err(|_| Refusal::BadRequest(Fault::TooSlow))?
}
