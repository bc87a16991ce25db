//! Builds the gateway, listens, reloads when told to, and ends without cutting anybody off.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use access_log::{self, AccessLog};
use arc_swap::ArcSwap;
use registry::Feed;
use tokio::task::JoinSet;

use crate::budget::ConnectionLimits;
use crate::config::{Config, Limits, Mistake};
use crate::gateway::Gateway;
use crate::live::Live;
use crate::live::cancel_signal::CloseReason;
use crate::live::octets::BufferLimits;
use crate::live::{requests, strangers::StrangerLimiter};
use crate::login::{LoginServices, PasswordPool};
use crate::metrics::Metrics;
use crate::ops;
use crate::policy::Decisions;
use crate::public::AdmissionControl;
use crate::reports::{self, Reports};
use crate::rules::Rules;
use crate::session::{self, Sessions};
use crate::tls::TlsMinimum;
use crate::{accept, deliver, ending, revocation};

/// Octets of access lines that may wait for the disk: some 40,000 lines.
const LOG_WAITING: usize = 16 << 20;
/// How long connections that were cut at the very end may take to leave their lines.
const LAST_LINES: Duration = Duration::from_secs(1);
/// How long the desk is waited for at the very end.
const LAST_REPORTS: Duration = Duration::from_secs(1);
/// How long listening waits for the first snapshot and the first heartbeat; what is silent for longer is told in pages.
const FIRST_WORD: Duration = Duration::from_secs(5);

/// A gateway that listens.
#[derive(Debug)]
pub struct Running {
    gateway: Arc<Gateway>,
    accepting: JoinSet<()>,
    tasks: JoinSet<()>,
    addresses: Vec<std::net::SocketAddr>,
    path: Option<PathBuf>,
}

