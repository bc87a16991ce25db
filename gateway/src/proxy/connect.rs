//! How a backend is reached: TCP, TLS or a Unix socket, always within a time limit.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Opens connections to one backend; the address comes from the configuration, never from a request.
#[derive(Clone)]
pub(super) struct Connector {
    target: Arc<Target>,
    limit: Duration,
}

/// Where one backend is.
pub(super) enum Target {
    Tcp { host: String, port: u16 },
    Tls { host: String, port: u16, name: ServerName<'static>, config: Arc<ClientConfig> },
    Unix(PathBuf),
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector").finish_non_exhaustive()
    }
}

impl Connector {
    pub(super) fn new(target: Target, limit: Duration) -> Self {
        Self { target: Arc::new(target), limit }
    }
}

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<Link>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let Self { target, limit } = self.clone();
        Box::pin(async move {
            let opened = tokio::time::timeout(limit, open(&target)).await;
            opened.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?.map(TokioIo::new)
        })
    }
}

async fn open(target: &Target) -> io::Result<Link> {
    match target {
        Target::Tcp { host, port } => Ok(Link::Tcp(tcp(host, *port).await?)),
        Target::Tls { host, port, name, config } => {
            let tcp = tcp(host, *port).await?;
            let tls = TlsConnector::from(Arc::clone(config)).connect(name.clone(), tcp).await?;
            Ok(Link::Tls(Box::new(tls)))
        }
        Target::Unix(path) => Ok(Link::Unix(UnixStream::connect(path).await?)),
    }
}

async fn tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let tcp = TcpStream::connect((host, port)).await?;
    tcp.set_nodelay(true)?;
    Ok(tcp)
}

/// An open connection to a backend.
pub(super) enum Link {
    Tcp(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    Unix(UnixStream),
}

impl Connection for Link {
    fn connected(&self) -> Connected {
        match self {
            Self::Tls(tls) if tls.get_ref().1.alpn_protocol() == Some(b"h2") => Connected::new().negotiated_h2(),
            Self::Tls(_) | Self::Tcp(_) | Self::Unix(_) => Connected::new(),
        }
    }
}

macro_rules! each {
    ($self:ident, $link:ident => $call:expr) => {
        match $self.get_mut() {
            Link::Tcp($link) => $call,
            Link::Tls($link) => $call,
            Link::Unix($link) => $call,
        }
    };
}

impl AsyncRead for Link {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        each!(self, link => Pin::new(link).poll_read(cx, buf))
    }
}

impl AsyncWrite for Link {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        each!(self, link => Pin::new(link).poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each!(self, link => Pin::new(link).poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(link) => link.is_write_vectored(),
            Self::Tls(link) => link.is_write_vectored(),
            Self::Unix(link) => link.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, link => Pin::new(link).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, link => Pin::new(link).poll_shutdown(cx))
    }
}
