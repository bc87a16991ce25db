//! Where verified traffic goes.

use std::path::PathBuf;
use std::time::Duration;

use super::section::Section;

/// One backend.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct UpstreamSettings {
    pub name: String,
    pub address: UpstreamAddress,
    pub audience: String,
    pub ca: Option<PathBuf>,
    pub identity: Option<IdentitySettings>,
    pub requests: usize,
    pub connect: Duration,
    pub answer: Duration,
    pub idle: Duration,
}

/// What is shown to a backend that asks for a certificate.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "explained in deploy/gateway.toml")]
pub struct IdentitySettings {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// How a backend is reached.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum UpstreamAddress {
    /// HTTP/1.1 in clear, on this machine or a private link.
    Http(String),
    /// HTTP/2 in clear with prior knowledge.
    H2c(String),
    /// TLS; HTTP/2 or HTTP/1.1 as ALPN says.
    Https(String),
    /// HTTP/1.1 on a Unix socket.
    Unix(PathBuf),
}

impl UpstreamSettings {
    pub(super) fn from_section(mut section: Section) -> Self {
        let name = section.text("name");
        let url = section.text("url");
        let address = address(&url).unwrap_or_else(|| {
            if !url.is_empty() {
                section.wrong(
                    "url",
                    "must be http://HOST:PORT, https://HOST:PORT, h2c://HOST:PORT or unix:/PATH, without a path behind",
                );
            }
            UpstreamAddress::Http(String::new())
        });
        let ca = section.optional_text("ca").map(PathBuf::from);
        match (&address, &ca) {
            (UpstreamAddress::Https(_), None) => {
                section.wrong(
                    "ca",
                    "is required with https: the PEM file of the CA that signed the backend's certificate",
                );
            }
            (UpstreamAddress::Http(_) | UpstreamAddress::H2c(_) | UpstreamAddress::Unix(_), Some(_)) => {
                section.wrong("ca", "stands beside an url without TLS, where it would check nothing");
            }
            _ => {}
        }
        let identity = identity(&mut section, &address);
        let range = Duration::from_millis(10)..=Duration::from_secs(3600);
        let settings = Self {
            audience: section.optional_text("audience").unwrap_or_else(|| name.clone()),
            name,
            address,
            ca,
            identity,
            requests: usize::try_from(section.number("requests", 1024, 1..=100_000)).unwrap_or(usize::MAX),
            connect: section.duration("connect", Duration::from_secs(3), range.clone()),
            answer: section.duration("answer", Duration::from_secs(60), range.clone()),
            idle: section.duration("idle", Duration::from_secs(60), range),
        };
        section.close();
        settings
    }
}

fn identity(section: &mut Section, address: &UpstreamAddress) -> Option<IdentitySettings> {
    let (cert, key) = (section.optional_text("cert"), section.optional_text("key"));
    let clear = !matches!(address, UpstreamAddress::Https(_));
    match (cert, key) {
        (None, None) => None,
        (Some(_), _) | (_, Some(_)) if clear => {
            section.wrong("cert", "cert and key stand beside an url without TLS, where nobody asks for them");
            None
        }
        (Some(cert), Some(key)) => Some(IdentitySettings { cert: cert.into(), key: key.into() }),
        (Some(_), None) => {
            section.wrong("key", "is required with cert: the certificate's private key");
            None
        }
        (None, Some(_)) => {
            section.wrong("cert", "is required with key: the certificate that is shown to the backend, as a chain");
            None
        }
    }
}

fn address(url: &str) -> Option<UpstreamAddress> {
    if let Some(path) = url.strip_prefix("unix:") {
        return path.starts_with('/').then(|| UpstreamAddress::Unix(path.into()));
    }
    let (scheme, authority) = url.split_once("://")?;
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let parsed: http::uri::Authority = authority.parse().ok()?;
    if parsed.as_str().contains('@') || parsed.host().is_empty() {
        return None;
    }
    let with_port = |port: u16| {
        if parsed.port().is_some() { authority.to_owned() } else { format!("{authority}:{port}") }
    };
    match scheme {
        "http" => Some(UpstreamAddress::Http(with_port(80))),
        "h2c" => Some(UpstreamAddress::H2c(with_port(80))),
        "https" => Some(UpstreamAddress::Https(with_port(443))),
        _ => None,
    }
}
