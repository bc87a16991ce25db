//! One request: what was read once at its start and does not change while it is judged.

use std::sync::{Arc, OnceLock, PoisonError};

use access_log::{OpenLine, SessionMark};
use certs::{DeviceNo, Timestamp};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Uri, header};
use pages::{Locale, Reader, System};

use super::connection_context::ConnectionContext;
use super::kept::Sent;
use crate::budget::{Bound, Party, RefusalRateVerdict};
use crate::device::{self, Known, VerifiedDevice};
use crate::guidance::{Facts as PageFacts, Remembered, Unsent, Window};
use crate::live::ServingGuard;
use crate::live::cancel_signal::{CloseReason, First};
use crate::live::deadlines;
use crate::login::ReturnTo;
use crate::rules::{Rules, SiteRules};
use crate::session::{SessionKey, SessionRecord};
use crate::tls::Peer;

/// A request being judged.
pub(super) struct RequestContext {
    pub(super) client: Arc<ConnectionContext>,
    pub(super) rules: Arc<Rules>,
    pub(super) now: Timestamp,
    pub(super) line: OpenLine,
    pub(super) serving: ServingGuard,
    pub(super) preferences: Preferences,
    pub(super) hints: ResponseHints,
}

/// What the reader asked for, as far as a page of ours depends on it.
pub(super) struct Preferences {
    pub(super) reader: Reader,
    pub(super) locale: Locale,
    pub(super) navigates: bool,
    pub(super) changes: bool,
    /// A browser sends a form and will show what is answered: it can be led on (303).
    pub(super) submits: bool,
    pub(super) head_only: bool,
    target: Uri,
    host: Option<HeaderValue>,
    agent: Option<HeaderValue>,
    /// The page a changing request was sent from.
    sent_from: Option<HeaderValue>,
    return_to: OnceLock<String>,
    address: OnceLock<Option<String>>,
}

/// What was found out on the way, for the page that a refusal becomes.
#[derive(Default)]
pub(super) struct ResponseHints {
    pub(super) known: Option<Known>,
    /// What a browser without a certificate remembers of it: for the page's words, and nothing else.
    pub(super) remembered: Option<Remembered>,
    pub(super) unlock_time: Option<Timestamp>,
    pub(super) retry_after: Option<u64>,
    /// The store could not be asked, or the cookie is worth nothing any more: the browser is told to forget it.
    pub(super) forget_cookie: bool,
    /// What stood in the ID field of a login.
    pub(super) login_id: Option<String>,
    /// The page whose form was read: what is refused from then on is told there.
    pub(super) form_of: Option<&'static str>,
    /// What the request carried, where its session had ended.
    pub(super) unsent: Option<Sent>,
    /// What goes to disk before the answer goes out.
    pub(super) weighty: bool,
}

impl Preferences {
    pub(super) fn of(head: &Parts) -> Self {
        let text = |name| head.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let accept = text(header::ACCEPT);
        let reads = matches!(head.method, http::Method::GET | http::Method::HEAD);
        let mode = head.headers.get("sec-fetch-mode").map(HeaderValue::as_bytes);
        let navigates = reads
            && match mode {
                Some(mode) => mode == b"navigate",
                None => accept.is_some_and(|accept| accept.to_ascii_lowercase().contains("text/html")),
            };
        Self {
            reader: Reader::of(accept),
            locale: Locale::of(&head.headers),
            navigates,
            changes: !reads,
            submits: !reads && mode == Some(b"navigate"),
            head_only: head.method == http::Method::HEAD,
            target: head.uri.clone(),
            host: head.headers.get(header::HOST).cloned(),
            agent: head.headers.get(header::USER_AGENT).cloned(),
            sent_from: head.headers.get(header::REFERER).filter(|_| !reads).cloned(),
            return_to: OnceLock::new(),
            address: OnceLock::new(),
        }
    }

    /// Where to lead the reader once nothing stands in the way: where they wanted to go; or back to the page of ours
    /// from which they wanted to change something.
    pub(super) fn return_to(&self) -> &str {
        self.return_to.get_or_init(|| {
            if self.changes {
                return self.page_sent_from().unwrap_or_default().as_str().to_owned();
            }
            self.target.path_and_query().map_or("/", |target| target.as_str()).to_owned()
        })
    }

    fn page_sent_from(&self) -> Option<ReturnTo> {
        let page = self.sent_from.as_ref()?.to_str().ok()?;
        let ours = self.address().and_then(origin_of)?;
        let (origin, path) = page.split_at_checked(ours.len())?;
        origin.eq_ignore_ascii_case(ours).then(|| ReturnTo::read(path))
    }

    /// What the browser says it runs on.
    fn system(&self) -> System {
        self.agent.as_ref().and_then(|agent| agent.to_str().ok()).map_or(System::Other, System::of)
    }

    /// Path and query of the request.
    pub(super) fn asked_for(&self) -> &str {
        self.target.path_and_query().map_or("/", |target| target.as_str())
    }

    pub(super) fn lead_to(&mut self, place: String) {
        self.return_to = OnceLock::from(place);
    }

