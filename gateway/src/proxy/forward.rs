//! An authorised request goes to its backend, and nothing else does.

use std::sync::Arc;

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

use super::arriving::Arriving;
use super::assertion::{Claims, Confirmation, Keys, RequestBinding, digest_of, factors};
use super::assertion_cache::AssertionCache;
use super::fault::BackendFault;
use super::onward::{RequestBody, Streamed, wait_for_continue};
use super::upstream::Upstream;
use super::{connection_login, expect, framing, upgrade};
use crate::headers::Hygiene;
use crate::live::Airborne;
use crate::live::cancel_signal::Why;
use crate::live::deadlines::Waiting;
use crate::metrics::Metrics;
use crate::policy::{Authorized, Decision};
use crate::refusal::{Fault, Refusal};
use crate::session::TwoFactor;
use access_log::{Meter, RequestId};

/// What is needed of the house to send a request on.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// Where to.
    pub upstream: &'a Upstream,
    /// What signs the assertion.
    pub keys: &'a Arc<Keys>,
    /// What is dropped from headers.
    pub hygiene: &'a Hygiene,
    /// The route's options.
    pub options: Options<'a>,
    /// The client, the site and the moment.
    pub origin: Origin<'a>,
    /// The most octets a body may have.
    pub body_limit: u64,
    /// Where dropped headers are counted.
    pub metrics: &'a Metrics,
}

