//! What operations watch (gateway/README.md#metrics). Every label comes from a short list of ours, none from a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use access_log::{Outcome, TlsFacts};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use rustls::HandshakeKind;

use crate::budget::{Bound, Evicted, Folded, Party};
use crate::live::cancel_signal::CloseReason;

/// All counters of one gateway.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<OfRequest, Counter>,
    request_seconds: Histogram,
    upstream_seconds: Histogram,
    handshakes: Family<OfHandshake, Counter>,
    resumed: Counter,
    rejected: Counter,
    concurrent: Counter,
    cuts: Family<OfCut, Counter>,
    cut_seconds: Histogram,
    budget_refused: Family<OfBudget, Counter>,
    honest_refused: Counter,
    folded: Family<OfFolded, Counter>,
    /// Both of the family of lookups; asked for at every request, so they are looked up once.
    from_copies: Counter,
    from_store: Counter,
    judged: Counter,
    stripped: Counter,
    log_failures: Counter,
    at_rest: AtRest,
}

/// Figures that are read when somebody asks.
#[derive(Debug, Default)]
struct AtRest {
    connections: Gauge,
    version: Gauge,
    age: Gauge<f64, AtomicU64>,
    unsaved: Gauge,
    forked: Gauge,
    devices: Family<OfDevices, Gauge>,
    copies: Gauge,
    upstream_requests: Family<OfUpstream, Gauge>,
    stores: Family<OfStore, Gauge>,
    forgotten: Counter,
    octets: Gauge,
    own_certificates: Family<OfCertificate, Gauge>,
    reports: Family<OfReports, Counter>,
    spooled: Gauge,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfRequest {
    site: Arc<str>,
    outcome: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfHandshake {
    version: &'static str,
    group: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfCut {
    reason: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfBudget {
    party: &'static str,
    bound: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfFolded {
    what: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfLookup {
    from: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfUpstream {
    upstream: Arc<str>,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfReports {
    outcome: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfDevices {
    state: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfStore {
    store: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct OfCertificate {
    name: Arc<str>,
}

const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("gateway");
        let lookups = Family::<OfLookup, Counter>::default();
        // A statement each: what is looked up holds the family's lock to the end of its statement.
        let from_copies = lookups.get_or_create(&OfLookup { from: "copies" }).clone();
        let from_store = lookups.get_or_create(&OfLookup { from: "store" }).clone();
        let seconds = || Histogram::new(SECONDS);
        let metrics = Self {
            requests: Family::default(),
            request_seconds: seconds(),
            upstream_seconds: seconds(),
            handshakes: Family::default(),
            resumed: Counter::default(),
            rejected: Counter::default(),
            concurrent: Counter::default(),
            cuts: Family::default(),
            cut_seconds: seconds(),
            budget_refused: Family::default(),
            honest_refused: Counter::default(),
            folded: Family::default(),
            from_copies,
            from_store,
            judged: Counter::default(),
            stripped: Counter::default(),
            log_failures: Counter::default(),
            at_rest: AtRest::default(),
            registry: Registry::default(),
        };
        registry.register("requests", "Requests answered", metrics.requests.clone());
        registry.register("request_duration_seconds", "Until the head of the answer", metrics.request_seconds.clone());
        registry.register("upstream_duration_seconds", "The backend's share of it", metrics.upstream_seconds.clone());
        registry.register("handshakes", "TLS handshakes", metrics.handshakes.clone());
        registry.register("handshakes_resumed", "Resumed ones; stays at 0", metrics.resumed.clone());
        registry.register("connections_rejected", "Connections over a bound", metrics.rejected.clone());
        registry.register(
            "turned_away",
            "As connections_rejected; gone with the next release",
            metrics.rejected.clone(),
        );
        registry.register("id_concurrent_use", "Logins of an ID in use elsewhere", metrics.concurrent.clone());
        registry.register("cut_connections", "Connections and requests ended from outside", metrics.cuts.clone());
        registry.register("cut_seconds", "From a change seen to the cut", metrics.cut_seconds.clone());
        let refused = metrics.budget_refused.clone();
        registry.register("budget_refused", "Refused or ended because a party was over its bound", refused);
        let honest = metrics.honest_refused.clone();
        registry.register("honest_refused", "Refused by a bound of the whole; stays at 0", honest);
        registry.register("folded", "Lines and reports that became a count", metrics.folded.clone());
        registry.register("session_lookups", "Where sessions were found", lookups);
        registry.register("judged_again", "Questions asked anew after changes", metrics.judged.clone());
        registry.register("stripped_headers", "Reserved headers dropped", metrics.stripped.clone());
        registry.register("log_failures", "Times the access log could not be written", metrics.log_failures.clone());
        let at_rest = &metrics.at_rest;
        registry.register("connections", "Open connections", at_rest.connections.clone());
        registry.register("registry_version", "The registry's version in force", at_rest.version.clone());
        registry.register("registry_age_seconds", "Since the last successful check", at_rest.age.clone());
        registry.register(
            "registry_state_unsaved",
            "1 while the version applied is not kept over restarts",
            at_rest.unsaved.clone(),
        );
        let unsaved = at_rest.unsaved.clone();
        registry.register("registry_unkept", "As registry_state_unsaved; gone with the next release", unsaved);
        registry.register(
            "registry_forked",
            "1 while the registry is of another history than the one applied",
            at_rest.forked.clone(),
        );
        registry.register("devices", "Devices", at_rest.devices.clone());
        registry.register("reports", "Reports to the desk", at_rest.reports.clone());
        registry.register("reports_spooled", "Reports that wait for the desk", at_rest.spooled.clone());
        registry.register("upstream_requests", "Requests in flight", at_rest.upstream_requests.clone());
        registry.register("store_state", "1 while a store is the truth, 0 while it is silent", at_rest.stores.clone());
        let forgotten = at_rest.forgotten.clone();
        registry.register("sessions_forgotten", "Times all sessions were lost with the store's memory", forgotten);
        registry.register("buffered_octets", "Of bodies in memory, either way", at_rest.octets.clone());
        let own = at_rest.own_certificates.clone();
        registry.register("own_certificate_days_left", "Until the certificate of a site ends", own);
        registry.register("session_copies", "Sessions held here", at_rest.copies.clone());
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// A request was answered, or its answer begun.
    pub fn request(&self, site: &Arc<str>, outcome: Outcome, reason: &'static str, begun: Instant) {
        let label = OfRequest { site: Arc::clone(site), outcome: outcome.as_str(), reason };
        self.requests.get_or_create(&label).inc();
        self.request_seconds.observe(begun.elapsed().as_secs_f64());
    }

    /// The counter of a site's requests that passed.
    #[must_use]
    pub fn of_site(&self, site: &Arc<str>) -> Counter {
        let label = OfRequest { site: Arc::clone(site), outcome: Outcome::Passed.as_str(), reason: "ok" };
        self.requests.get_or_create(&label).clone()
    }

    /// A request passed, which this counter of its site counts.
    pub fn passed(&self, site: &Counter, begun: Instant) {
        site.inc();
        self.request_seconds.observe(begun.elapsed().as_secs_f64());
    }

    /// A backend answered.
    pub fn upstream_took(&self, took: Duration) {
        self.upstream_seconds.observe(took.as_secs_f64());
    }

    /// A handshake was finished.
    pub fn handshake(&self, facts: TlsFacts, kind: Option<HandshakeKind>) {
        let label = OfHandshake { version: facts.version, group: facts.group, outcome: "done" };
        self.handshakes.get_or_create(&label).inc();
        if kind == Some(HandshakeKind::Resumed) {
            self.resumed.inc();
        }
    }

    /// A handshake was not.
    pub fn handshake_failed(&self, outcome: &'static str) {
        self.handshakes.get_or_create(&OfHandshake { version: "", group: "", outcome }).inc();
    }

    /// A connection was over a bound.
    pub fn connection_rejected(&self) {
        self.rejected.inc();
    }

    /// An ID logged in that was in use on another device.
    pub fn used_concurrently(&self) {
        self.concurrent.inc();
    }

    /// Something was ended from outside, so long after the change was seen.
    pub fn cut(&self, why: CloseReason, after: Duration) {
        self.cuts.get_or_create(&OfCut { reason: why.as_str() }).inc();
        self.cut_seconds.observe(after.as_secs_f64());
    }

    /// These gave way to others.
    pub fn gave_way(&self, gone: &[Evicted]) {
        for Evicted { party, bound, .. } in gone {
            self.budget_refused(*party, *bound);
            self.cut(CloseReason::Budget, Duration::ZERO);
        }
    }

    /// A party was over one of its bounds, and was refused or ended.
    pub fn budget_refused(&self, party: Party, bound: Bound) {
        self.budget_refused.get_or_create(&OfBudget { party: party.as_str(), bound: bound.as_str() }).inc();
    }

    /// Somebody within their bounds was refused, since the whole had no room left that another could give.
    pub fn honest_refused(&self) {
        self.honest_refused.inc();
    }

    /// So many questions were asked anew after a change: of what runs, each once.
    pub fn judged(&self, questions: u64) {
        self.judged.inc_by(questions);
    }

    /// A session was found in the local copies.
    pub fn session_from_copies(&self) {
        self.from_copies.inc();
    }

    /// A session had to be asked for.
    pub fn session_from_store(&self) {
        self.from_store.inc();
    }

    /// Reserved headers were dropped.
    pub fn stripped(&self, count: usize) {
        if count > 0 {
            self.stripped.inc_by(count as u64);
        }
    }

    /// The text that a scraper reads (OpenMetrics), with the figures of now.
    #[must_use]
    pub fn text(&self, figures: &Figures) -> String {
        let at_rest = &self.at_rest;
        at_rest.connections.set(gauge(figures.connections));
        at_rest.unsaved.set(i64::from(figures.registry_state_unsaved));
        at_rest.forked.set(i64::from(figures.registry_forked));
        at_rest.age.set(figures.registry_age.as_secs_f64());
        self.log_failures.inner().store(figures.log_failures, Ordering::Relaxed);
        for (what, count) in [(Folded::Lines, figures.folded_lines), (Folded::Reports, figures.folded_reports)] {
            self.folded.get_or_create(&OfFolded { what: what.as_str() }).inner().store(count, Ordering::Relaxed);
        }
        at_rest.copies.set(gauge(figures.session_copies));
        at_rest.forgotten.inner().store(figures.sessions_forgotten, Ordering::Relaxed);
        for (store, heard) in [("registry", figures.registry_heard), ("sessions", figures.sessions_heard)] {
            at_rest.stores.get_or_create(&OfStore { store }).set(i64::from(heard));
        }
        at_rest.octets.set(i64::try_from(figures.buffered_octets).unwrap_or(i64::MAX));
        at_rest.spooled.set(gauge(figures.reports_spooled));
        // A site that a reload took away is told no more.
        at_rest.own_certificates.clear();
        for (name, days) in &figures.own_certificates {
            at_rest.own_certificates.get_or_create(&OfCertificate { name: Arc::clone(name) }).set(*days);
        }
        for (outcome, count) in figures.reports {
            at_rest.reports.get_or_create(&OfReports { outcome }).inner().store(count, Ordering::Relaxed);
        }
        for (upstream, count) in &figures.upstream_requests {
            let label = OfUpstream { upstream: Arc::clone(upstream) };
            at_rest.upstream_requests.get_or_create(&label).set(gauge(*count));
        }
        if let Some(version) = figures.registry_version {
            at_rest.version.set(i64::try_from(version).unwrap_or(i64::MAX));
        }
        for (state, count) in &figures.devices {
            at_rest.devices.get_or_create(&OfDevices { state }).set(i64::try_from(*count).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        if prometheus_client::encoding::text::encode(&mut text, &self.registry).is_err() {
            tracing::error!("the metrics could not be written out");
        }
        text
    }
}

fn gauge(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What is counted elsewhere, as it stands when a scraper asks: `ops` collects it.
#[derive(Debug)]
#[allow(missing_docs, reason = "the words of the metrics")]
pub struct Figures {
    pub connections: usize,
    pub registry_version: Option<u64>,
    pub registry_age: Duration,
    pub registry_state_unsaved: bool,
    pub registry_forked: bool,
    pub registry_heard: bool,
    pub sessions_heard: bool,
    pub session_copies: usize,
    pub sessions_forgotten: u64,
    pub devices: Vec<(&'static str, u64)>,
    pub upstream_requests: Vec<(Arc<str>, usize)>,
    pub buffered_octets: u64,
    pub own_certificates: Vec<(Arc<str>, i64)>,
    pub log_failures: u64,
    pub folded_lines: u64,
    pub folded_reports: u64,
    /// By outcome.
    pub reports: [(&'static str, u64); 3],
    pub reports_spooled: usize,
}
