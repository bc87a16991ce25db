//! The desk's door: a Unix socket of mode 0660, or a loopback address; drained at SIGTERM.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use tokio::net::{TcpListener, UnixListener, UnixStream};

use super::keys::Keys;
use super::password;
use super::pool::Pool;
use crate::password::Profile;
use crate::writer::Writer;

/// Two passwords and their names: nothing longer is a form of ours.
const LARGEST_BODY: usize = 16 * 1024;

/// What the desk's answers rest on.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(super) writer: Writer,
    pub(super) keys: Arc<Keys>,
    pub(super) issuer: String,
    pub(super) audience: String,
    pub(super) profile: Profile,
    pub(super) blocklist: Vec<String>,
    pub(super) pool: Pool,
}

impl Desk {
    /// A desk that believes these assertions and asks this of passwords.
    #[must_use]
    pub fn new(writer: Writer, settings: crate::config::Desk, (profile, blocklist): (Profile, Vec<String>)) -> Self {
        Self {
            writer,
            keys: Arc::new(Keys::at(settings.keys)),
            issuer: settings.issuer,
            audience: settings.audience,
            profile,
            blocklist,
            pool: Pool::new(),
        }
    }

    fn router(self) -> Router {
        Router::new()
            .route("/healthz", get(healthz))
            .route(password::PATH, post(password::change))
            .layer(DefaultBodyLimit::max(LARGEST_BODY))
            .with_state(self)
    }
}

/// Where the desk listens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum At {
    /// A Unix socket.
    Socket(PathBuf),
    /// An address of this machine alone.
    Loopback(SocketAddr),
}

/// Serves until `ended`, then lets what is under way finish.
///
/// # Errors
/// The place cannot be listened on.
pub async fn serve(desk: Desk, at: At, ended: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeRefusal> {
    let router = desk.router();
    match at {
        At::Socket(path) => {
            let listener = bind(&path).await?;
            tracing::info!(socket = %path.display(), "the desk is open");
            let served = axum::serve(listener, router).with_graceful_shutdown(ended).await;
            // Whoever comes next need not wonder whether somebody still listens there.
            let _ = std::fs::remove_file(&path);
            served.map_err(|why| ServeRefusal::Listen(path.display().to_string(), why))
        }
        At::Loopback(address) => {
            if !address.ip().is_loopback() {
                return Err(ServeRefusal::NotLoopback(address));
            }
            let failed = |why| ServeRefusal::Listen(address.to_string(), why);
            let listener = TcpListener::bind(address).await.map_err(failed)?;
            tracing::info!(%address, "the desk is open");
            axum::serve(listener, router).with_graceful_shutdown(ended).await.map_err(failed)
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

async fn healthz(State(desk): State<Desk>) -> Response {
    match desk.writer.version().await {
        Ok(version) => axum::Json(json!({ "version": version })).into_response(),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, axum::Json(json!({ "refused": "registry_unavailable" }))).into_response()
        }
    }
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
