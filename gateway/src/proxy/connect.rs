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

use super::heard::{Heard, Speaks};

/// Opens connections to one backend; the address comes from the configuration, never from a request.
#[derive(Clone)]
pub(super) struct Connector {
    target: Arc<BackendTarget>,
    limit: Duration,
    name: Arc<str>,
}

/// Where one backend is.
pub(super) enum BackendTarget {
    Tcp { host: String, port: u16, speaks: Speaks },
    Tls { host: String, port: u16, name: ServerName<'static>, config: Arc<ClientConfig> },
    Unix(PathBuf),
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector").finish_non_exhaustive()
    }
}

impl Connector {
    /// To the upstream of this name.
    pub(super) fn new(name: &Arc<str>, target: BackendTarget, limit: Duration) -> Self {
        Self { target: Arc::new(target), limit, name: Arc::clone(name) }
    }
}

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<BackendStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let Self { target, limit, name } = self.clone();
        Box::pin(async move {
            let opened = tokio::time::timeout(limit, open(&target)).await;
            let (stream, speaks) = opened.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
            Ok(TokioIo::new(BackendStream { stream, heard: Heard::nothing(&name, speaks) }))
        })
    }
}

async fn open(target: &BackendTarget) -> io::Result<(Stream, Speaks)> {
    match target {
        BackendTarget::Tcp { host, port, speaks } => Ok((Stream::Tcp(tcp(host, *port).await?), *speaks)),
        BackendTarget::Tls { host, port, name, config } => {
            let tcp = tcp(host, *port).await?;
            let tls = TlsConnector::from(Arc::clone(config)).connect(name.clone(), tcp).await?;
            let agreed = tls.get_ref().1.alpn_protocol() == Some(b"h2");
            Ok((Stream::Tls(Box::new(tls)), if agreed { Speaks::Http2 } else { Speaks::Http1 }))
        }
        BackendTarget::Unix(path) => Ok((Stream::Unix(UnixStream::connect(path).await?), Speaks::Http1)),
    }
}

async fn tcp(host: &str, port: u16) -> io::Result<TcpStream> {
    let tcp = TcpStream::connect((host, port)).await?;
    tcp.set_nodelay(true)?;
    Ok(tcp)
}

/// An open connection to a backend, and what was heard on it.
pub(super) struct BackendStream {
    stream: Stream,
    heard: Heard,
}

enum Stream {
    Tcp(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    Unix(UnixStream),
}

impl BackendStream {
    /// What cannot be written has ended, too.
    fn went<T>(&self, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if matches!(written, Poll::Ready(Err(_))) {
            self.heard.ended();
        }
        written
    }
}

impl Connection for BackendStream {
    fn connected(&self) -> Connected {
        let connected = Connected::new().extra(self.heard.clone());
        match &self.stream {
            Stream::Tls(_) if self.heard.speaks() == Speaks::Http2 => connected.negotiated_h2(),
            Stream::Tls(_) | Stream::Tcp(_) | Stream::Unix(_) => connected,
        }
    }
}

macro_rules! each {
    ($self:ident, $link:ident => $call:expr) => {
        match &mut $self.get_mut().stream {
            Stream::Tcp($link) => $call,
            Stream::Tls($link) => $call,
            Stream::Unix($link) => $call,
        }
    };
}

impl AsyncRead for BackendStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let link = self.as_mut();
        let read = each!(link, link => Pin::new(link).poll_read(cx, buf));
        match (&read, &buf.filled()[before..]) {
            (Poll::Pending, _) => {}
            (Poll::Ready(Ok(())), octets @ [_, ..]) => self.heard.hears(octets),
            (Poll::Ready(Ok(()) | Err(_)), _) => self.heard.ended(),
        }
        read
    }
}

impl AsyncWrite for BackendStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.heard.asked();
        let link = self.as_mut();
        let written = each!(link, link => Pin::new(link).poll_write(cx, buf));
        self.went(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.heard.asked();
        let link = self.as_mut();
        let written = each!(link, link => Pin::new(link).poll_write_vectored(cx, bufs));
        self.went(written)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Tcp(link) => link.is_write_vectored(),
            Stream::Tls(link) => link.is_write_vectored(),
            Stream::Unix(link) => link.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let link = self.as_mut();
        let flushed = each!(link, link => Pin::new(link).poll_flush(cx));
        self.went(flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, link => Pin::new(link).poll_shutdown(cx))
    }
}
