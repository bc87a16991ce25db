//! An authorised request goes to its backend, and nothing else does.

use std::sync::Arc;

use access_log::{Meter, RequestId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use certs::Timestamp;
use http::header::{EXPECT, HOST, HeaderName};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use registry::Role;

use super::assertion::{Claims, Confirmation, Keys, RequestBinding, digest_of, factors};
use super::assertion_cache::AssertionCache;
use super::fault::BackendFault;
use super::incoming_body::IncomingBody;
use super::request_body::{ClientBody, RequestBody, Streamed, wait_for_continue};
use super::upstream::Upstream;
use super::{connection_login, expect, framing, upgrade};
use crate::headers::HeaderSanitizer;
use crate::live::InFlightGuard;
use crate::live::cancel_signal::CloseReason;
use crate::live::deadlines::StalledOn;
use crate::metrics::Metrics;
use crate::policy::{Authorized, Decision};
use crate::refusal::{Fault, Refusal};
use crate::session::TwoFactor;

/// What is needed to send a request on.
#[derive(Clone, Copy, Debug)]
pub struct ForwardRequest<'a> {
    /// Where to.
    pub upstream: &'a Upstream,
    /// What signs the assertion.
    pub keys: &'a Arc<Keys>,
    /// What is dropped from headers.
    pub sanitizer: &'a HeaderSanitizer,
    /// The route's options.
    pub options: RouteOptions<'a>,
    /// The client, the site and the moment.
    pub origin: Origin<'a>,
    /// The most octets a body may have.
    pub body_limit: u64,
    /// Where dropped headers are counted.
    pub metrics: &'a Metrics,
}

/// What a route asks for beyond the rule.
#[derive(Clone, Copy, Debug)]
pub struct RouteOptions<'a> {
    /// The room that the path names.
    pub room: Option<&'a str>,
    /// Bind the assertion to this very request.
    pub request_binding: bool,
    /// Send `Client-Cert` (RFC 9440), of this certificate.
    pub client_cert: Option<&'a [u8]>,
    /// Send `Forwarded` (RFC 7239).
    pub forwarded: bool,
}

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The client's address.
    pub source: &'a HeaderValue,
    /// The host it was sent to, as judged.
    pub host: &'a HeaderValue,
    /// Its number.
    pub id: RequestId,
    /// Now.
    pub now: Timestamp,
}

/// A body up to this size is digested for the binding; a larger one streams unbound.
const DIGESTED: u64 = 64 << 10;

pub(super) const ASSERTION: HeaderName = HeaderName::from_static("gateway-assertion");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED: HeaderName = HeaderName::from_static("forwarded");
const CLIENT_CERT: HeaderName = HeaderName::from_static("client-cert");

