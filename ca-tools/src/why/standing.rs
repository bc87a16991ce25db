//! Does a reason hold now? By the registry, and by what the gateways told.

use certs::Timestamp;
use pages::refusals::Reason;
use registry::{DeviceStage, OfficeState, Opening, SystemUserState};

use crate::ledger::{CertificateFacts, DeviceFacts, OfficeFacts, PersonFacts, RoomFacts};

/// Everything a story about one caller rests on.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallerStanding {
    pub(crate) device: Option<DeviceFacts>,
    pub(crate) person: Option<PersonFacts>,
    /// The room they wanted to enter.
    pub(crate) room: Option<RoomFacts>,
    /// The certificate they came with.
    pub(crate) serial: Option<String>,
}

/// Whether a reason holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Holds {
    /// It does.
    Yes(Span),
    /// Not any more.
    No,
    /// The registry does not know: it was about that one moment, or about who is not known.
    Passing,
}

/// Since when, until when, as far as that is known.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Span {
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
}

/// What can stand in somebody's way for longer than a moment, in the order in which the gateway finds it out.
const LASTING: [Reason; 17] = [
    Reason::Revoked,
    Reason::Superseded,
    Reason::Suspended,
    Reason::OfficeSuspended,
    Reason::NotApproved,
    Reason::NotYetValid,
    Reason::Expired,
    Reason::NoCert,
    Reason::Locked,
    Reason::UserDeleted,
    Reason::UserSuspended,
    Reason::MaintenanceClosed,
    Reason::WrongPassword,
    Reason::OfficeMismatch,
    Reason::UserNotOnDevice,
    Reason::MustChangePassword,
    Reason::NotInvited,
];

impl CallerStanding {
    /// All that stands in the way now, the first of it first.
    pub(crate) fn obstacles(&self, now: Timestamp) -> Vec<(Reason, Span)> {
        let held = LASTING.into_iter().filter_map(|reason| match self.holds(reason, now) {
            Holds::Yes(span) => Some((reason, span)),
            Holds::No | Holds::Passing => None,
        });
        held.collect()
    }

    /// The office that it is about: the device's, else the person's.
    pub(crate) fn office(&self) -> Option<&OfficeFacts> {
        let of_device = self.device.as_ref().map(|device| &device.office);
        of_device.or(self.person.as_ref().map(|person| &person.office))
    }

    /// Whether this reason holds now.
    pub(crate) fn holds(&self, reason: Reason, now: Timestamp) -> Holds {
        match reason {
            Reason::NoCert => of(self.device.as_ref(), |device| {
                let never = device.certificates.is_empty() && device.stage == DeviceStage::Approved;
                never.then(Span::default)
            }),
            Reason::Revoked => of(self.device.as_ref(), |device| revoked(device, now)),
            Reason::Superseded => of(self.device.as_ref(), |device| self.superseded(device, now)),
            Reason::Suspended => {
                of(self.device.as_ref(), |device| device.held.as_ref().map(|held| Span::since(held.since)))
            }
            Reason::OfficeSuspended => of(self.office(), |office| match office.state {
                OfficeState::Registered => None,
                OfficeState::Suspended | OfficeState::Withdrawn | OfficeState::Replaced => {
                    Some(Span::since(office.since))
                }
            }),
            Reason::NotApproved => of(self.device.as_ref(), |device| not_approved(device, now)),
            Reason::NotYetValid => of(self.device.as_ref(), |device| {
                let next = next(device, now)?;
                (next.not_before > now).then_some(Span { since: None, until: Some(next.not_before) })
            }),
            Reason::Expired => of(self.device.as_ref(), |device| {
                let last = next(device, now)?;
                (last.not_after < now).then(|| Span::since(Some(last.not_after)))
            }),
            Reason::Locked => of(self.person.as_ref(), |person| {
                person.locked_until.map(|until| Span { since: None, until: Some(until) })
            }),
            Reason::UserDeleted => of(self.person.as_ref(), |person| person.is(SystemUserState::Deleted)),
            Reason::UserSuspended => of(self.person.as_ref(), |person| person.is(SystemUserState::Suspended)),
            Reason::MaintenanceClosed => of(self.person.as_ref(), |person| closed(person.opening, now)),
            // A handed out password that nobody changed in time opens nothing; of any other the registry knows nothing.
            Reason::WrongPassword => match self.person.as_ref().and_then(|person| person.lapsed_at) {
                Some(lapsed) => Holds::Yes(Span::since(Some(lapsed))),
                None => Holds::Passing,
            },
            Reason::OfficeMismatch => self.both(|device, person| device.office.no != person.office.no),
            Reason::UserNotOnDevice => self.both(|device, person| {
                device.listed.as_ref().is_some_and(|listed| !listed.iter().any(|id| id == person.id.as_str()))
            }),
            Reason::MustChangePassword => {
                of(self.person.as_ref(), |person| person.initial_since.map(|since| Span::since(Some(since))))
            }
            Reason::NotInvited => of(self.room.as_ref(), |room| {
                let may = room.known.as_ref().is_some_and(|room| room.open && room.invited);
                (!may).then(Span::default)
            }),
            Reason::Misdirected
            | Reason::Malformed
            | Reason::TooSlow
            | Reason::BodyTooLarge
            | Reason::HeadersTooLarge
            | Reason::UnknownCoding
            | Reason::WrongBrowser
            | Reason::LogUnavailable
            | Reason::RegistryStale
            | Reason::RegistryForked
            | Reason::ForeignCert
            | Reason::UnknownDevice
            | Reason::Maintenance
            | Reason::CrossSite
            | Reason::RateLimited
            | Reason::SessionStoreUnavailable
            | Reason::NoSession
            | Reason::SessionAbsolute
            | Reason::SessionIdle
            | Reason::SessionCertMismatch
            | Reason::UnknownId
            | Reason::NoRoute
            | Reason::TrainingNeeded
            | Reason::PolicyDenied
            | Reason::BackendUnavailable => Holds::Passing,
        }
    }

