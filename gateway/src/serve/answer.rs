//! Owns the line and the answer: whatever happens in the corridor ends here, once.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;

use super::door::Door;
use super::page::{Page, strict};
use super::visit::{Learnt, Visit, Wishes};
use super::walk::{Passed, walk};
use super::{help, refuse, strangers};
use crate::gateway::now;
use crate::live::streams;
use crate::proxy::{AnswerBody, Arriving, upgrade};
use crate::refusal::Refusal;
use crate::session::cookie;
use access_log::RequestId;

/// Answers one request.
///
/// # Errors
/// None; the type is what hyper asks for.
pub async fn answer(door: Arc<Door>, request: Request<Incoming>) -> Result<Response<AnswerBody>, Infallible> {
    let rules = door.house.rules.load_full();
    let keep_alive = rules.config.limits.keep_alive;
    let serving = door.connection.serve(keep_alive);
    let line = door.house.log.begin(RequestId::draw(), &door.facts);
    let (head, body) = request.into_parts();
    line.hear(&head);
    let wishes = Wishes::of(&head);
    let body = Arriving::new(&head, body, &door.connection, keep_alive);
    let request = Request::from_parts(head, body);
    let mut visit = Visit { door, rules, now: now(), line, serving, wishes, learnt: Learnt::default() };
    if visit.site().service.is_none() {
        let page = Box::pin(help::answer(&mut visit, request)).await;
        return Ok(Box::pin(send(visit, page)).await);
    }
    // What few requests need stands apart, so that the many are not carried about with room for it.
    Ok(match walk(&mut visit, request).await {
        Ok(Passed::Page(page)) => Box::pin(send(visit, Ok(page))).await,
        Ok(Passed::Backend(answer, airborne)) => {
            let (mut head, body) = answer.into_parts();
            strict(&mut head.headers, visit.site().transport);
            visit.line.learn(|facts| facts.status = Some(head.status.as_u16()));
            visit.door.house.metrics.passed(&visit.door.passed, visit.line.begun());
            streams::answering(airborne.flight());
            let heard = head.extensions.remove();
            Response::from_parts(head, AnswerBody::backend((body, heard), visit.line, airborne, visit.serving))
        }
        Ok(Passed::Upgraded(answer, ends, airborne)) => {
            let (mut head, _) = answer.into_parts();
            visit.line.learn(|facts| facts.status = Some(head.status.as_u16()));
            visit.door.house.metrics.passed(&visit.door.passed, visit.line.begun());
            let body = AnswerBody::none(visit.line.meter());
            upgrade::join((ends, head.extensions.remove()), visit.line, airborne, visit.serving);
            Response::from_parts(head, body)
        }
        Err(refusal) => {
            let refusal = strangers::refused(&mut visit, refusal);
            Box::pin(send(visit, Err(refusal))).await
        }
    })
}

async fn send(visit: Visit, page: Result<Page, Refusal>) -> Response<AnswerBody> {
    streams::answering_page(visit.rules.config.limits.body_idle);
    let refused = page.as_ref().err().copied();
    if refused.is_some() {
        visit.notice();
    }
    let mut page = match page {
        Ok(page) => page,
        Err(refusal) => refuse::page(&visit, refusal),
    };
    let reason = refused.map_or("ok", Refusal::reason);
    note(&visit, &page, refused);
    visit.door.house.metrics.request(&visit.site().name, page.outcome, reason, visit.line.begun());
    if visit.learnt.forget_cookie {
        page.headers.append(header::SET_COOKIE, cookie::clear());
    }
    if visit.wishes.head_only {
        // What the desk says of its own page stands.
        page.headers.entry(header::CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(page.body.len()));
        page.body = Bytes::new();
    }
    let unreadable = matches!(refused, Some(Refusal::BadRequest(_) | Refusal::Misdirected));
    let mut response = Response::new(());
    *response.status_mut() = page.status;
    *response.headers_mut() = page.headers;
    if unreadable && response.status() == StatusCode::REQUEST_TIMEOUT {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let house = Arc::clone(&visit.door.house);
    let metrics = &house.metrics;
    if !visit.learnt.weighty {
        let body = AnswerBody::page(page.body, visit.line, page.outcome, (visit.serving, metrics));
        return response.map(|()| body);
    }
    let meter = visit.line.meter();
    meter.sent(page.body.len());
    match visit.line.close_written(page.outcome).await {
        Ok(()) => response.map(|()| AnswerBody::written(page.body, meter, (visit.serving, metrics))),
        Err(_) => {
            let page = refuse::page(&visit, Refusal::LogUnavailable);
            let mut response = Response::new(());
            *response.status_mut() = page.status;
            *response.headers_mut() = page.headers;
            response.map(|()| AnswerBody::written(page.body, meter, (visit.serving, metrics)))
        }
    }
}

fn note(visit: &Visit, page: &Page, refused: Option<Refusal>) {
    visit.line.learn(|facts| {
        facts.status = Some(page.status.as_u16());
        if let Some(refusal) = refused {
            facts.reason = Some(refusal.reason());
            facts.code = Some(refusal.code());
        }
    });
}
