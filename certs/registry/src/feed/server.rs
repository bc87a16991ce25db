//! When is a server asked?
//!
//! Every 250 ms, which is the truth; and at once when it notifies, which is a hint. Notifications
//! come on a connection of their own, since one that was cut off in silence can only be told by
//! asking: when the truth has been silent, the listener is made anew along with it.

use std::time::{Duration, Instant};

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::feed::follow::Shared;
use crate::feed::step::Follower;

/// The truth, this often.
const EVERY: Duration = Duration::from_millis(250);

/// After refusals the server is called less and less often, but never later than this.
const SELDOM: Duration = Duration::from_secs(1);

/// The channel on which a writer notifies after each change.
const CHANNEL: &str = "registry";

/// Follows until the feed is gone.
pub(super) async fn follow(mut follower: Follower, options: PgConnectOptions, shared: &Shared) {
    // One place: a second hint before the first was looked at says nothing new.
    let (hint, mut hints) = mpsc::channel(1);
    let mut listener: Option<Listener> = None;
    let mut pause = EVERY;
    loop {
        match shared.note(Instant::now(), follower.check().await) {
            Ok(()) => {
                pause = EVERY;
                listener.get_or_insert_with(|| Listener::start(options.clone(), hint.clone()));
            }
            Err(()) => {
                pause = (pause * 2).min(SELDOM);
                listener = None;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            Some(()) = hints.recv() => {}
            () = shared.gone() => return,
        }
    }
}

/// Listens until it is dropped.
struct Listener(JoinHandle<()>);

impl Listener {
    fn start(options: PgConnectOptions, hint: mpsc::Sender<()>) -> Self {
        Self(tokio::spawn(async move {
            loop {
                if let Err(error) = listen(options.clone(), &hint).await {
                    tracing::debug!(%error, "not listening for changes of the registry; it is still asked for them");
                }
                tokio::time::sleep(SELDOM).await;
            }
        }))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn listen(options: PgConnectOptions, hint: &mpsc::Sender<()>) -> Result<(), sqlx::Error> {
    let options = options.application_name("sekisho-listener").disable_statement_logging();
    let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None).connect_lazy_with(options);
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // A lost connection comes as `None`: what was missed meanwhile is asked for, too.
        listener.try_recv().await?;
        let _already_hinted = hint.try_send(());
    }
}