    /// `https://host/path` as the browser's address line shows it, for pages that let it be copied.
    pub(super) fn address(&self) -> Option<&str> {
        let made = self.address.get_or_init(|| {
            let host = self.host.as_ref().and_then(|host| host.to_str().ok());
            let host = host.or_else(|| self.target.authority().map(http::uri::Authority::as_str))?;
            Some(format!("https://{host}{}", self.target.path()))
        });
        made.as_deref()
    }
}

/// `https://host:port` of an address.
pub(super) fn origin_of(address: &str) -> Option<&str> {
    let host = address.strip_prefix("https://")?;
    let end = host.find('/').unwrap_or(host.len());
    Some(&address[.."https://".len() + end])
}

impl RequestContext {
    pub(super) fn site(&self) -> &SiteRules {
        &self.rules.sites[self.client.site]
    }

    /// A reload may have come since the request did, and must not be missed by it.
    pub(super) fn renew_rules(&mut self) {
        let rules = self.client.gateway.rules.load();
        if !Arc::ptr_eq(&rules, &self.rules) {
            self.rules = Arc::clone(&rules);
        }
    }

    /// The facts for a page.
    pub(super) fn page_facts<'a>(&'a self, reference: &'a str) -> PageFacts<'a> {
        let sessions = &self.rules.config.sessions;
        let known = self.hints.known.as_ref();
        PageFacts {
            device: known.map(|known| known.device),
            not_after: known.map(|known| known.not_after),
            new_not_after: known.and_then(|known| known.successor_not_after),
            remembered: self.hints.remembered,
            unlock_time: self.hints.unlock_time,
            idle_minutes: sessions.idle.as_secs() / 60,
            absolute_hours: sessions.absolute.as_secs() / 3600,
            maintenance: self.rules.config.maintenance.map(|m| Window { from: m.from, until: m.until }),
            retry_after: self.hints.retry_after,
            return_to: self.preferences.return_to(),
            address: self.preferences.address(),
            system: self.preferences.system(),
            foreign_issuer: match self.client.connection.peer() {
                Some(Peer::Foreign(issuer)) => issuer.as_deref(),
                Some(Peer::Nobody | Peer::Claims(_)) | None => None,
            },
            unsent: self.hints.unsent.as_ref().map_or(Unsent::Nothing, |sent| sent.to(self.preferences.asked_for())),
            here: (!self.preferences.changes).then(|| self.preferences.asked_for()),
            ..PageFacts::new(self.preferences.locale, reference, self.now)
        }
    }

    /// The first factor. Who stands there is noted even where they are refused.
    pub(super) fn device(
        &mut self,
        registry: &registry::Snapshot,
        headers: &HeaderMap,
    ) -> Result<VerifiedDevice, crate::refusal::Refusal> {
        let peer = self.client.connection.peer().unwrap_or(&Peer::Nobody);
        let verified = device::verify(peer, registry, self.now);
        if matches!(peer, Peer::Nobody) {
            self.hints.remembered = self.rules.device_cookies.remembered(headers);
        }
        if let Peer::Claims(claim) = peer {
            self.hints.known = device::known(claim, registry);
            let known = self.hints.known.as_ref();
            self.hints.weighty = known.is_some() && verified.is_err();
            self.line.learn(|facts| {
                facts.serial = Some(claim.serial());
                facts.device = known.map(|known| known.device);
                facts.office = known.map(|known| known.office.clone());
            });
        }
        if self.hints.weighty
            && let Some(known) = &self.hints.known
        {
            self.bear(known.device, registry.moment());
        }
        verified
    }

    /// Who stands there is in the line of what was refused before anybody asked, too.
    pub(super) fn notice(&self) {
        if self.hints.known.is_none()
            && let Some(known) = self.client.known()
        {
            self.line.learn(|facts| {
                facts.serial = self.client.serial();
                facts.device = Some(known.device);
                facts.office = Some(known.office);
            });
        }
    }

    /// A device out of service that asks without end is hung up on.
    fn bear(&self, device: DeviceNo, moment: registry::Moment) {
        let gateway = &self.client.gateway;
        let mut refusal_rate = gateway.refusal_rate.lock().unwrap_or_else(PoisonError::into_inner);
        let borne = refusal_rate.refused(device, (moment, deadlines::now()));
        drop(refusal_rate);
        let first = match borne {
            RefusalRateVerdict::Yes => return,
            RefusalRateVerdict::Leaves => self.client.connection.drain.cancel(CloseReason::Budget),
            RefusalRateVerdict::Ended => self.client.connection.cut(CloseReason::Budget),
        };
        if first == First::Yes {
            gateway.metrics.budget_refused(Party::Device, Bound::Rate);
        }
    }

    /// What makes the browser remember its certificate's last day, so that we can speak of it once the browser hides it.
    pub(super) fn reminder(&self, device: &VerifiedDevice) -> Option<HeaderValue> {
        let seen = Remembered { device: device.device(), not_after: device.validity().not_after };
        self.rules.device_cookies.set(seen).ok()
    }

    pub(super) fn learn_session(&self, record: &SessionRecord) {
        let mark = mark_of(record.key());
        self.line.learn(|facts| {
            facts.session = Some(mark);
            facts.user = Some(record.login_id().clone());
        });
    }
}

/// What a line calls the session.
pub(super) fn mark_of(key: &SessionKey) -> SessionMark {
    SessionMark(key.first_octets())
}