    /// The certificate they came with, else the last one.
    pub(crate) fn shown(&self) -> Option<&CertificateFacts> {
        let all = &self.device.as_ref()?.certificates;
        let serial = self.serial.as_ref();
        all.iter().find(|certificate| Some(&certificate.serial) == serial).or(all.first())
    }

    /// The certificate of the device that counts now.
    pub(crate) fn good(&self, now: Timestamp) -> Option<&CertificateFacts> {
        good(self.device.as_ref()?, now)
    }

    fn superseded(&self, device: &DeviceFacts, now: Timestamp) -> Option<Span> {
        let over = |certificate: &CertificateFacts| certificate.superseded_from.filter(|from| *from <= now);
        match &self.serial {
            // The old one is refused whatever else the device has.
            Some(serial) => {
                let shown = device.certificates.iter().find(|certificate| certificate.serial == *serial)?;
                over(shown).map(|from| Span::since(Some(from)))
            }
            None if good(device, now).is_some() => None,
            None => device.certificates.first().and_then(over).map(|from| Span::since(Some(from))),
        }
    }

    fn both(&self, stands: impl Fn(&DeviceFacts, &PersonFacts) -> bool) -> Holds {
        match (&self.device, &self.person) {
            (Some(device), Some(person)) if stands(device, person) => Holds::Yes(Span::default()),
            (Some(_), Some(_)) => Holds::No,
            (None, _) | (_, None) => Holds::Passing,
        }
    }
}

impl Span {
    fn since(since: Option<Timestamp>) -> Self {
        Self { since, until: None }
    }
}

impl PersonFacts {
    fn is(&self, state: SystemUserState) -> Option<Span> {
        (self.state == state).then(|| Span::since(self.since))
    }
}

/// A maintenance account outside its window: since that ended, or until it begins.
fn closed(opening: Opening, now: Timestamp) -> Option<Span> {
    let Opening::Within(window) = opening else { return None };
    match window.filter(|_| !opening.is_open(now)) {
        None if opening.is_open(now) => None,
        None => Some(Span::default()),
        Some(window) if now < window.from => Some(Span { since: None, until: Some(window.from) }),
        Some(window) => Some(Span::since(Some(window.until))),
    }
}

fn of<T>(fact: Option<&T>, span: impl FnOnce(&T) -> Option<Span>) -> Holds {
    match fact.map(span) {
        Some(Some(span)) => Holds::Yes(span),
        Some(None) => Holds::No,
        None => Holds::Passing,
    }
}

fn good(device: &DeviceFacts, now: Timestamp) -> Option<&CertificateFacts> {
    device.certificates.iter().find(|certificate| certificate.is_good(now))
}

/// Of a device that has no good certificate: the last one, if it was neither revoked nor superseded.
fn next(device: &DeviceFacts, now: Timestamp) -> Option<&CertificateFacts> {
    if good(device, now).is_some() {
        return None;
    }
    let stands = |certificate: &&CertificateFacts| {
        certificate.revoked_at.is_none() && certificate.superseded_from.is_none_or(|from| from > now)
    };
    device.certificates.first().filter(stands)
}

fn revoked(device: &DeviceFacts, now: Timestamp) -> Option<Span> {
    let last = device.certificates.first();
    if device.stage == DeviceStage::Retired {
        return Some(Span::since(last.and_then(|certificate| certificate.revoked_at)));
    }
    if good(device, now).is_some() {
        return None;
    }
    last.and_then(|certificate| certificate.revoked_at).map(|at| Span::since(Some(at)))
}

fn not_approved(device: &DeviceFacts, now: Timestamp) -> Option<Span> {
    match device.stage {
        DeviceStage::Approved => {
            device.approved_until.filter(|until| *until < now).map(|until| Span::since(Some(until)))
        }
        DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Rejected => Some(Span::default()),
        // It is told of as ended.
        DeviceStage::Retired => None,
    }
}