/// What a route asks for beyond the rule.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
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
/// async fn sneak(way: gateway::proxy::Way<'_>, request: http::Request<gateway::proxy::Arriving>,
///                meter: access_log::Meter, airborne: &gateway::live::Airborne) {
///     let _ = gateway::proxy::forward(way, request, meter, airborne).await;
/// }
/// ```
///
/// # Errors
/// [`Refusal::BackendUnavailable`]; or what was found wrong with the body on the way.
pub async fn forward(
    way: Way<'_>,
    authorized: Authorized<Request<Arriving>, AssertionCache>,
    meter: Meter,
    airborne: &Airborne,
) -> Result<Response<Incoming>, Refusal> {
    let (request, who, decision) = authorized.into_parts();
    let upgrade = upgrade::wanted(&request);
    let (mut head, mut body) = request.into_parts();
    body.board(airborne.flight());
    let target = head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let mut read = None;
    let assertion = if way.options.request_binding {
        read = read_small(&mut body, &meter, airborne).await?;
        let binding = binding(head.method.as_str(), &target, read.as_ref());
        state(way, &who, &decision, Some(binding))?
    } else {
        let made = || state(way, &who, &decision, None);
        decision.derived().get_or_make(way.origin.now, way.keys, &way.upstream.audience, made)?
    };
    if connection_login::is_sent(&head.headers) {
        return Err(way.failed(BackendFault::ConnectionLoginSent));
    }
    way.metrics.stripped(way.hygiene.clean_request(&mut head.headers));
    address(&mut head.headers, way, assertion)?;
    if upgrade.is_some() {
        upgrade::say(&mut head.headers);
    }
    let octets = body.size_hint().exact().unwrap_or(0);
    if octets > way.body_limit {
        return Err(Refusal::BadRequest(Fault::BodyTooLarge));
    }
    head.uri = way.upstream.uri(target).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    let expects = expect::is_asked(&head) && read.is_none() && !body.is_end_stream() && way.upstream.says_continue;
    if !expects {
        head.headers.remove(EXPECT);
    }
    head.version = Version::HTTP_11;
    let body = RequestBody::Streamed(Streamed::new((read, body), (way.body_limit, way.hygiene), meter, airborne));
    framing::of_request(&mut head.headers, &body);
    let asked = head.method.clone();
    let mut request = Request::from_parts(head, body);
    if expects {
        wait_for_continue(&mut request, airborne.flight());
    }
    let answer = match upgrade {
        Some(upgrade::WebSocket) => way.upstream.send_upgrade(request).await,
        None => way.upstream.send(request).await,
    };
    let flight = airborne.flight();
    match answer {
        Ok(mut answer) => {
            flight.patience.answered();
            flight.waits.moved(Waiting::Backend);
            mend(&mut answer, &asked, (way.hygiene, upgrade)).map_err(|fault| way.failed(fault))?;
            Ok(answer)
        }
        Err(unanswered) => Err(flight.fault().map_or_else(
            || {
                unanswered.tell(&way.upstream.name, way.origin.id);
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
    (hygiene, upgrade): (&Hygiene, Option<upgrade::WebSocket>),
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
    hygiene.clean_answer(headers);
    if agreed {
        upgrade::say(headers);
    }
    Ok(())
}

/// A request was ended while it waited for its answer: where that is the backend's fault, it is told.
pub fn ended_waiting(way: Way<'_>, why: Why) {
    match why {
        Why::SlowBackend => drop(way.failed(BackendFault::Silent)),
        Why::Device
        | Why::Person
        | Why::Session
        | Why::Trust
        | Why::SlowClient
        | Why::Registry
        | Why::Budget
        | Why::Stopping => {}
    }
}

impl Way<'_> {
    /// Tells in the log why the backend failed; the reader learns only that it did.
    fn failed(self, fault: BackendFault) -> Refusal {
        fault.tell(&self.upstream.name, self.origin.id, None);
        Refusal::BackendUnavailable
    }
}

/// The whole body, where its length is known and small enough to be digested.
async fn read_small(body: &mut Arriving, meter: &Meter, airborne: &Airborne) -> Result<Option<Bytes>, Refusal> {
    let Some(octets) = body.size_hint().exact().filter(|octets| (1..=DIGESTED).contains(octets)) else {
        return Ok(None);
    };
    let waits = &airborne.flight().waits;
    let octets = usize::try_from(octets).unwrap_or(0);
    let held = airborne.connection().octets.take(octets);
    let mut read = BytesMut::with_capacity(octets);
    waits.wait(Waiting::Reading);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
        waits.moved(Waiting::Reading);
        if let Some(data) = frame.data_ref() {
            waits.carried(Waiting::Reading, data.len());
            meter.received(data.len());
            read.extend_from_slice(data);
        }
        waits.wait(Waiting::Reading);
    }
    waits.moved(Waiting::Reading);
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
    way: Way<'_>,
    who: &TwoFactor,
    decision: &Decision<AssertionCache>,
    request: Option<RequestBinding>,
) -> Result<HeaderValue, Refusal> {
    let device = who.device();
    let claims = Claims {
        aud: &way.upstream.audience,
        sub: who.session().login_id().as_str(),
        office: decision.office().as_str(),
        device: device.device().to_string(),
        roles: decision.roles().iter().copied().map(Role::as_str).collect(),
        room: way.options.room,
        amr: factors(device.assurance()),
        cnf: Confirmation::of(device.fingerprint()),
        request,
    };
    way.keys.sign(&claims, way.origin.now).map_err(|error| {
        tracing::error!(%error, "the request was refused");
        Refusal::BackendUnavailable
    })
}

/// Our own headers are set, never appended: what the client sent under these names is gone already.
fn address(headers: &mut HeaderMap, way: Way<'_>, assertion: HeaderValue) -> Result<(), Refusal> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| Refusal::BadRequest(Fault::Malformed));
    headers.insert(HOST, way.origin.host.clone());
    headers.insert(ASSERTION, assertion);
    headers.insert(REQUEST_ID, way.origin.id.header_value());
    headers.insert(FORWARDED_FOR, way.origin.source.clone());
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static("https"));
    headers.insert(FORWARDED_HOST, way.origin.host.clone());
    if way.options.forwarded {
        headers.insert(FORWARDED, forwarded(way.origin)?);
    }
    if let Some(der) = way.options.client_cert {
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
