//! The desk's doors: Unix sockets of mode 0660, or loopback addresses; drained at SIGTERM.
//!
//! The private one is for gateways that verified two factors, the public one for whoever comes
//! through the help site.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, UnixListener, UnixStream};

use super::router;
use super::state::Desk;
use crate::search::Search;

/// What can be found is as old as this at most when somebody looks, who then reads the rest.
const FOLLOWED_EVERY: Duration = Duration::from_secs(2);

/// Where the desk listens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum At {
    /// A Unix socket.
    Socket(PathBuf),
    /// An address of this machine alone.
    Loopback(SocketAddr),
}

/// Where the desk listens, and for whom.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listeners {
    /// For gateways, which verified two factors.
    pub private: At,
    /// For whoever comes through the help site.
    pub public: Option<At>,
}

/// Serves, with these pages for operators, until `ended`, then lets what is under way finish.
///
/// # Errors
/// A place cannot be listened on.
pub async fn serve(
    desk: Desk,
    console: Router<Desk>,
    listeners: Listeners,
    ended: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeRefusal> {
    let private = Listening::at(listeners.private).await?;
    let public = match listeners.public {
        Some(at) => Some(Listening::at(at).await?),
        None => None,
    };
    let (end, mut told) = tokio::sync::watch::channel(());
    let (mut told_too, told_search) = (told.clone(), told.clone());
    tokio::spawn(keep_found(desk.search().clone(), told_search));
    tokio::spawn(async move {
        ended.await;
        drop(end);
    });
    // Whatever is said there, the end of the sender is what counts.
    let ended = async move { while told.changed().await.is_ok() {} };
    let ended_too = async move { while told_too.changed().await.is_ok() {} };
    let serve_public = async {
        match public {
            Some(public) => public.serve(router::public(&desk), ended_too).await,
            None => Ok(()),
        }
    };
    let (private, public) = tokio::join!(private.serve(router::private(&desk, console), ended), serve_public);
    private.and(public)
}

/// Reads what can be found before the first one looks, and follows what changes: of a large house it takes a moment.
async fn keep_found(search: Search, mut ended: tokio::sync::watch::Receiver<()>) {
    loop {
        if let Err(why) = search.ready().await {
            tracing::warn!(%why, "what can be found was not read");
        }
        // Nothing is ever said there: it ends with the desk.
        if tokio::time::timeout(FOLLOWED_EVERY, ended.changed()).await.is_ok() {
            return;
        }
    }
}

/// A door that is open already: whoever connects waits for an answer.
enum Listening {
    Socket(PathBuf, UnixListener),
    Loopback(SocketAddr, TcpListener),
}

impl Listening {
    async fn at(at: At) -> Result<Self, ServeRefusal> {
        match at {
            At::Socket(path) => {
                let listener = bind(&path).await?;
                tracing::info!(socket = %path.display(), "the desk is listening");
                Ok(Self::Socket(path, listener))
            }
            At::Loopback(address) => {
                if !address.ip().is_loopback() {
                    return Err(ServeRefusal::NotLoopback(address));
                }
                let bound = TcpListener::bind(address).await;
                let listener = bound.map_err(|why| ServeRefusal::Listen(address.to_string(), why))?;
                tracing::info!(%address, "the desk is listening");
                Ok(Self::Loopback(address, listener))
            }
        }
    }

    async fn serve(self, router: Router, ended: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeRefusal> {
        match self {
            Self::Socket(path, listener) => {
                let served = axum::serve(listener, router).with_graceful_shutdown(ended).await;
                // Whoever comes next need not wonder whether somebody still listens there.
                let _ = std::fs::remove_file(&path);
                served.map_err(|why| ServeRefusal::Listen(path.display().to_string(), why))
            }
            Self::Loopback(address, listener) => {
                let served = axum::serve(listener, router).with_graceful_shutdown(ended).await;
                served.map_err(|why| ServeRefusal::Listen(address.to_string(), why))
            }
        }
    }
}

async fn bind(path: &Path) -> Result<UnixListener, ServeRefusal> {
    let failed = |why| ServeRefusal::Listen(path.display().to_string(), why);
    if let Ok(there) = path.symlink_metadata() {
        if !there.file_type().is_socket() {
            return Err(ServeRefusal::NotASocket(path.to_owned()));
        }
        if UnixStream::connect(path).await.is_ok() {
            return Err(ServeRefusal::Taken(path.to_owned()));
        }
        std::fs::remove_file(path).map_err(failed)?;
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    // The gateway's group may connect; until here the umask let nobody else in.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660)).map_err(failed)?;
    Ok(listener)
}

/// Why the desk does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeRefusal {
    /// The system says no.
    #[error("cannot listen on {0}: {1}")]
    Listen(String, io::Error),
    /// Something else is there.
    #[error("{} is there and is no socket", .0.display())]
    NotASocket(PathBuf),
    /// Reachable from elsewhere.
    #[error("{0} is not a loopback address; the public reaches the desk only through the gateway")]
    NotLoopback(SocketAddr),
    /// A desk is open there.
    #[error("another desk listens on {}", .0.display())]
    Taken(PathBuf),
}
