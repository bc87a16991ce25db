//! What would be answered now to what was let in before? Each question is asked once, however many requests it stands
//! behind: a change costs no more where one device holds a thousand of them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use certs::{Fingerprint, Timestamp};
use registry::{LoginId, Snapshot};

use crate::device::{self, VerifiedDevice};
use crate::gateway::{Gateway, now};
use crate::live::in_flight::InFlight;
use crate::policy::{self, AccessRequest, DecisionFacts, Resource};
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::tls::Peer;

/// What the registry says of devices, each asked after once.
#[derive(Debug)]
pub(super) struct DeviceAnswers {
    registry: Arc<Snapshot>,
    moment: Timestamp,
    answers: HashMap<Fingerprint, Result<VerifiedDevice, Refusal>>,
}

impl DeviceAnswers {
    pub(super) fn by(registry: Arc<Snapshot>) -> Self {
        Self { registry, moment: now(), answers: HashMap::new() }
    }

    /// As [`device::verify`].
    pub(super) fn verify(&mut self, peer: &Peer) -> Result<&VerifiedDevice, Refusal> {
        match peer {
            Peer::Nobody => Err(Refusal::NoCert),
            Peer::Foreign(_) => Err(Refusal::ForeignCert),
            Peer::Claims(claim) => {
                let ask = || device::verify(peer, &self.registry, self.moment);
                self.answers.entry(claim.fingerprint()).or_insert_with(ask).as_ref().map_err(|refusal| *refusal)
            }
        }
    }

    /// The registry that was asked.
    pub(super) fn registry(&self) -> &Arc<Snapshot> {
        &self.registry
    }
}

/// Answers under the facts of one moment.
#[derive(Debug)]
pub(super) struct Reevaluation {
    rules: Arc<Rules>,
    devices: DeviceAnswers,
    answers: HashMap<Question, bool>,
    questions: u64,
}

/// All that an answer depends on beside the facts.
#[derive(Debug, Eq, Hash, PartialEq)]
struct Question {
    id: LoginId,
    password_set_at: Timestamp,
    device: Fingerprint,
    resource: Resource,
    write: bool,
}

impl Reevaluation {
    /// Nothing was asked yet, and will be by these facts.
    pub(super) fn by(rules: Arc<Rules>, registry: Arc<Snapshot>) -> Self {
        Self { rules, devices: DeviceAnswers::by(registry), answers: HashMap::new(), questions: 0 }
    }

    /// Whether these are the facts of now. Policies may speak of the time; decisions count for a minute, and no longer than
    /// an invitation.
    pub(super) fn is_of_now(&self, gateway: &Gateway) -> bool {
        let minute = |moment: Timestamp| moment.unix().div_euclid(60);
        let registry = gateway.feed.newest().is_some_and(|newest| newest.moment() == self.devices.registry.moment());
        let rules = gateway.rules.load().generation == self.rules.generation;
        let (then, now) = (self.devices.moment, now());
        registry && rules && minute(now) == minute(then) && !self.devices.registry.invitation_ended(then, now)
    }

    /// Whether what was let in would be let in.
    pub(super) fn allows(&mut self, peer: &Peer, in_flight: &InFlight) -> bool {
        let (registry, moment) = (Arc::clone(&self.devices.registry), self.devices.moment);
        let Ok(device) = self.devices.verify(peer) else { return false };
        let access = &in_flight.access;
        let question = Question {
            id: access.record.login_id().clone(),
            password_set_at: access.record.password_set_at(),
            device: device.fingerprint(),
            resource: access.resource.clone(),
            write: access.write,
        };
        match self.answers.entry(question) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                self.questions += 1;
                let asked = AccessRequest { resource: &access.resource, write: access.write };
                let facts = DecisionFacts { registry: &registry, policies: &self.rules.policies, now: moment };
                *new.insert(policy::still_holds(&access.record, device, asked, facts).is_ok())
            }
        }
    }

    /// How many questions were asked so far.
    pub(super) fn questions(&self) -> u64 {
        self.questions
    }
}
