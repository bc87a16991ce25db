//! The operations listener: alive, ready, metrics, keys. Loopback only, by address and by name; it asks nobody who they are.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use crate::gateway::{Gateway, now};
use crate::live::spare_descriptors::{AcceptFailure, SpareDescriptors};
use crate::metrics::Figures;

/// Connections at a time: some scrapers, the desk, and a person who looks. One more, and the oldest gives way.
pub const PLACES: usize = 32;
/// Descriptors kept back, so that it can be seen what is wrong when there are none left.
const KEPT_BACK: usize = 8;
/// Until a request's head has come; a scraper keeps its connection from one time to the next.
const HEAD: Duration = Duration::from_secs(75);

/// Serves until the task is ended.
pub async fn serve(listener: TcpListener, gateway: Arc<Gateway>) {
    let mut spare = SpareDescriptors::new(KEPT_BACK);
    let (mut open, mut by_age) = (JoinSet::new(), VecDeque::new());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = open.join_next() => {
                let _ = spare.refill();
                continue;
            }
        };
        match accepted {
            Ok((tcp, _)) => {
                by_age.retain(|each: &AbortHandle| !each.is_finished());
                if by_age.len() >= PLACES
                    && let Some(oldest) = by_age.pop_front()
                {
                    oldest.abort();
                }
                by_age.push_back(open.spawn(converse(tcp, Arc::clone(&gateway))));
                let _ = spare.refill();
            }
            Err(error) => match spare.failed(&error, "ops") {
                AcceptFailure::Lent => {}
                AcceptFailure::Wanting | AcceptFailure::Otherwise => {
                    tokio::time::sleep(Duration::from_millis(50)).await
                }
            },
        }
    }
}

async fn converse(tcp: TcpStream, gateway: Arc<Gateway>) {
    let answering = service_fn(|request| {
        let answer = answer(&gateway, &request);
        async { Ok::<_, Infallible>(answer) }
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD);
    if let Err(error) = server.serve_connection(TokioIo::new(tcp), answering).await {
        tracing::debug!(%error, "an operations connection ended");
    }
}

/// Whether this machine was meant. A page of any other name, though that name lead here, would let whoever made it read
/// what is said here through the browser of somebody who sits at this machine.
fn is_ours(request: &Request<Incoming>) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let named = host.is_some_and(is_loopback) && hosts.next().is_none();
    named && request.uri().authority().is_none_or(|authority| is_loopback(authority.as_str()))
}

/// A name or an address of this machine; whatever the port, since a tunnel has one of its own.
fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let host = authority.host();
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let is_address = address.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    !authority.as_str().contains('@') && (is_address || host.eq_ignore_ascii_case("localhost"))
}

fn answer(gateway: &Gateway, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if !is_ours(request) {
        return text(StatusCode::MISDIRECTED_REQUEST, "only localhost, 127.0.0.0/8 and [::1]\n".into());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "only GET\n".into());
    }
    match request.uri().path() {
        "/livez" => text(StatusCode::OK, "alive\n".into()),
        "/readyz" => ready(gateway),
        "/metrics" => {
            let mut response = text(StatusCode::OK, gateway.metrics.text(&figures(gateway)));
            let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        "/jwks.json" => {
            let mut response = text(StatusCode::OK, gateway.rules.load().keys.jwks().to_owned());
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        _ => text(StatusCode::NOT_FOUND, "/livez /readyz /metrics /jwks.json\n".into()),
    }
}

/// What is counted elsewhere, as of now.
fn figures(gateway: &Gateway) -> Figures {
    let (reports, count) = (gateway.reports.stats(), gateway.live.requests.of_upstreams());
    let now = now();
    let snapshot = gateway.feed.newest();
    let in_flight = |upstream: &Arc<str>| count.get(upstream).copied().unwrap_or(0);
    Figures {
        connections: gateway.live.count(),
        registry_version: snapshot.as_ref().map(|snapshot| snapshot.version()),
        registry_age: gateway.feed.silent_for(Instant::now()),
        registry_state_unsaved: gateway.feed.why_unkept().is_some(),
        registry_forked: gateway.feed.is_forked(),
        registry_heard: gateway.feed.why_silent().is_none() && snapshot.is_some(),
        sessions_heard: gateway.sessions.ready().is_ok(),
        session_copies: gateway.sessions.copies(),
        sessions_forgotten: gateway.sessions.times_forgotten(),
        devices: snapshot.map(|snapshot| snapshot.devices_by_state().all().into_iter().collect()).unwrap_or_default(),
        upstream_requests: (gateway.rules.load().upstreams.values())
            .map(|upstream| (Arc::clone(&upstream.name), in_flight(&upstream.name)))
            .collect(),
        buffered_octets: gateway.live.octets.held(),
        own_certificates: (gateway.rules.load().sites.iter())
            .filter_map(|site| Some((Arc::clone(&site.name), now.days_until(site.not_after?))))
            .collect(),
        log_failures: gateway.log.failures(),
        folded_lines: gateway.log.folded(),
        folded_reports: gateway.reports.folded(),
        reports: [("taken", reports.taken), ("refused", reports.refused), ("dropped", reports.dropped)],
        reports_spooled: reports.spooled,
    }
}

/// Says what is silent from the first second, long before requests are refused for it.
fn ready(gateway: &Gateway) -> Response<Full<Bytes>> {
    let mut said = Vec::new();
    if let Some(why) = gateway.feed.why_silent() {
        let silent = gateway.feed.silent_for(Instant::now()).as_secs_f64();
        said.push(format!("registry: {why} (silent for {silent:.1} s)"));
    } else if gateway.feed.newest().is_none() {
        said.push("registry: not read yet".to_owned());
    }
    if let Err(silent) = gateway.sessions.ready() {
        said.push(format!("sessions: {silent}"));
    }
    if let Err(error) = gateway.log.ready() {
        said.push(format!("access log: {error}"));
    }
    let ready = said.is_empty();
    if ready {
        said.push("ready".to_owned());
    }
    if let (Ok(()), Err(reserve)) = (gateway.log.ready(), gateway.log.ready_for_strangers()) {
        said.push(format!("access log: {reserve}"));
    }
    // Requests are judged as well as ever; but after a restart an older registry would not be known as such.
    if let Some(why) = gateway.feed.why_unkept() {
        said.push(format!("registry: the highest version applied is not kept over restarts: {why}"));
    }
    said.extend(gateway.sessions.notes().into_iter().map(|note| format!("sessions: {note}")));
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    text(status, said.join("\n") + "\n")
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_and_addresses_of_this_machine_are_answered() {
        for ours in ["localhost", "LOCALHOST:8445", "127.0.0.1", "127.0.0.1:8445", "127.9.9.9:1", "[::1]", "[::1]:8445"]
        {
            assert!(is_loopback(ours), "{ours}");
        }
        let foreign =
            ["evil.example", "localhost.evil.example:8445", "127.0.0.1.evil.example", "10.0.0.1", "[::2]:8445"];
        for foreign in foreign.iter().chain(&["", "::1", "localhost@evil.example", "evil@localhost", "0.0.0.0", "a b"])
        {
            assert!(!is_loopback(foreign), "{foreign}");
        }
    }
}
