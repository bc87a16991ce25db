//! Owns the line and the answer: whatever happens on the way ends here, once.

use std::convert::Infallible;
use std::sync::Arc;

use access_log::RequestId;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;

use super::connection_context::ConnectionContext;
use super::page::{Page, strict};
use super::request_context::{Preferences, RequestContext, ResponseHints};
use super::walk::{Passed, walk};
use super::{help, refuse, strangers};
use crate::gateway::now;
use crate::live::streams;
use crate::proxy::{AnswerBody, BackendAnswer, IncomingBody, upgrade};
use crate::refusal::Refusal;
use crate::session::cookie;

/// Answers one request.
///
/// # Errors
/// None; the type is what hyper asks for.
pub async fn answer(
    client: Arc<ConnectionContext>,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Infallible> {
    let rules = client.gateway.rules.load_full();
    let keep_alive = rules.config.limits.keep_alive;
    let serving = client.connection.serve(keep_alive);
    let line = client.gateway.log.begin(RequestId::draw(), &client.facts);
    let (head, body) = request.into_parts();
    line.hear(&head);
    let preferences = Preferences::of(&head);
    let body = IncomingBody::new(&head, body, &client.connection, keep_alive);
    let request = Request::from_parts(head, body);
    let mut context =
        RequestContext { client, rules, now: now(), line, serving, preferences, hints: ResponseHints::default() };
    if context.site().service.is_none() {
        let page = Box::pin(help::answer(&mut context, request)).await;
        return Ok(Box::pin(send(context, page)).await);
    }
    // What few requests need stands apart, so that the many are not carried about with room for it.
    Ok(match walk(&mut context, request).await {
        Ok(Passed::Page(page)) => Box::pin(send(context, Ok(page))).await,
        Ok(Passed::Backend(answer, guard)) => {
            let (mut head, body) = answer.into_parts();
            strict(&mut head.headers, context.site().transport);
            context.line.learn(|facts| facts.status = Some(head.status.as_u16()));
            context.client.gateway.metrics.passed(&context.client.passed, context.line.begun());
            streams::answering(guard.in_flight());
            let heard = head.extensions.remove();
            Response::from_parts(
                head,
                AnswerBody::backend(BackendAnswer { body, heard }, context.line, guard, context.serving),
            )
        }
        Ok(Passed::Upgraded(answer, ends, guard)) => {
            let head = answer.into_parts().0;
            context.line.learn(|facts| facts.status = Some(head.status.as_u16()));
            context.client.gateway.metrics.passed(&context.client.passed, context.line.begun());
            let body = AnswerBody::none(context.line.meter());
            upgrade::join(ends, context.line, guard, context.serving);
            Response::from_parts(head, body)
        }
        Err(refusal) => {
            let refusal = strangers::refused(&mut context, refusal);
            Box::pin(send(context, Err(refusal))).await
        }
    })
}

async fn send(context: RequestContext, page: Result<Page, Refusal>) -> Response<AnswerBody> {
    streams::answering_page(context.rules.config.limits.body_idle);
    let refused = page.as_ref().err().copied();
    if refused.is_some() {
        context.notice();
    }
    let mut page = match page {
        Ok(page) => page,
        Err(refusal) => refuse::page(&context, refusal),
    };
    let reason = refused.map_or("ok", Refusal::reason);
    note(&context, &page, refused);
    context.client.gateway.metrics.request(&context.site().name, page.outcome, reason, context.line.begun());
    if context.hints.forget_cookie {
        page.headers.append(header::SET_COOKIE, cookie::clear());
    }
    if context.preferences.head_only {
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
    let gateway = Arc::clone(&context.client.gateway);
    let metrics = &gateway.metrics;
    if !context.hints.weighty {
        let body = AnswerBody::page(page.body, context.line, page.outcome, (context.serving, metrics));
        return response.map(|()| body);
    }
    let meter = context.line.meter();
    meter.sent(page.body.len());
    match context.line.close_written(page.outcome).await {
        Ok(()) => response.map(|()| AnswerBody::written(page.body, meter, (context.serving, metrics))),
        Err(_) => {
            let page = refuse::page(&context, Refusal::LogUnavailable);
            let mut response = Response::new(());
            *response.status_mut() = page.status;
            *response.headers_mut() = page.headers;
            response.map(|()| AnswerBody::written(page.body, meter, (context.serving, metrics)))
        }
    }
}

fn note(context: &RequestContext, page: &Page, refused: Option<Refusal>) {
    context.line.learn(|facts| {
        facts.status = Some(page.status.as_u16());
        if let Some(refusal) = refused {
            facts.reason = Some(refusal.reason());
            facts.code = Some(refusal.code());
        }
    });
}