/// Sends `authorized` and waits for the head of the answer. It accepts nothing else:
///
/// ```compile_fail
/// async fn sneak(forwarding: gateway::proxy::ForwardRequest<'_>, request: http::Request<gateway::proxy::IncomingBody>,
///                meter: access_log::Meter, guard: &gateway::live::InFlightGuard) {
///     let _ = gateway::proxy::forward(forwarding, request, meter, guard).await;
/// }
/// ```
///
/// # Errors
/// [`Refusal::BackendUnavailable`]; or what was found wrong with the body on the way.
pub async fn forward(
    forwarding: ForwardRequest<'_>,
    authorized: Authorized<Request<IncomingBody>, AssertionCache>,
    meter: Meter,
    guard: &InFlightGuard,
) -> Result<Response<Incoming>, Refusal> {
    let (request, who, decision) = authorized.into_parts();
    let upgrade = upgrade::wanted(&request);
    let (mut head, mut body) = request.into_parts();
    body.attach(guard.in_flight());
    let target = head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let mut read = None;
    let assertion = if forwarding.options.request_binding {
        read = read_small(&mut body, &meter, guard).await?;
        let binding = binding(head.method.as_str(), &target, read.as_ref());
        state(forwarding, &who, &decision, Some(binding))?
    } else {
        let made = || state(forwarding, &who, &decision, None);
        decision.derived().get_or_make(forwarding.origin.now, forwarding.keys, &forwarding.upstream.audience, made)?
    };
    if connection_login::is_sent(&head.headers) {
        return Err(forwarding.failed(BackendFault::ConnectionLoginSent));
    }
    forwarding.metrics.stripped(forwarding.sanitizer.clean_request(&mut head.headers));
    address(&mut head.headers, forwarding, assertion)?;
    if upgrade.is_some() {
        upgrade::say(&mut head.headers);
    }
    let octets = body.size_hint().exact().unwrap_or(0);
    if octets > forwarding.body_limit {
        return Err(Refusal::BadRequest(Fault::BodyTooLarge));
    }
    head.uri = forwarding.upstream.uri(target).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    let expects =
        expect::is_asked(&head) && read.is_none() && !body.is_end_stream() && forwarding.upstream.says_continue;
    if !expects {
        head.headers.remove(EXPECT);
    }
    head.version = Version::HTTP_11;
    let body = ClientBody { read, rest: body, limit: forwarding.body_limit, sanitizer: forwarding.sanitizer };
    let body = RequestBody::Streamed(Streamed::new(body, meter, guard));
    framing::of_request(&mut head.headers, &body);
    let asked = head.method.clone();
    let mut request = Request::from_parts(head, body);
    if expects {
        wait_for_continue(&mut request, guard.in_flight());
    }
    let answer = match upgrade {
        Some(upgrade::WebSocket) => forwarding.upstream.send_upgrade(request).await,
        None => forwarding.upstream.send(request).await,
    };
    let in_flight = guard.in_flight();
    match answer {
        Ok(mut answer) => {
            in_flight.timeouts.answered();
            in_flight.stall.moved(StalledOn::Backend);
            mend(&mut answer, &asked, (forwarding.sanitizer, upgrade)).map_err(|fault| forwarding.failed(fault))?;
            Ok(answer)
        }
        Err(unanswered) => Err(in_flight.fault().map_or_else(
            || {
                unanswered.tell(&forwarding.upstream.name, forwarding.origin.id);
                Refusal::BackendUnavailable
            },
            Refusal::BadRequest,
        )),
    }
}

/// Leaves of the head of an answer what may go on, and says anew what is said at each hop.
fn mend(
    answer: &mut Response<Incoming>,
    asked: &Method,
    (sanitizer, upgrade): (&HeaderSanitizer, Option<upgrade::WebSocket>),
) -> Result<(), BackendFault> {
    let (status, body) = (answer.status(), answer.body().size_hint());
    let agreed = upgrade.is_some() && upgrade::agreed(answer);
    if status == StatusCode::SWITCHING_PROTOCOLS && !agreed {
        return Err(BackendFault::UnaskedUpgrade);
    }
    let headers = answer.headers_mut();
    if connection_login::is_wanted(headers) {
        return Err(BackendFault::ConnectionLogin);
    }
    framing::of_answer(headers, (status, asked), &body)?;
    sanitizer.clean_answer(headers);
    if agreed {
        upgrade::say(headers);
    }
    Ok(())
}

/// A request was ended while it waited for its answer: where that is the backend's fault, it is told.
pub fn ended_waiting(forwarding: ForwardRequest<'_>, why: CloseReason) {
    match why {
        CloseReason::SlowBackend => drop(forwarding.failed(BackendFault::Silent)),
        CloseReason::Device
        | CloseReason::Person
        | CloseReason::Session
        | CloseReason::Trust
        | CloseReason::SlowClient
        | CloseReason::Registry
        | CloseReason::Budget
        | CloseReason::Stopping => {}
    }
}

impl ForwardRequest<'_> {
    /// Tells in the log why the backend failed; the reader learns only that it did.
    fn failed(self, fault: BackendFault) -> Refusal {
        fault.tell(&self.upstream.name, self.origin.id, None);
        Refusal::BackendUnavailable
    }
}

