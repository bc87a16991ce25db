//! What has been learnt of a request so far? Filled in as it walks through the rooms.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use certs::{DeviceNo, Serial};
use http::request::Parts;
use http::{HeaderValue, Method, Uri, Version, header};
use names::{LoginId, OfficeNo, RoomRef};

use super::line::{Kind, Line, Outcome, SessionMark};

/// What every request of a connection has in common; made once, when the handshake is done.
#[derive(Debug)]
pub struct ConnectionFacts {
    site: Arc<str>,
    source: Box<str>,
    tls: Option<TlsFacts>,
    cut: AtomicBool,
}

/// What was agreed in the handshake.
#[derive(Clone, Copy, Debug)]
pub struct TlsFacts {
    /// `1.3` or `1.2`.
    pub version: &'static str,
    /// The key exchange group, e.g. `X25519MLKEM768`.
    pub group: &'static str,
    /// The cipher suite.
    pub suite: &'static str,
}

/// What is learnt on the way. Cheap to fill: shared names and plain numbers.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of the access line")]
pub struct Facts {
    pub reason: Option<&'static str>,
    pub code: Option<&'static str>,
    pub status: Option<u16>,
    pub method: Option<Method>,
    /// The `Host` header; where there is none, the authority of `uri` counts.
    pub host: Option<HeaderValue>,
    pub uri: Option<Uri>,
    pub version: Option<Version>,
    pub room: Option<RoomRef>,
    pub user: Option<LoginId>,
    pub office: Option<OfficeNo>,
    pub device: Option<DeviceNo>,
    pub serial: Option<Serial>,
    pub upstream_us: Option<u64>,
    pub policy: Option<Arc<str>>,
    pub session: Option<SessionMark>,
}

impl ConnectionFacts {
    /// A connection to this site, from there. `tls` is absent until a handshake is done.
    #[must_use]
    pub fn new(site: Arc<str>, source: SocketAddr, tls: Option<TlsFacts>) -> Self {
        Self { site, source: source.ip().to_canonical().to_string().into(), tls, cut: AtomicBool::new(false) }
    }

    /// The client's address.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The connection is ended by us: what is still running on it did not end by itself.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Release);
    }

    /// What becomes of a request that nobody closed.
    pub(super) fn dropped(&self) -> Outcome {
        if self.cut.load(Ordering::Acquire) { Outcome::Cut } else { Outcome::Aborted }
    }

    /// A line about this connection; for events that belong to no request.
    #[must_use]
    pub fn line(&self, kind: Kind, now: SystemTime) -> Line<'_> {
        Line {
            site: Some(&self.site),
            source: Some(&self.source),
            tls_version: self.tls.map(|tls| tls.version),
            tls_group: self.tls.map(|tls| tls.group),
            tls_suite: self.tls.map(|tls| tls.suite),
            ..Line::of(kind, now)
        }
    }
}

impl Facts {
    /// Takes what the head of a request says. Copies nothing but handles.
    pub fn hear(&mut self, head: &Parts) {
        self.method = Some(head.method.clone());
        self.host = head.headers.get(header::HOST).cloned();
        self.uri = Some(head.uri.clone());
        self.version = Some(head.version);
    }

    /// The line these facts make, begun from what the connection knows.
    pub(super) fn line<'a>(&'a self, begun: Line<'a>, outcome: Option<Outcome>) -> Line<'a> {
        let uri = self.uri.as_ref();
        let authority = uri.and_then(|uri| uri.authority()).map(|authority| authority.as_str().as_bytes());
        Line {
            outcome,
            reason: self.reason,
            code: self.code,
            status: self.status,
            method: self.method.as_ref().map(Method::as_str),
            host: self.host.as_ref().map(HeaderValue::as_bytes).or(authority),
            path: uri.map(|uri| uri.path().as_bytes()),
            room: self.room.as_ref().map(RoomRef::as_str),
            user: self.user.as_ref().map(LoginId::as_str),
            office: self.office.as_ref().map(OfficeNo::as_str),
            device: self.device,
            serial: self.serial,
            http_version: self.version.map(spoken),
            upstream_us: self.upstream_us,
            policy: self.policy.as_deref(),
            session: self.session,
            ..begun
        }
    }
}

fn spoken(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "0.9",
        Version::HTTP_10 => "1.0",
        Version::HTTP_11 => "1.1",
        Version::HTTP_2 => "2",
        Version::HTTP_3 => "3",
        _ => "unknown",
    }
}
