//! HTTP/1.1 and HTTP/2 (by prior knowledge, or by ALPN under TLS) on TCP or a Unix socket, until told to stop.

use std::{io, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, UnixListener, UnixStream},
    sync::watch,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use crate::Address;

/// After the word to stop, what still runs has this long.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// A full table of file descriptors is no reason to end, nor to spin.
const BREATH: Duration = Duration::from_millis(50);
/// The gateway passes up to 100 fields on and adds its own.
const MOST_HEADERS: usize = 200;

/// A bound place to listen.
#[derive(Debug)]
pub enum Listener {
    /// On an IP address.
    Tcp(TcpListener),
    /// On a socket file.
    Unix(UnixListener),
}

impl Listener {
    /// Binds. The file of a socket that nobody serves any more is replaced; one that is served is not.
    ///
    /// # Errors
    /// The operating system's.
    pub async fn bind(address: &Address) -> io::Result<Self> {
        match address {
            Address::Tcp(address) => TcpListener::bind(address).await.map(Self::Tcp),
            Address::Unix(path) => {
                let left_over = UnixStream::connect(path).await;
                if left_over.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
                    std::fs::remove_file(path)?;
                }
                UnixListener::bind(path).map(Self::Unix)
            }
        }
    }

    /// Where it listens: the port that was taken for port 0.
    ///
    /// # Errors
    /// The operating system's.
    pub fn address(&self) -> io::Result<Address> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(Address::Tcp),
            Self::Unix(listener) => {
                let address = listener.local_addr()?;
                Ok(Address::Unix(address.as_pathname().map(Into::into).unwrap_or_default()))
            }
        }
    }

    async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            Self::Unix(listener) => listener.accept().await.map(|(stream, _)| Box::new(stream) as Box<dyn Stream>),
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Serves until `stop` resolves, then lets running requests finish, but not for long. A failed `accept` is logged.
pub async fn serve(listener: Listener, router: Router, tls: Option<TlsAcceptor>, stop: impl Future<Output = ()>) {
    let (stopping, told) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(stream) => {
                    connections.spawn(connection(stream, router.clone(), tls.clone(), told.clone()));
                }
                Err(error) => {
                    tracing::warn!("accept: {error}");
                    tokio::time::sleep(BREATH).await;
                }
            },
            Some(_ended) = connections.join_next() => {}
            () = &mut stop => break,
        }
    }
    drop((listener, stopping));
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_WORDS, all_ended).await.is_err() {
        tracing::warn!("stopped with requests still running after {} s", LAST_WORDS.as_secs());
    }
}

async fn connection(stream: Box<dyn Stream>, router: Router, tls: Option<TlsAcceptor>, mut told: watch::Receiver<()>) {
    let stream: Box<dyn Stream> = match tls {
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => Box::new(stream),
            Err(error) => return tracing::debug!("handshake: {error}"),
        },
        None => stream,
    };
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().max_headers(MOST_HEADERS);
    let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        // The sender is gone: time to stop.
        Err(_) = told.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("connection: {error}");
    }
}
