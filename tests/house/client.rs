//! A client as raw as a test needs it: one TLS connection, requests said word for word or through hyper.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::Credentials;

/// How a connection is opened.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Where to.
    pub address: SocketAddr,
    /// The name in the ClientHello; `None` sends none.
    pub sni: Option<String>,
    /// The CA of the site's certificate.
    pub web_root_pem: String,
    /// Certificate and key, if any.
    pub credentials: Option<Credentials>,
    /// The protocols offered.
    pub alpn: Vec<Vec<u8>>,
    /// The versions offered; empty means 1.3 alone.
    pub versions: Vec<&'static rustls::SupportedProtocolVersion>,
}

/// Everything here must happen within this time; nothing waits longer.
pub const SOON: Duration = Duration::from_secs(20);

impl Opening {
    /// Does the handshake.
    ///
    /// # Errors
    /// What TLS says.
    pub async fn connect(&self) -> std::io::Result<TlsStream<TcpStream>> {
        self.connect_over(TcpStream::connect(self.address).await?).await
    }

    /// Does the handshake on a connection that is open already.
    ///
    /// # Errors
    /// What TLS says.
    pub async fn connect_over(&self, tcp: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(self.web_root_pem.as_bytes()) {
            roots.add(certificate.unwrap()).unwrap();
        }
        let versions: &[_] = if self.versions.is_empty() { &[&rustls::version::TLS13] } else { &self.versions };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match &self.credentials {
            Some(credentials) => {
                builder.with_client_auth_cert(credentials.chain.clone(), credentials.key.clone_key()).unwrap()
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols.clone_from(&self.alpn);
        config.enable_sni = self.sni.is_some();
        let name = self.sni.clone().unwrap_or_else(|| self.address.ip().to_string());
        let name = ServerName::try_from(name).unwrap();
        tcp.set_nodelay(true)?;
        let connecting = TlsConnector::from(Arc::new(config)).connect(name, tcp);
        tokio::time::timeout(SOON, connecting).await.map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))?
    }
}

/// An open connection that speaks HTTP.
#[derive(Debug)]
pub enum Talk {
    /// HTTP/1.1.
    H1(http1::SendRequest<Full<Bytes>>),
    /// HTTP/2.
    H2(http2::SendRequest<Full<Bytes>>),
}

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Talk {
    /// Opens and gets ready to ask.
    ///
    /// # Errors
    /// What TLS or HTTP says.
    pub async fn open(opening: &Opening) -> std::io::Result<Self> {
        Self::over(opening.connect().await?).await
    }

    /// Gets ready to ask on a connection that is open already.
    ///
    /// # Errors
    /// What HTTP says.
    pub async fn over(tls: TlsStream<TcpStream>) -> std::io::Result<Self> {
        let h2 = tls.get_ref().1.alpn_protocol() == Some(b"h2");
        assert_ne!(tls.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_0));
        let io = TokioIo::new(tls);
        if h2 {
            let (send, driver) = http2::handshake(TokioExecutor::new(), io).await.map_err(std::io::Error::other)?;
            tokio::spawn(driver);
            Ok(Self::H2(send))
        } else {
            let (send, driver) = http1::handshake(io).await.map_err(std::io::Error::other)?;
            tokio::spawn(driver.with_upgrades());
            Ok(Self::H1(send))
        }
    }

    /// Asks, and returns the head with a body still to be read.
    ///
    /// # Errors
    /// The connection ended, or no head came in time.
    pub async fn send(&mut self, request: Request<Full<Bytes>>) -> std::io::Result<Response<Incoming>> {
        let asking = async {
            match self {
                Self::H1(send) => {
                    send.ready().await.map_err(std::io::Error::other)?;
                    send.send_request(request).await.map_err(std::io::Error::other)
                }
                Self::H2(send) => {
                    send.ready().await.map_err(std::io::Error::other)?;
                    send.send_request(request).await.map_err(std::io::Error::other)
                }
            }
        };
        tokio::time::timeout(SOON, asking).await.map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))?
    }

    /// Asks, and reads the answer whole.
    ///
    /// # Errors
    /// The connection ended, or no whole answer came in time.
    pub async fn ask(&mut self, request: Request<Full<Bytes>>) -> std::io::Result<Answer> {
        let answer = self.send(request).await?;
        let (head, body) = answer.into_parts();
        let body = tokio::time::timeout(SOON, body.collect())
            .await
            .map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))?
            .map_err(std::io::Error::other)?
            .to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// `code` and `reason` of a problem.
    #[must_use]
    pub fn problem(&self) -> (u16, String, String) {
        let problem = self.json();
        let field = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        (self.status.as_u16(), field("code"), field("reason"))
    }

    /// The session cookie it sets, as `name=value`.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        self.headers
            .get_all(http::header::SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .filter_map(|value| value.split(';').next())
            .find(|pair| pair.starts_with("__Host-session=") && pair.len() > "__Host-session=".len())
            .map(ToOwned::to_owned)
    }
}

/// A request to the site, with the session's cookie.
#[must_use]
pub fn request(method: Method, host: &str, target: &str, cookie: Option<&str>) -> http::request::Builder {
    let mut builder = Request::builder().method(method).uri(target).header("host", host);
    if let Some(cookie) = cookie {
        builder = builder.header("cookie", cookie);
    }
    builder
}

/// No body.
#[must_use]
pub fn empty() -> Full<Bytes> {
    Full::new(Bytes::new())
}
