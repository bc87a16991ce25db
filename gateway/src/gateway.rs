//! What every request finds when it comes in: the rules, the registry, the sessions, the log.

use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime};

use access_log::AccessLog;
use arc_swap::ArcSwap;
use certs::Timestamp;
use registry::{Feed, Snapshot};

use crate::budget::RefusalRate;
use crate::live::Live;
use crate::live::strangers::StrangerLimiter;
use crate::login::{Acts, LoginServices};
use crate::metrics::Metrics;
use crate::policy::Decisions;
use crate::proxy::AssertionCache;
use crate::public::AdmissionControl;
use crate::refusal::Refusal;
use crate::reports::Reports;
use crate::rules::Rules;
use crate::session::{Lasting, Sessions};

/// One gateway.
#[derive(Debug)]
#[allow(missing_docs, reason = "each field is the room of that name")]
pub struct Gateway {
    pub rules: ArcSwap<Rules>,
    pub feed: Arc<Feed>,
    pub sessions: Sessions,
    pub live: Arc<Live>,
    pub log: AccessLog,
    pub metrics: Metrics,
    pub decisions: Decisions<AssertionCache>,
    pub login: LoginServices,
    pub acts: Arc<Acts>,
    pub public: AdmissionControl,
    pub strangers: StrangerLimiter,
    pub reports: Arc<Reports>,
    pub refusal_rate: Mutex<RefusalRate>,
}

/// The moment of a request: read once, so that it cannot change half-way.
#[must_use]
pub fn now() -> Timestamp {
    let seconds = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs());
    Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}

impl Gateway {
    /// The registry as it was last read, unless it has been silent for longer than it may.
    ///
    /// # Errors
    /// [`Self::silence`].
    pub fn registry(&self, rules: &Rules) -> Result<Arc<Snapshot>, Refusal> {
        let snapshot = self.feed.newest().ok_or_else(|| self.silence())?;
        if self.feed.silent_for(Instant::now()) > rules.config.registry.max_age {
            return Err(self.silence());
        }
        Ok(snapshot)
    }

    /// The name of the registry's silence: it cannot be read, or it is another history.
    #[must_use]
    pub fn silence(&self) -> Refusal {
        if self.feed.is_forked() { Refusal::RegistryForked } else { Refusal::RegistryStale }
    }
}

impl Rules {
    /// How long sessions last.
    #[must_use]
    pub fn lasting(&self) -> Lasting {
        let seconds = |duration: std::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Lasting { idle: seconds(self.config.sessions.idle), absolute: seconds(self.config.sessions.absolute) }
    }
}

impl Rules {
    /// Whether a route of this site sends the client's certificate on.
    #[must_use]
    pub fn sends_certificates(&self, site: usize) -> bool {
        let service = self.sites[site].service.as_ref();
        service.is_some_and(|service| service.routes.routes().iter().any(crate::policy::route::Route::client_cert))
    }
}
