//! One backend: its connections, its audience, its patience.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};

use super::body::RequestBody;
use super::connect::{Connector, Target};
use crate::config::{UpstreamAddress, UpstreamSettings};

/// Idle connections kept to one backend.
const KEPT: usize = 64;
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
    pub(super) client: Client<Connector, RequestBody>,
    /// For what HTTP/2 does not carry: an upgrade from HTTP/1.1.
    pub(super) upgrades: Client<Connector, RequestBody>,
    /// Whether it may tell us that it wants a body before it answers: HTTP/2 backends' word for it is not heard.
    pub(super) says_continue: bool,
    /// Its name in the configuration.
    pub name: Arc<str>,
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
            UpstreamAddress::Http(authority) => (tcp(authority)?, authority.as_str(), Scheme::HTTP),
            UpstreamAddress::H2c(authority) => {
                builder.http2_only(true);
                (tcp(authority)?, authority.as_str(), Scheme::HTTP)
            }
            UpstreamAddress::Https(authority) => (tls(authority, files)?, authority.as_str(), Scheme::HTTPS),
            UpstreamAddress::Unix(path) => (Target::Unix(path.clone()), "localhost", Scheme::HTTP),
        };
        let old = target.speaking_http_11();
        let client = builder.build(Connector::new(target, settings.connect));
        let upgrades = match old {
            Some(old) => builder.build(Connector::new(old, settings.connect)),
            None => client.clone(),
        };
        Ok(Self {
            client,
            upgrades,
            says_continue: !matches!(settings.address, UpstreamAddress::H2c(_)),
            name: settings.name.as_str().into(),
            requests: settings.requests,
            audience: settings.audience.clone(),
            answer: settings.answer,
            idle: settings.idle,
            scheme,
            authority: authority.parse().map_err(|_| UpstreamRefusal::Name)?,
        })
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

fn tcp(authority: &str) -> Result<Target, UpstreamRefusal> {
    let (host, port) = split(authority)?;
    Ok(Target::Tcp { host, port })
}

/// The protocols that are offered in a backend's handshake.
const HTTP_11: &[u8] = b"http/1.1";
const ANY: [&[u8]; 2] = [b"h2", HTTP_11];

fn tls(authority: &str, files: TlsFiles) -> Result<Target, UpstreamRefusal> {
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
    Ok(Target::Tls { host, port, name, config: Arc::new(config) })
}

impl Target {
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
