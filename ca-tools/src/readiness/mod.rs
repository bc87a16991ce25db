//! What must an office do before a day, so that its people still get in on that day?
//!
//! One decision for the office's own page, for the console and for commands. It counts what the registry says; what nobody can do
//! anything about is not told.

use certs::{DeviceNo, Timestamp};
use registry::{DeviceStage, OfficeState};

/// An office as it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OfficeAsIs {
    pub(crate) office: String,
    pub(crate) name: String,
    pub(crate) state: OfficeState,
    /// It has an address of mail.
    pub(crate) has_mail: bool,
    /// People in service who speak for it.
    pub(crate) contacts: i64,
    /// People in service whose password still opens something.
    pub(crate) able: i64,
    /// Those that are or will be in use, by their numbers.
    pub(crate) devices: Vec<DeviceAsIs>,
    /// What of the 現況届 is not answered yet.
    pub(crate) unanswered: Option<Unanswered>,
}

/// Rows of a 現況届 that the office has still to answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Unanswered {
    pub(crate) campaign: String,
    /// The last second to answer.
    pub(crate) due: Timestamp,
    pub(crate) rows: usize,
    /// All are answered, and nobody confirmed them.
    pub(crate) unconfirmed: bool,
}

/// A device as it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DeviceAsIs {
    pub(crate) device: DeviceNo,
    pub(crate) label: String,
    pub(crate) stage: DeviceStage,
    pub(crate) suspended: bool,
    pub(crate) approved_until: Option<Timestamp>,
    /// The end of the certificate that it has in use.
    pub(crate) not_after: Option<Timestamp>,
    /// Until when a ticket of its own can be used.
    pub(crate) ticket_until: Option<Timestamp>,
    /// People of it who are able to log in.
    pub(crate) serves: i64,
    /// The key exchange of its last login, where that is known.
    pub(crate) group: Option<String>,
}

/// What is missing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Lack {
    /// The office is on hold.
    OfficeOnHold,
    /// Nobody speaks for it from behind two factors.
    NoContact,
    /// Its letters reach nobody.
    NoMail,
    /// The 現況届 is not answered.
    Unanswered(Unanswered),
    /// As things stand nobody of it could log in on that day.
    NobodyGetsIn,
    /// Something of one device.
    Of(LackingDevice, DeviceLack),
}

/// The device that lacks something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct LackingDevice {
    pub(crate) device: DeviceNo,
    pub(crate) label: String,
}

/// What a device lacks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum DeviceLack {
    /// Its certificate ends before that day, or has ended.
    CertificateEnds { at: Timestamp },
    /// Its approval ends before that day, or has ended.
    ApprovalEnds { at: Timestamp },
    /// It waits to be inspected or approved.
    NotApproved,
    /// It has none in use; until when its ticket gives it one.
    NoCertificate { ticket_until: Option<Timestamp> },
    /// It is on hold.
    OnHold,
    /// Nobody who could log in is among those it serves.
    ServesNobody,
}

/// How many devices agreed on keys that a quantum computer does not find either, of those of which it is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct HybridShare {
    pub(crate) hybrid: usize,
    pub(crate) known: usize,
}

impl Lack {
    /// The word for programs.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::OfficeOnHold => "office_on_hold",
            Self::NoContact => "no_contact",
            Self::NoMail => "no_mail",
            Self::Unanswered(_) => "unanswered",
            Self::NobodyGetsIn => "nobody_gets_in",
            Self::Of(_, DeviceLack::CertificateEnds { .. }) => "certificate_ends",
            Self::Of(_, DeviceLack::ApprovalEnds { .. }) => "approval_ends",
            Self::Of(_, DeviceLack::NotApproved) => "not_approved",
            Self::Of(_, DeviceLack::NoCertificate { .. }) => "no_certificate",
            Self::Of(_, DeviceLack::OnHold) => "on_hold",
            Self::Of(_, DeviceLack::ServesNobody) => "serves_nobody",
        }
    }

    /// The moment that matters, where there is one.
    pub(crate) const fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Of(_, DeviceLack::CertificateEnds { at } | DeviceLack::ApprovalEnds { at }) => Some(*at),
            Self::Of(_, DeviceLack::NoCertificate { ticket_until }) => *ticket_until,
            Self::Unanswered(unanswered) => Some(unanswered.due),
            Self::OfficeOnHold
            | Self::NoContact
            | Self::NoMail
            | Self::NobodyGetsIn
            | Self::Of(_, DeviceLack::NotApproved | DeviceLack::OnHold | DeviceLack::ServesNobody) => None,
        }
    }
}

