//! What is asked of more than one kind of request: its host, its form, from whose page it comes, the second factor.

use std::sync::Arc;

use http::uri::PathAndQuery;
use http::{HeaderValue, Method, Request, header};

use super::request_context::{RequestContext, origin_of};
use crate::policy::target::path_of;
use crate::proxy::{self, IncomingBody};
use crate::refusal::{Fault, Refusal};
use crate::session::{SessionRecord, cookie};
use crate::tls::host::{self, HostRefusal, OpenedFor};

/// The host that was asked for: it must be the name the connection was opened for, and one of this site.
pub(super) fn judged_host(context: &RequestContext, request: &Request<IncomingBody>) -> Result<HeaderValue, Refusal> {
    let opened = OpenedFor { site: &context.site().hosts, name: context.client.sni.as_deref() };
    let headers = request.headers().get_all(header::HOST);
    let refusal = |refused| match refused {
        HostRefusal::Malformed => Refusal::BadRequest(Fault::Malformed),
        HostRefusal::Misdirected => Refusal::Misdirected,
    };
    let host = host::judge(request.uri().authority(), &headers, opened).map_err(refusal)?;
    match headers.iter().next() {
        Some(header) => Ok(header.clone()),
        None => HeaderValue::from_str(host.written()).map_err(|_| Refusal::BadRequest(Fault::Malformed)),
    }
}

/// A request whose form we do not read is refused before anybody asks who sent it.
pub(super) fn target(context: &RequestContext, request: &Request<IncomingBody>) -> Result<PathAndQuery, Refusal> {
    let limits = &context.rules.config.limits;
    if request.headers().len() > limits.header_count {
        return Err(Refusal::BadRequest(Fault::HeadersTooLarge));
    }
    let octets: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if octets > limits.header_bytes {
        return Err(Refusal::BadRequest(Fault::HeadersTooLarge));
    }
    if request.method() == Method::TRACE {
        return Err(Refusal::BadRequest(Fault::Malformed));
    }
    proxy::judge_request(request.headers()).map_err(Refusal::BadRequest)?;
    if hyper::body::Body::size_hint(request.body()).lower() > limits.body_bytes {
        return Err(Refusal::BadRequest(Fault::BodyTooLarge));
    }
    let target = path_of(request.method(), request.uri()).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    Ok(target.clone())
}

/// A changing request, and every upgrade, must come from this site's own pages, or from no browser at all
/// (Fetch Metadata; RFC 6454 §7).
pub(super) fn same_site(context: &RequestContext, request: &Request<IncomingBody>) -> Result<(), Refusal> {
    if !changes(context, request) {
        return Ok(());
    }
    if let Some(site) = request.headers().get("sec-fetch-site") {
        return if site == "same-origin" { Ok(()) } else { Err(Refusal::CrossSite) };
    }
    match request.headers().get(header::ORIGIN) {
        Some(origin) => {
            let ours = context.preferences.address().and_then(origin_of);
            let same = ours.is_some_and(|ours| origin.as_bytes().eq_ignore_ascii_case(ours.as_bytes()));
            if same { Ok(()) } else { Err(Refusal::CrossSite) }
        }
        None if context.site().service.as_ref().is_some_and(|service| service.console) => Err(Refusal::CrossSite),
        None => Ok(()),
    }
}

pub(super) fn changes(context: &RequestContext, request: &Request<IncomingBody>) -> bool {
    context.preferences.changes || request.headers().contains_key(header::UPGRADE)
}

/// What the store says of the cookie, from the local copies where they may be trusted.
pub(super) async fn second_factor(
    context: &mut RequestContext,
    headers: &http::HeaderMap,
) -> Result<Option<Arc<SessionRecord>>, Refusal> {
    let sessions = &context.client.gateway.sessions;
    let value = match cookie::presented(headers) {
        Ok(cookie::Presented::Value(value)) => value,
        Ok(cookie::Presented::Nothing | cookie::Presented::IllFormed) => {
            return sessions.ready().map(|()| None).map_err(|_| Refusal::SessionStoreUnavailable);
        }
        Err(_) => return Err(Refusal::BadRequest(Fault::Malformed)),
    };
    let key = value.key();
    if let Some(record) = sessions.local(&key) {
        context.client.gateway.metrics.session_from_copies();
        return still_awake(context, record).await;
    }
    context.client.gateway.metrics.session_from_store();
    match Box::pin(sessions.fetch(&key)).await {
        Ok(Some(record)) => still_awake(context, record).await,
        Ok(None) => Ok(None),
        Err(_) => Err(Refusal::SessionStoreUnavailable),
    }
}

/// Before a session counts as idle the store is asked: its owner may have been active at another gateway.
async fn still_awake(
    context: &RequestContext,
    record: Arc<SessionRecord>,
) -> Result<Option<Arc<SessionRecord>>, Refusal> {
    if record.ended().is_none() && context.now >= record.seen().plus(context.rules.lasting().idle) {
        let asked = Box::pin(context.client.gateway.sessions.last_seen(&record)).await;
        asked.map_err(|_| Refusal::SessionStoreUnavailable)?;
    }
    Ok(Some(record))
}