/// Why a gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartRefusal {
    /// The configuration, or a file it names, is wrong.
    #[error("the configuration has {} mistake(s)", .0.len())]
    Mistakes(Vec<String>),
    /// The registry's address is of no use.
    #[error("registry: {0}")]
    Registry(#[from] registry::RegistryRefusal),
    /// The session store's address is of no use.
    #[error("sessions: {0}")]
    Sessions(#[from] session::SessionsRefusal),
    /// The access log cannot be opened or continued.
    #[error("access log: {0}")]
    Log(#[from] access_log::LogRefusal),
    /// The machine has no randomness.
    #[error(transparent)]
    Randomness(#[from] session::NoRandomness),
    /// A listening address is taken, or not ours.
    #[error("{address}: {error}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system says.
        error: std::io::Error,
    },
}

impl Running {
    /// Starts by the configuration at `path`.
    ///
    /// # Errors
    /// [`StartRefusal`]; nothing runs then.
    pub async fn start(path: &Path) -> Result<Self, StartRefusal> {
        let rules = Rules::read(path).map_err(StartRefusal::Mistakes)?;
        let mut running = Self::by(rules).await?;
        running.path = Some(path.to_owned());
        Ok(running)
    }

    /// Starts by `config`.
    ///
    /// # Errors
    /// [`StartRefusal`].
    pub async fn with(config: Config) -> Result<Self, StartRefusal> {
        let told = |mistakes: Vec<Mistake>| mistakes.iter().map(ToString::to_string).collect();
        Self::by(Rules::load(config).map_err(|mistakes| StartRefusal::Mistakes(told(mistakes)))?).await
    }

    async fn by(rules: Rules) -> Result<Self, StartRefusal> {
        if let TlsMinimum::Tls12 { reason } = &rules.config.tls {
            tracing::warn!(reason, "TLS 1.2 is allowed by exception");
        }
        let config = &rules.config;
        let mut listeners = Vec::new();
        let mut addresses = Vec::new();
        for address in config.sites.iter().map(|site| site.listen).chain([config.ops]) {
            let refused = |error| StartRefusal::Listen { address, error };
            let listener = accept::bind(address).map_err(refused)?;
            addresses.push(listener.local_addr().map_err(refused)?);
            listeners.push(listener);
        }
        let gateway = Arc::new(build(rules).await?);
        let mut tasks = JoinSet::new();
        revocation::session_ends::ended_with_the_last(&gateway);
        tasks.spawn(revocation::guard(Arc::clone(&gateway)));
        tasks.spawn(ending::each_hour(Arc::clone(&gateway)));
        if gateway.rules.load().config.reports.is_some() {
            tasks.spawn(deliver::run(Arc::clone(&gateway)));
        }
        if let Some(listener) = listeners.pop() {
            tasks.spawn(ops::serve(listener, Arc::clone(&gateway)));
        }
        if tokio::time::timeout(FIRST_WORD, knowing(&gateway)).await.is_err() {
            tracing::warn!("listening, though the registry or the session store has not answered yet");
        }
        let mut accepting = JoinSet::new();
        for (site, listener) in listeners.into_iter().enumerate() {
            accepting.spawn(accept::accept(listener, site, Arc::clone(&gateway)));
        }
        Ok(Self { gateway, accepting, tasks, addresses, path: None })
    }

    /// Where it listens: the sites in their order, then operations.
    #[must_use]
    pub fn addresses(&self) -> &[std::net::SocketAddr] {
        &self.addresses
    }

    /// Its state, to look at.
    #[must_use]
    pub fn state(&self) -> &Arc<Gateway> {
        &self.gateway
    }

    /// Reads the configuration and all files again.
    ///
    /// # Errors
    /// Every mistake; the old ones stay in force then.
    pub fn reload(&self) -> Result<(), Vec<String>> {
        let Some(path) = &self.path else { return Ok(()) };
        let rules = Rules::read(path)?;
        let fixed = needs_restart(&self.gateway.rules.load().config, &rules.config);
        if fixed.is_empty() {
            self.adopt(rules);
            return Ok(());
        }
        Err(fixed.iter().map(|mistake| format!("{}: {mistake}", path.display())).collect())
    }

    /// As [`Self::reload`], by `config`.
    ///
    /// # Errors
    /// As [`Self::reload`].
    pub fn reload_with(&self, config: Config) -> Result<(), Vec<Mistake>> {
        let old = self.gateway.rules.load_full();
        let fixed = needs_restart(&old.config, &config);
        if !fixed.is_empty() {
            return Err(fixed);
        }
        self.adopt(Rules::load(config)?);
        Ok(())
    }

    fn adopt(&self, rules: Rules) {
        let rules = Arc::new(rules);
        let old = self.gateway.rules.load_full();
        let trust_changed = rules.trust_mark != old.trust_mark;
        self.gateway.live.bound(bounds(&rules.config.limits), octets(&rules.config.limits));
        self.gateway.live.requests.bound(request_limits(&rules.config.limits));
        self.gateway.rules.store(rules);
        if trust_changed {
            revocation::trust_changed(&self.gateway);
        }
        revocation::rules_changed(&self.gateway);
        self.gateway.log.reopen();
    }

    /// Takes no more connections, lets what runs be answered, then ends.
    pub async fn stop(mut self) {
        self.accepting.shutdown().await;
        let patience = self.gateway.rules.load().config.limits.drain;
        self.gateway.live.each(|connection| {
            connection.drain.cancel(CloseReason::Stopping);
            if connection.peer().is_none() {
                // A handshake has nothing to be answered.
                connection.cut(CloseReason::Stopping);
            }
        });
        if tokio::time::timeout(patience, all_gone(&self.gateway)).await.is_err() {
            tracing::warn!(left = self.gateway.live.count(), "shutting down: the connections still open are closed");
            revocation::end_all(&self.gateway);
            // Their lines are still to be written.
            let _ = tokio::time::timeout(LAST_LINES, all_gone(&self.gateway)).await;
        }
        revocation::session_ends::end_with_us(&self.gateway).await;
        self.gateway.sessions.settle().await;
        if let Err(error) = self.gateway.log.close().await {
            tracing::error!(%error, "the end of the access log is not on disk");
        }
        // The desk asks the operations listener for the keys that sign reports.
        let told = tokio::time::timeout(LAST_REPORTS, deliver::finish(&self.gateway)).await;
        if told.is_err() {
            tracing::warn!(
                reports = self.gateway.reports.stats().spooled,
                "shutting down: unsent reports are lost, the desk does not answer"
            );
        }
        self.tasks.shutdown().await;
    }
}

/// Nobody is connected, and no act is under way: one may outlive the connection that began it.
async fn all_gone(gateway: &Gateway) {
    while gateway.live.count() > 0 || gateway.acts.count() > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Until it is known who may come in: the first snapshot of the registry, the first heartbeat of the session store.
async fn knowing(gateway: &Gateway) {
    let mut snapshot = gateway.feed.changed();
    while gateway.feed.newest().is_none() {
        let _ = tokio::time::timeout(Duration::from_millis(100), snapshot.changed()).await;
    }
    while gateway.sessions.ready().is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn bounds(limits: &Limits) -> ConnectionLimits {
    ConnectionLimits {
        connections: limits.connections,
        per_source: limits.connections_per_source,
        per_device: limits.connections_per_device,
        handshakes: limits.handshakes,
        handshakes_per_source: limits.handshakes_per_source,
        crowded: u64::try_from(limits.handshake_crowded.as_millis()).unwrap_or(u64::MAX),
    }
}

fn octets(limits: &Limits) -> BufferLimits {
    BufferLimits { whole: limits.octets, party: limits.octets_per_device, connection: limits.octets_per_connection }
}

fn request_limits(limits: &Limits) -> requests::RequestLimits {
    requests::RequestLimits {
        per_device: limits.requests_per_device,
        per_id: limits.requests_per_id,
        whole: limits.requests,
        cancelled: limits.cancelled,
        cancelled_per_device: limits.cancelled_per_device,
    }
}

/// What may refuse comes before what leaves a thread behind: a start that is refused ends in order.
async fn build(rules: Rules) -> Result<Gateway, StartRefusal> {
    let config = &rules.config;
    let live = Live::new(bounds(&config.limits), octets(&config.limits));
    live.requests.bound(request_limits(&config.limits));
    let bounds = config.reports.as_ref();
    let bounds =
        bounds.map(|reports| reports::SpoolLimits { entries: reports.spool_entries, bytes: reports.spool_bytes });
    let reports = Arc::new(Reports::new(bounds)?);
    // One core is left to those who are in: somebody who logs in without end slows nobody but those who log in.
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let passwords = PasswordPool::new(cores.saturating_sub(1).max(1))?;
    let sessions = Sessions::follow(&config.sessions.store())?;
    let log = access_log::Settings {
        file: config.log.file.clone(),
        checkpoints: config.log.checkpoints.clone(),
        key_pem_path: config.log.key.clone(),
        rotate_bytes: config.log.rotate_bytes,
        gateway_name: config.name.clone(),
        max_waiting_bytes: LOG_WAITING,
        reserve_bytes: config.log.reserve_bytes,
    };
    let log = AccessLog::heard_by(log, Arc::<Reports>::clone(&reports))?;
    let feed = match Feed::follow(&config.registry.url, &config.registry.state, rules.journal_key.clone()) {
        Ok(feed) => feed,
        Err(refused) => {
            if let Err(error) = log.close().await {
                tracing::error!(%error, "the end of the access log is not on disk");
            }
            return Err(refused.into());
        }
    };
    Ok(Gateway {
        login: LoginServices { sessions: sessions.clone(), passwords },
        sessions,
        feed,
        live,
        log,
        metrics: Metrics::default(),
        decisions: Decisions::default(),
        acts: Arc::default(),
        public: AdmissionControl::default(),
        strangers: StrangerLimiter::default(),
        refusal_rate: Mutex::default(),
        reports,
        rules: ArcSwap::from_pointee(rules),
    })
}

/// What cannot change under open connections.
fn needs_restart(old: &Config, new: &Config) -> Vec<Mistake> {
    let mut fixed = Vec::new();
    let mut tell = |place: &str| {
        let words = "cannot change without a restart; the old configuration stays in force".to_owned();
        fixed.push(Mistake { place: place.to_owned(), words });
    };
    let same_sites = old.sites.len() == new.sites.len()
        && old.sites.iter().zip(&new.sites).all(|(old, new)| old.name == new.name && old.listen == new.listen);
    if !same_sites {
        tell("site");
    }
    if old.ops != new.ops {
        tell("ops.listen");
    }
    if old.name != new.name {
        tell("name");
    }
    let registry = |config: &Config| {
        (config.registry.url.clone(), config.registry.state.clone(), config.registry.journal_key.clone())
    };
    if registry(old) != registry(new) {
        tell("registry");
    }
    if old.sessions.url != new.sessions.url {
        tell("sessions.url");
    }
    if old.sessions.per_device != new.sessions.per_device {
        tell("sessions.per_device");
    }
    let bounds = |config: &Config| config.reports.as_ref().map(|it| (it.spool_entries, it.spool_bytes));
    if bounds(old) != bounds(new) {
        tell("reports");
    }
    let log = |config: &Config| (config.log.file.clone(), config.log.checkpoints.clone(), config.log.reserve_bytes);
    if log(old) != log(new) {
        tell("log");
    }
    fixed
}
