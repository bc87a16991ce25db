//! One backend: its connections, its audience, its patience.

use std::sync::Arc;
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};

use super::connect::{BackendTarget, Connector};
use super::fault::Unanswered;
use super::heard::{Heard, Speaks};
use super::repeat::Repeatable;
use super::request_body::RequestBody;
use crate::config::{UpstreamAddress, UpstreamSettings};

/// Idle connections kept to one backend.
pub const KEPT: usize = 64;
/// Backends close what idles; we close first, so that a request seldom meets a closing connection.
const KEPT_FOR: Duration = Duration::from_secs(20);

/// Octets of an answer that are read before they are asked for, and octets of its head: some backends say 60 kB there.
const AT_ONCE: usize = 64 << 10;
/// The same over HTTP/2, of one answer; of all answers on one connection so many that those nobody reads never hold up the
/// others.
const WINDOW: u32 = 128 << 10;
const WINDOWS: u32 = 1 << 30;

/// A backend that is ready to be asked.
#[derive(Debug)]
pub struct Upstream {
    /// Keeps its connections for the next request.
    kept: Client<Connector, RequestBody>,
    /// Opens a connection for each request.
    fresh: Client<Connector, RequestBody>,
    /// As that, for what HTTP/2 does not carry: an upgrade from HTTP/1.1.
    upgrades: Client<Connector, RequestBody>,
    /// What it is called in the configuration.
    pub name: Arc<str>,
    /// Whether it may tell us that it wants a body before it answers: HTTP/2 backends' word for it is not heard.
    pub(super) says_continue: bool,
    /// How many requests of people it may have at a time.
    pub requests: usize,
    /// The assertion's `aud`.
    pub audience: String,
    /// How long the head of an answer may take.
    pub answer: Duration,
    /// How long a body may stand still.
    pub idle: Duration,
    scheme: Scheme,
    authority: Authority,
}

/// The files of a backend that is reached by TLS, read.
#[derive(Debug, Default)]
pub struct TlsFiles {
    /// The CAs by which its certificate is judged.
    pub ca: Vec<CertificateDer<'static>>,
    /// The chain and the key that are shown to it.
    pub identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

/// Why a backend cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamRefusal {
    /// Its name is none that TLS can verify, or no authority.
    #[error("the host in its url is neither a name nor an address")]
    Name,
    /// The CA file holds what is no CA certificate.
    #[error("its CA cannot be used: {0}")]
    Ca(rustls::Error),
    /// Certificate and key do not belong together, or cannot be used.
    #[error("its cert and key cannot be used: {0}")]
    Identity(rustls::Error),
}

impl Upstream {
    /// Sets up, without connecting. `files` are those named beside an https url.
    ///
    /// # Errors
    /// [`UpstreamRefusal`].
    pub fn new(settings: &UpstreamSettings, files: TlsFiles) -> Result<Self, UpstreamRefusal> {
        let mut builder = Client::builder(TokioExecutor::new());
        builder
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_max_idle_per_host(KEPT)
            .pool_idle_timeout(KEPT_FOR)
            .http1_max_headers(256)
            .http1_max_buf_size(AT_ONCE)
            .http2_initial_stream_window_size(WINDOW)
            .http2_initial_connection_window_size(WINDOWS)
            .http2_max_send_buf_size(AT_ONCE)
            .http1_preserve_header_case(false);
        let (target, authority, scheme) = match &settings.address {
            UpstreamAddress::Http(authority) => (tcp(authority, Speaks::Http1)?, authority.as_str(), Scheme::HTTP),
            UpstreamAddress::H2c(authority) => {
                builder.http2_only(true);
                (tcp(authority, Speaks::Http2)?, authority.as_str(), Scheme::HTTP)
            }
            UpstreamAddress::Https(authority) => (tls(authority, files)?, authority.as_str(), Scheme::HTTPS),
            UpstreamAddress::Unix(path) => (BackendTarget::Unix(path.clone()), "localhost", Scheme::HTTP),
        };
        let name = Arc::from(settings.name.as_str());
        let old = target.speaking_http_11();
        let connector = Connector::new(&name, target, settings.connect);
        let kept = builder.build(connector.clone());
        let fresh = builder.pool_max_idle_per_host(0).build(connector);
        let upgrades = match old {
            Some(old) => builder.build(Connector::new(&name, old, settings.connect)),
            None => fresh.clone(),
        };
        Ok(Self {
            kept,
            fresh,
            upgrades,
            name,
            says_continue: !matches!(settings.address, UpstreamAddress::H2c(_)),
            requests: settings.requests,
            audience: settings.audience.clone(),
            answer: settings.answer,
            idle: settings.idle,
            scheme,
            authority: authority.parse().map_err(|_| UpstreamRefusal::Name)?,
        })
    }