impl DeviceAsIs {
    /// What it lacks for that moment; one reason, the first that has to be mended.
    fn lack(&self, day: Timestamp, now: Timestamp) -> Option<DeviceLack> {
        match self.stage {
            DeviceStage::Rejected | DeviceStage::Retired => return None,
            DeviceStage::Applied | DeviceStage::Inspected => return Some(DeviceLack::NotApproved),
            DeviceStage::Approved => {}
        }
        if self.suspended {
            return Some(DeviceLack::OnHold);
        }
        if let Some(at) = self.approved_until.filter(|at| *at < day) {
            return Some(DeviceLack::ApprovalEnds { at });
        }
        match self.not_after {
            None => Some(DeviceLack::NoCertificate { ticket_until: self.ticket_until.filter(|until| *until >= now) }),
            Some(at) if at < day => Some(DeviceLack::CertificateEnds { at }),
            Some(_) if self.serves == 0 => Some(DeviceLack::ServesNobody),
            Some(_) => None,
        }
    }
}

impl OfficeAsIs {
    /// What it lacks for the moment at which that day begins; what concerns all of it first.
    pub(crate) fn lacks(&self, day: Timestamp, now: Timestamp) -> Vec<Lack> {
        let mut lacks = Vec::new();
        match self.state {
            // Of an office that is over nothing is expected.
            OfficeState::Withdrawn | OfficeState::Replaced => return lacks,
            OfficeState::Suspended => lacks.push(Lack::OfficeOnHold),
            OfficeState::Registered => {}
        }
        if self.contacts == 0 {
            lacks.push(Lack::NoContact);
        }
        if !self.has_mail {
            lacks.push(Lack::NoMail);
        }
        lacks.extend(self.unanswered.clone().map(Lack::Unanswered));
        let of_devices: Vec<_> = self.devices.iter().map(|device| (device, device.lack(day, now))).collect();
        if self.able == 0 || of_devices.iter().all(|(_, lack)| lack.is_some()) {
            lacks.push(Lack::NobodyGetsIn);
        }
        lacks.extend(of_devices.into_iter().filter_map(|(device, lack)| {
            Some(Lack::Of(LackingDevice { device: device.device, label: device.label.clone() }, lack?))
        }));
        lacks
    }

