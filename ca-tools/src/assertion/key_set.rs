//! Reads the gateway's key set: a file, its operations listener on this machine, or one who proves its name.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::header::HOST;
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use jsonwebtoken::jwk::JwkSet;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::config::KeySource;

/// What takes longer is not there.
const DEADLINE: Duration = Duration::from_secs(2);
/// A set of two keys is under 1 KiB.
const LARGEST_SET: usize = 64 * 1024;

/// The set, or why there is none.
pub(super) async fn read(source: &KeySource) -> Result<JwkSet, String> {
    let octets = tokio::time::timeout(DEADLINE, octets(source)).await.map_err(|_| "no answer in time".to_owned())??;
    serde_json::from_slice(&octets).map_err(|why| why.to_string())
}

async fn octets(source: &KeySource) -> Result<Vec<u8>, String> {
    match source {
        KeySource::File(path) => file(path).await,
        KeySource::Url(url) => {
            let (url, host) = parsed(url)?;
            let stream = connected(&host, url.port_u16().unwrap_or(80)).await?;
            let answers = stream.peer_addr().map_err(|why| why.to_string())?;
            if !answers.ip().is_loopback() {
                return Err(format!("{host} is {answers}, which is not this machine"));
            }
            asked(stream, &url).await
        }
        KeySource::Named { url, ca } => {
            let (url, host) = parsed(url)?;
            let tls = TlsConnector::from(Arc::new(trusting(ca)?));
            let name = ServerName::try_from(host.clone()).map_err(|why| why.to_string())?;
            let stream = connected(&host, url.port_u16().unwrap_or(443)).await?;
            asked(tls.connect(name, stream).await.map_err(|why| why.to_string())?, &url).await
        }
    }
}

async fn file(path: &Path) -> Result<Vec<u8>, String> {
    let file = tokio::fs::File::open(path).await.map_err(|why| why.to_string())?;
    let mut octets = Vec::new();
    file.take(LARGEST_SET as u64 + 1).read_to_end(&mut octets).await.map_err(|why| why.to_string())?;
    if octets.len() > LARGEST_SET { Err("longer than any set of keys".to_owned()) } else { Ok(octets) }
}

fn parsed(url: &str) -> Result<(Uri, String), String> {
    let url: Uri = url.parse().map_err(|why: hyper::http::uri::InvalidUri| why.to_string())?;
    let host = url.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    Ok((url, host))
}

async fn connected(host: &str, port: u16) -> Result<TcpStream, String> {
    TcpStream::connect((host, port)).await.map_err(|why| why.to_string())
}

/// Nobody but this CA vouches for names.
fn trusting(ca: &Path) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca).map_err(|why| why.to_string())? {
        roots.add(certificate.map_err(|why| why.to_string())?).map_err(|why| why.to_string())?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(versions.map_err(|why| why.to_string())?.with_root_certificates(roots).with_no_client_auth())
}

/// One request on a connection of its own.
async fn asked(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, url: &Uri) -> Result<Vec<u8>, String> {
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|why| why.to_string())?;
    let driven = tokio::spawn(connection);
    let path = url.path_and_query().map_or("/", hyper::http::uri::PathAndQuery::as_str);
    let host = url.authority().map_or("", hyper::http::uri::Authority::as_str);
    let request = Request::get(path).header(HOST, host).body(Body::empty()).map_err(|why| why.to_string())?;
    let answer = sender.send_request(request).await.map_err(|why| why.to_string())?;
    if answer.status() != StatusCode::OK {
        return Err(format!("answered {}", answer.status()));
    }
    let body = axum::body::to_bytes(Body::new(answer.into_body()), LARGEST_SET).await;
    driven.abort();
    Ok(body.map_err(|why| why.to_string())?.to_vec())
}