    /// Sends, and waits for the head of the answer.
    ///
    /// A backend may close a kept connection at the very moment a request goes out on it, and nobody is at fault. What can
    /// be said twice without harm is then said once more, on a connection of its own: an idempotent request without a body,
    /// and only where not an octet of an answer had come (RFC 9110 §9.2.2).
    pub(super) async fn send(&self, request: Request<RequestBody>) -> Result<Response<Incoming>, Unanswered> {
        let again = Repeatable::of(&request);
        let error = match self.kept.request(request).await {
            Ok(answer) => return Ok(answered(answer)),
            Err(error) => error,
        };
        let died = Heard::before(&error).is_some_and(|heard| heard.died_unheard());
        match again.filter(|_| died).and_then(Repeatable::again) {
            Some(again) => {
                tracing::debug!(upstream = %self.name, "a kept-alive connection to the backend was closed before any answer: the request is retried");
                answered_or(self.fresh.request(again).await)
            }
            None => Err(Unanswered::because(&error)),
        }
    }

    /// As [`Self::send`], for a request that asks for another protocol: always on a connection of its own.
    pub(super) async fn send_upgrade(&self, request: Request<RequestBody>) -> Result<Response<Incoming>, Unanswered> {
        answered_or(self.upgrades.request(request).await)
    }

    /// The address of `target` at this backend; the octets of path and query are the request's own.
    pub(super) fn uri(&self, target: PathAndQuery) -> Result<Uri, http::uri::InvalidUriParts> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(target);
        Uri::from_parts(parts)
    }
}

fn answered(answer: Response<Incoming>) -> Response<Incoming> {
    if let Some(heard) = answer.extensions().get::<Heard>() {
        heard.answered();
    }
    answer
}

fn answered_or(answer: Result<Response<Incoming>, Error>) -> Result<Response<Incoming>, Unanswered> {
    answer.map(answered).map_err(|error| Unanswered::because(&error))
}

fn tcp(authority: &str, speaks: Speaks) -> Result<BackendTarget, UpstreamRefusal> {
    let (host, port) = split(authority)?;
    Ok(BackendTarget::Tcp { host, port, speaks })
}

/// The protocols that are offered in a backend's handshake.
const HTTP_11: &[u8] = b"http/1.1";
const ANY: [&[u8]; 2] = [b"h2", HTTP_11];

fn tls(authority: &str, files: TlsFiles) -> Result<BackendTarget, UpstreamRefusal> {
    let (host, port) = split(authority)?;
    let mut roots = RootCertStore::empty();
    for certificate in files.ca {
        roots.add(certificate).map_err(UpstreamRefusal::Ca)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(UpstreamRefusal::Ca)?
        .with_root_certificates(roots);
    let mut config = match files.identity {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(UpstreamRefusal::Identity)?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = ANY.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from(host.clone()).map_err(|_| UpstreamRefusal::Name)?;
    Ok(BackendTarget::Tls { host, port, name, config: Arc::new(config) })
}

impl BackendTarget {
    /// The same backend where an upgrade is wanted, which HTTP/2 does not carry; nothing where it speaks 1.1 anyway.
    fn speaking_http_11(&self) -> Option<Self> {
        let Self::Tls { host, port, name, config } = self else { return None };
        let mut config = ClientConfig::clone(config);
        config.alpn_protocols = vec![HTTP_11.to_vec()];
        Some(Self::Tls { host: host.clone(), port: *port, name: name.clone(), config: Arc::new(config) })
    }
}

fn split(authority: &str) -> Result<(String, u16), UpstreamRefusal> {
    let parsed: Authority = authority.parse().map_err(|_| UpstreamRefusal::Name)?;
    let port = parsed.port_u16().ok_or(UpstreamRefusal::Name)?;
    let host = parsed.host().trim_start_matches('[').trim_end_matches(']');
    Ok((host.to_owned(), port))
}