/// The whole body, where its length is known and small enough to be digested.
async fn read_small(body: &mut IncomingBody, meter: &Meter, guard: &InFlightGuard) -> Result<Option<Bytes>, Refusal> {
    let Some(octets) = body.size_hint().exact().filter(|octets| (1..=DIGESTED).contains(octets)) else {
        return Ok(None);
    };
    let stall = &guard.in_flight().stall;
    let octets = usize::try_from(octets).unwrap_or(0);
    let held = guard.connection().octets.take(octets);
    let mut read = BytesMut::with_capacity(octets);
    stall.wait(StalledOn::Reading);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
        stall.moved(StalledOn::Reading);
        if let Some(data) = frame.data_ref() {
            stall.carried(StalledOn::Reading, data.len());
            meter.received(data.len());
            read.extend_from_slice(data);
        }
        stall.wait(StalledOn::Reading);
    }
    stall.moved(StalledOn::Reading);
    Ok(Some(held.until_dropped(read.freeze())))
}

fn binding(method: &str, target: &PathAndQuery, read: Option<&Bytes>) -> RequestBinding {
    RequestBinding {
        htm: method.to_owned(),
        htp: target.path().to_owned(),
        htq: target.query().map(|query| digest_of(query.as_bytes())),
        htb: read.map(|read| digest_of(read)),
    }
}

fn state(
    forwarding: ForwardRequest<'_>,
    who: &TwoFactor,
    decision: &Decision<AssertionCache>,
    request: Option<RequestBinding>,
) -> Result<HeaderValue, Refusal> {
    let device = who.device();
    let claims = Claims {
        aud: &forwarding.upstream.audience,
        sub: who.session().login_id().as_str(),
        office: decision.office().as_str(),
        device: device.device().to_string(),
        roles: decision.roles().iter().copied().map(Role::as_str).collect(),
        room: forwarding.options.room,
        amr: factors(device.assurance()),
        cnf: Confirmation::of(device.fingerprint()),
        request,
    };
    forwarding.keys.sign(&claims, forwarding.origin.now).map_err(|error| {
        tracing::error!(%error, "the request was refused");
        Refusal::BackendUnavailable
    })
}

/// Our own headers are set, never appended: what the client sent under these names is gone already.
fn address(headers: &mut HeaderMap, forwarding: ForwardRequest<'_>, assertion: HeaderValue) -> Result<(), Refusal> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| Refusal::BadRequest(Fault::Malformed));
    headers.insert(HOST, forwarding.origin.host.clone());
    headers.insert(ASSERTION, assertion);
    headers.insert(REQUEST_ID, forwarding.origin.id.header_value());
    headers.insert(FORWARDED_FOR, forwarding.origin.source.clone());
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static("https"));
    headers.insert(FORWARDED_HOST, forwarding.origin.host.clone());
    if forwarding.options.forwarded {
        headers.insert(FORWARDED, forwarded(forwarding.origin)?);
    }
    if let Some(der) = forwarding.options.client_cert {
        headers.insert(CLIENT_CERT, value(&format!(":{}:", STANDARD.encode(der)))?);
    }
    Ok(())
}

/// RFC 7239 §4: an IPv6 address stands in brackets, it and a host with its port in quotes, being no tokens.
fn forwarded(origin: Origin<'_>) -> Result<HeaderValue, Refusal> {
    let malformed = Refusal::BadRequest(Fault::Malformed);
    let (Ok(source), Ok(host)) = (origin.source.to_str(), origin.host.to_str()) else { return Err(malformed) };
    let (opened, closed) = if source.contains(':') { ("\"[", "]\"") } else { ("", "") };
    let value = format!("for={opened}{source}{closed};host=\"{host}\";proto=https");
    HeaderValue::try_from(value).map_err(|_| malformed)
}