    /// How its devices agreed on their keys, where any of them was heard of.
    pub(crate) fn hybrid_share(&self) -> Option<HybridShare> {
        let groups: Vec<_> = self.devices.iter().filter_map(|device| device.group.as_deref()).collect();
        let hybrid = groups.iter().filter(|group| group.contains("MLKEM")).count();
        (!groups.is_empty()).then_some(HybridShare { hybrid, known: groups.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    const DAY: Timestamp = Timestamp::from_unix(1_810_000_000);

    fn sound() -> OfficeAsIs {
        let device = DeviceAsIs {
            device: DeviceNo::new(1).unwrap(),
            label: "訪問用".to_owned(),
            stage: DeviceStage::Approved,
            suspended: false,
            approved_until: None,
            not_after: Some(DAY),
            ticket_until: None,
            serves: 1,
            group: None,
        };
        OfficeAsIs {
            office: "1272200001".to_owned(),
            name: "ひだまり".to_owned(),
            state: OfficeState::Registered,
            has_mail: true,
            contacts: 1,
            able: 1,
            devices: vec![device],
            unanswered: None,
        }
    }

    fn words(office: &OfficeAsIs) -> Vec<&'static str> {
        office.lacks(DAY, NOW).iter().map(Lack::as_str).collect()
    }

    fn with(change: impl FnOnce(&mut OfficeAsIs)) -> Vec<&'static str> {
        let mut office = sound();
        change(&mut office);
        words(&office)
    }

    #[test]
    fn an_office_whose_device_lasts_until_the_day_lacks_nothing() {
        assert_eq!(words(&sound()), [""; 0]);
        assert_eq!(with(|office| office.devices[0].approved_until = Some(DAY)), [""; 0]);
    }

    #[test]
    fn a_certificate_or_an_approval_that_ends_a_second_before_the_day_is_told_and_that_nobody_gets_in() {
        let before = DAY.plus(-1);
        assert_eq!(with(|office| office.devices[0].not_after = Some(before)), ["nobody_gets_in", "certificate_ends"]);
        assert_eq!(with(|office| office.devices[0].approved_until = Some(before)), ["nobody_gets_in", "approval_ends"]);
    }

    #[test]
    fn with_a_second_device_that_lasts_somebody_still_gets_in() {
        let told = with(|office| {
            let second = DeviceAsIs { device: DeviceNo::new(2).unwrap(), ..office.devices[0].clone() };
            office.devices[0].suspended = true;
            office.devices.push(second);
        });
        assert_eq!(told, ["on_hold"]);
    }

    #[test]
    fn each_thing_that_keeps_people_out_has_its_word() {
        assert_eq!(with(|office| office.contacts = 0), ["no_contact"]);
        assert_eq!(with(|office| office.has_mail = false), ["no_mail"]);
        assert_eq!(with(|office| office.state = OfficeState::Suspended), ["office_on_hold"]);
        assert_eq!(with(|office| office.able = 0), ["nobody_gets_in"]);
        assert_eq!(with(|office| office.devices.clear()), ["nobody_gets_in"]);
        let unanswered = Unanswered { campaign: "C-2026".to_owned(), due: DAY, rows: 1, unconfirmed: false };
        assert_eq!(with(|office| office.unanswered = Some(unanswered)), ["unanswered"]);
        for (stage, told) in
            [(DeviceStage::Applied, true), (DeviceStage::Inspected, true), (DeviceStage::Retired, false)]
        {
            let lacks = with(|office| office.devices[0].stage = stage);
            assert_eq!(lacks.contains(&"not_approved"), told, "{stage:?}");
        }
        assert_eq!(with(|office| office.devices[0].not_after = None), ["nobody_gets_in", "no_certificate"]);
        assert_eq!(with(|office| office.devices[0].serves = 0), ["nobody_gets_in", "serves_nobody"]);
    }

    #[test]
    fn a_ticket_that_is_over_is_not_told_as_a_way() {
        let mut office = sound();
        office.devices[0].not_after = None;
        office.devices[0].ticket_until = Some(NOW.plus(-1));
        assert_eq!(office.lacks(DAY, NOW).last().and_then(Lack::at), None);
        office.devices[0].ticket_until = Some(NOW);
        assert_eq!(office.lacks(DAY, NOW).last().and_then(Lack::at), Some(NOW));
    }

    #[test]
    fn of_an_office_that_is_over_nothing_is_expected() {
        for state in [OfficeState::Withdrawn, OfficeState::Replaced] {
            assert_eq!(with(|office| (office.state, office.contacts) = (state, 0)), [""; 0]);
        }
    }

    #[test]
    fn the_share_of_key_exchanges_counts_those_that_are_known_alone() {
        let mut office = sound();
        assert_eq!(office.hybrid_share(), None);
        for group in [Some("X25519MLKEM768"), Some("x25519"), None] {
            let device = DeviceAsIs { group: group.map(str::to_owned), ..office.devices[0].clone() };
            office.devices.push(device);
        }
        assert_eq!(office.hybrid_share(), Some(HybridShare { hybrid: 1, known: 2 }));
    }
}
