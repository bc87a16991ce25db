//! The desk's doors: Unix sockets of mode 0660, or loopback addresses; drained at SIGTERM.
//!
//! The private one is for gateways that verified two factors, the public one for whoever comes
//! through the help site. A path of the one is none of the other.

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

use super::apply::{self, ApplyKey, Limits};
use super::guesses::Guesses;
use super::keys::Keys;
use super::pickup::Making;
use super::pool::Pool;
use super::signing::Signing;
use super::words::HouseWords;
use super::{metrics, office, password, public};
use crate::acts::Writer;
use crate::application::Professions;
use crate::config::{AuthorityFiles, Clones};
use crate::password::Profile;
use crate::reports;

/// Two passwords and their names: nothing longer is a form of ours.
const LARGEST_BODY: usize = 16 * 1024;
/// A batch of a gateway is 256 KiB, or one long line.
const LARGEST_REPORT: usize = 4 << 20;
/// An office's application for many people, a request for a certificate.
const LARGEST_FORM: usize = 64 * 1024;

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
    pub(super) words: Arc<HouseWords>,
    pub(super) signing: Option<Signing>,
    pub(super) clones: Clones,
    pub(super) guesses: Guesses,
    /// Signs the links of applications.
    pub(super) apply_key: Option<ApplyKey>,
    pub(super) limits: Limits,
    /// The CA's own, of which the metrics tell the end.
    pub(super) files: Option<AuthorityFiles>,
    /// The 職種 that people choose from.
    pub(super) professions: Professions,
    /// Held while a ticket's code is judged.
    pub(super) presenting: Making,
    /// Held while something is made on a ticket, so that a second press waits for what the first one gets.
    pub(super) making: Making,
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
            words: Arc::default(),
            signing: None,
            clones: Clones::default(),
            guesses: Guesses::default(),
            apply_key: None,
            limits: Limits::default(),
            files: None,
            professions: Professions::default(),
            presenting: Making::default(),
            making: Making::default(),
        }
    }

    /// The same, whose pages tell people this.
    #[must_use]
    pub fn saying(mut self, words: HouseWords) -> Self {
        self.words = Arc::new(words);
        self
    }

    /// The same, which does this when a certificate seems to be on two devices.
    #[must_use]
    pub fn on_clones(mut self, policy: Clones) -> Self {
        self.clones = policy;
        self
    }

    pub(crate) fn clones(&self) -> Clones {
        self.clones
    }

    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The same, whose people have one of these 職種.
    #[must_use]
    pub fn knowing(mut self, professions: Professions) -> Self {
        self.professions = professions;
        self
    }

    /// The same, which hands out certificates.
    #[must_use]
    pub fn signing(mut self, signing: Signing) -> Self {
        self.signing = Some(signing);
        self
    }

    /// The same, which takes applications from strangers.
    #[must_use]
    pub fn applying(mut self, key: ApplyKey) -> Self {
        self.apply_key = Some(key);
        self
    }

    /// The same, whose metrics tell when these end.
    #[must_use]
    pub fn watching(mut self, files: AuthorityFiles) -> Self {
        self.files = Some(files);
        self
    }

    fn private(&self) -> Router {
        Router::new()
            .route("/healthz", get(healthz))
            .route(metrics::PATH, get(metrics::metrics))
            .route(password::PATH, post(password::change))
            .layer(DefaultBodyLimit::max(LARGEST_BODY))
            .merge(office::routes())
            .merge(reported())
            .with_state(self.clone())
    }

    fn public(&self) -> Router {
        Router::new()
            .merge(public::pickup())
            .merge(public::lost())
            .merge(apply::routes())
            .layer(DefaultBodyLimit::max(LARGEST_FORM))
            .with_state(self.clone())
    }
}

/// Of gateways: some hundred access lines at a time.
fn reported() -> Router<Desk> {
    Router::new().route(reports::PATH, post(reports::taken)).layer(DefaultBodyLimit::max(LARGEST_REPORT))
}

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
pub struct Doors {
    /// For gateways, which verified two factors.
    pub private: At,
    /// For whoever comes through the help site.
    pub public: Option<At>,
}

/// Serves until `ended`, then lets what is under way finish.
///
/// # Errors
/// A place cannot be listened on.
pub async fn serve(
    desk: Desk,
    doors: Doors,
    ended: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeRefusal> {
    let private = Listening::at(doors.private).await?;
    let public = match doors.public {
        Some(at) => Some(Listening::at(at).await?),
        None => None,
    };
    let (end, mut told) = tokio::sync::watch::channel(());
    let mut told_too = told.clone();
    tokio::spawn(async move {
        ended.await;
        drop(end);
    });
    // Whatever is said there, the end of the sender is what counts.
    let ended = async move { while told.changed().await.is_ok() {} };
    let ended_too = async move { while told_too.changed().await.is_ok() {} };
    let serve_public = async {
        match public {
            Some(public) => public.serve(desk.public(), ended_too).await,
            None => Ok(()),
        }
    };
    let (private, public) = tokio::join!(private.serve(desk.private(), ended), serve_public);
    private.and(public)
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

async fn healthz(State(desk): State<Desk>) -> Response {
    match desk.writer.ledger().version().await {
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
