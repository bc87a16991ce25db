//! Would this pass now?
//!
//! What a line cannot say is taken as it should be: that the person knows their password, that a session is open on this
//! device. Everything else is asked as at a request, in its order.

use std::collections::HashMap;
use std::sync::Arc;

use certs::{DeviceNo, Timestamp};
use http::{HeaderMap, HeaderValue, header};
use registry::{LoginId, Snapshot};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::combinations::{Combination, Combinations, NameNo, Names, Place};
use crate::device::{self, VerifiedDevice};
use crate::policy::{self, AccessRequest, DecisionFacts, Resource};
use crate::refusal::Refusal;
use crate::rules::{Rules, SiteRules};
use crate::session::{CookieValue, NewSession, SessionKey, SessionRecord};
use crate::tls::host::{self, HostRefusal, OpenedFor};
use crate::tls::{self, Peer};

/// The reason and the code that would be seen. Without a code no page would come.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct WouldSee {
    pub(super) reason: &'static str,
    pub(super) code: Option<&'static str>,
}

/// The new configuration, the registry as it is, and now.
pub(super) struct Judge<'a> {
    rules: &'a Rules,
    registry: &'a Snapshot,
    now: Timestamp,
    /// By which certificate each device is judged: one of those it showed, which passes if any does.
    peers: HashMap<DeviceNo, Peer>,
    /// Stands for the session that a line cannot show again.
    session: SessionKey,
}

/// Reasons of old that would not be seen again where the new configuration lets in: others (a lock, a silent store, a
/// password) are of the moment.
const OF_THE_RULES: [&str; 15] = [
    "unknown_device",
    "revoked",
    "superseded",
    "suspended",
    "office_suspended",
    "not_approved",
    "not_yet_valid",
    "user_deleted",
    "user_suspended",
    "office_mismatch",
    "user_not_on_device",
    "no_route",
    "not_invited",
    "policy_denied",
    "misdirected",
];

impl From<Refusal> for WouldSee {
    fn from(refusal: Refusal) -> Self {
        Self { reason: refusal.reason(), code: Some(refusal.code()) }
    }
}

impl WouldSee {
    /// The handshake fails: the browser has words of its own.
    const TLS_VERSION: Self = Self { reason: "tls_version", code: None };
    const TLS_GROUP: Self = Self { reason: "tls_group", code: None };
    /// Nobody listens there any more.
    const NO_SITE: Self = Self { reason: "no_site", code: None };
}

/// Whether a refusal of old says something of the rules.
pub(super) fn is_of_the_rules(reason: &str) -> bool {
    OF_THE_RULES.contains(&reason)
}

impl<'a> Judge<'a> {
    /// `pems` are the certificates that were shown, as the registry holds them.
    pub(super) fn new(
        (rules, registry): (&'a Rules, &'a Snapshot),
        found: &Combinations,
        pems: &HashMap<NameNo, String>,
        now: Timestamp,
    ) -> Option<Self> {
        let mut peers = HashMap::new();
        for (device, shown) in &found.certificates {
            let mut shown = shown.clone();
            shown.sort_by_key(|(_, last)| std::cmp::Reverse(*last));
            let mut best: Option<Peer> = None;
            for (serial, _) in shown {
                let Some(der) = pems.get(&serial).and_then(|pem| CertificateDer::from_pem_slice(pem.as_bytes()).ok())
                else {
                    continue;
                };
                let peer = Peer::of(Some(&[der]), &rules.trust);
                let passes = device::verify(&peer, registry, now).is_ok();
                if passes || best.is_none() {
                    best = Some(peer);
                }
                if passes {
                    break;
                }
            }
            if let Some(peer) = best {
                peers.insert(*device, peer);
            }
        }
        Some(Self { rules, registry, now, peers, session: CookieValue::draw().ok()?.key() })
    }

    /// What would be seen instead of what was asked for; nothing where it passes.
    pub(super) fn refused(&self, one: &Combination, names: &Names) -> Option<WouldSee> {
        self.passes(one, names).err()
    }

    fn passes(&self, one: &Combination, names: &Names) -> Result<(), WouldSee> {
        let site = self.site(one, names)?;
        self.tls(one, names)?;
        if let Some(host) = names.name(one.host) {
            right_host(host, site)?;
        }
        let device = match self.peers.get(&one.device) {
            Some(peer) => device::verify(peer, self.registry, self.now)?,
            // The registry knows none of the certificates it showed.
            None => return Err(Refusal::UnknownDevice.into()),
        };
        let Some(user) = names.name(one.user) else { return Ok(()) };
        Ok(self.person(user, &device, one, names)?)
    }

    fn site(&self, one: &Combination, names: &Names) -> Result<&SiteRules, WouldSee> {
        let name = names.name(one.site);
        self.rules.sites.iter().find(|site| Some(&*site.name) == name).ok_or(WouldSee::NO_SITE)
    }

    fn tls(&self, one: &Combination, names: &Names) -> Result<(), WouldSee> {
        if names.name(one.tls_version).is_some_and(|version| !self.rules.config.tls.takes(version)) {
            return Err(WouldSee::TLS_VERSION);
        }
        if names.name(one.tls_group).is_some_and(|group| !tls::offers_group(group)) {
            return Err(WouldSee::TLS_GROUP);
        }
        Ok(())
    }

    fn person(&self, user: &str, device: &VerifiedDevice, one: &Combination, names: &Names) -> Result<(), Refusal> {
        let login_id: LoginId = user.parse().map_err(|_| Refusal::UserDeleted)?;
        let known = self.registry.system_user(login_id.as_str()).ok_or(Refusal::UserDeleted)?;
        let session = NewSession {
            login_id,
            device: device.device(),
            password_set_at: known.password.set_at,
            opened_at: self.now,
        };
        let session = Arc::new(SessionRecord::new(self.session, session, None));
        let facts = DecisionFacts { registry: self.registry, policies: &self.rules.policies, now: self.now };
        let resource = match one.place {
            Place::Room(room) => match names.name(room).and_then(|room| room.parse().ok()) {
                Some(room) => Resource::Room(room),
                None => return Err(Refusal::NotInvited),
            },
            Place::Area(area) => Resource::Area(area),
            Place::Nowhere(_) => {
                // What is wrong with the person is told first.
                self.own(&session, device, facts)?;
                return Err(Refusal::NoRoute);
            }
            Place::Door | Place::Login => return self.own(&session, device, facts),
        };
        policy::still_holds(&session, device, AccessRequest { resource: &resource, write: one.write }, facts)
    }

    /// The gateway's own pages take an initial password, too.
    fn own(&self, session: &SessionRecord, device: &VerifiedDevice, facts: DecisionFacts<'_>) -> Result<(), Refusal> {
        let user = policy::still_there(session, (self.registry, self.now))?;
        policy::may_use(user, device, facts).map(|_| ())
    }
}

fn right_host(host: &str, site: &SiteRules) -> Result<(), WouldSee> {
    let malformed = WouldSee::from(Refusal::Misdirected);
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_str(host).map_err(|_| malformed)?);
    let opened = OpenedFor { site: &site.hosts, name: None };
    match host::judge(None, &headers.get_all(header::HOST), opened) {
        Ok(_) => Ok(()),
        Err(HostRefusal::Malformed | HostRefusal::Misdirected) => Err(malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_something_of_the_rules_is_the_reason_of_a_refusal() {
        let all: Vec<_> = Refusal::ALL.iter().map(|refusal| refusal.reason()).collect();
        assert!(OF_THE_RULES.iter().all(|reason| all.contains(reason)), "{all:?}");
    }
}
