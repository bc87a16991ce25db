//! What does the registry say, as of one version?

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use certs::{DeviceNo, Fingerprint, Timestamp};

use crate::record::{Certificate, Device, DeviceStage, Office, Room, SystemUser};
use crate::snapshot::changes::Changes;
use crate::snapshot::ends::Ends;
use crate::snapshot::moment::Moment;
use crate::snapshot::offices::Offices;
use crate::snapshot::packed::{PackedCertificate, PackedDevice, PackedSupersession};
use crate::snapshot::pages::Pages;
use crate::snapshot::table::{Entry, Table};
use names::{LoginId, OfficeNo};

/// The registry as of one version. Cheap to clone; never changes.
#[derive(Clone)]
pub struct Snapshot {
    registry_id: Arc<str>,
    moment: Moment,
    head: Arc<str>,
    offices: Arc<Offices>,
    system_users: Table<Arc<SystemUser>>,
    devices: Pages,
    listed: Table<Listed>,
    certificates: Table<PackedCertificate>,
    superseded: Table<PackedSupersession>,
    rooms: Table<Arc<Room>>,
    invitation_ends: Ends,
    window_ends: Ends,
    devices_by_state: DevicesByState,
}

impl Snapshot {
    /// A registry in which nothing stands yet, at version 0.
    #[must_use]
    pub fn empty(registry_id: &str) -> Self {
        Self::with_capacity(registry_id, 0)
    }

    /// The same, made to measure for so many certificates.
    #[must_use]
    pub(super) fn with_capacity(registry_id: &str, certificates: usize) -> Self {
        Self {
            registry_id: registry_id.into(),
            moment: Moment::default(),
            head: Arc::default(),
            offices: Arc::default(),
            system_users: Table::with_capacity(0),
            devices: Pages::default(),
            listed: Table::with_capacity(0),
            certificates: Table::with_capacity(certificates),
            superseded: Table::with_capacity(0),
            rooms: Table::with_capacity(0),
            invitation_ends: Ends::default(),
            window_ends: Ends::default(),
            devices_by_state: DevicesByState::default(),
        }
    }

    /// The registry as it stands after these changes.
    #[must_use]
    pub fn apply(&self, changes: &Changes) -> Self {
        let mut next = self.clone();
        for office in &changes.offices {
            Arc::make_mut(&mut next.offices).put(office.clone());
        }
        for user in &changes.system_users {
            let before = next.system_users.put(Arc::new(user.clone()));
            next.window_ends.put_user(before.as_deref(), user);
        }
        for device in &changes.devices {
            next.put_device(device);
        }
        let mut certificates = changes.certificates.iter().map(|one| next.pack_certificate(one)).collect();
        next.put_certificates(&mut certificates);
        for room in &changes.rooms {
            let before = next.rooms.put(Arc::new(room.clone()));
            next.invitation_ends.put_room(before.as_deref(), room);
        }
        next.moment.version = changes.version;
        next
    }

    /// The same, of this epoch and with this hash of its last event.
    #[must_use]
    pub(crate) fn proven(mut self, epoch: u64, head: &str) -> Self {
        self.moment.epoch = epoch;
        self.head = head.into();
        self
    }

    /// Puts one device in place.
    pub(super) fn put_device(&mut self, device: &Device) {
        let office = match self.offices.index(&device.office) {
            Some(index) => index,
            None => Arc::make_mut(&mut self.offices).meet(&device.office),
        };
        let number = device.device.number();
        if let Some(users) = &device.users {
            self.listed.put(Listed { device: number, users: Arc::clone(users) });
        }
        let packed = PackedDevice::new(device, office);
        if let Some(before) = self.devices.put(number, packed) {
            self.devices_by_state.count_out(before);
        }
        self.devices_by_state.count_in(packed);
    }

    /// Packs a certificate, and puts beside it what does not fit into its entry.
    pub(super) fn pack_certificate(&mut self, certificate: &Certificate) -> PackedCertificate {
        let (packed, supersession) = PackedCertificate::new(certificate);
        if let Some(supersession) = supersession {
            self.superseded.put(supersession);
        }
        packed
    }

    /// Puts these certificates in place.
    pub(super) fn put_certificates(&mut self, certificates: &mut Vec<PackedCertificate>) {
        self.certificates.put_all(certificates);
    }

    /// The number of an office met before.
    pub(super) fn office_number(&self, office: &str) -> Option<OfficeNo> {
        self.offices.known(office).cloned()
    }

    /// The certificate of this fingerprint.
    #[must_use]
    pub fn certificate(&self, fingerprint: &Fingerprint) -> Option<Certificate> {
        self.unpacked(self.certificates.get(fingerprint.as_bytes())?)
    }

    /// Every certificate that was signed, in no order. Takes as long as there are many: not in a request's way.
    pub fn certificates(&self) -> impl Iterator<Item = Certificate> {
        self.certificates.iter().filter_map(|packed| self.unpacked(packed))
    }

    fn unpacked(&self, packed: &PackedCertificate) -> Option<Certificate> {
        let superseded = || packed.with_key(|fingerprint| self.superseded.get(fingerprint).copied());
        packed.unpack(if packed.superseded() { superseded() } else { None })
    }

    /// The device of this number.
    #[must_use]
    pub fn device(&self, device: DeviceNo) -> Option<Device> {
        let packed = self.devices.get(device.number())?;
        let office = self.offices.number(packed.office())?.clone();
        let users = match (packed.listed(), self.listed.get(&device.number())) {
            (false, _) => None,
            (true, Some(listed)) => Some(Arc::clone(&listed.users)),
            (true, None) => Some(Arc::default()),
        };
        packed.unpack(device, office, users)
    }

    /// The office of this number.
    #[must_use]
    pub fn office(&self, office: &str) -> Option<&Office> {
        self.offices.get(office)
    }

    /// The person of this ID.
    #[must_use]
    pub fn system_user(&self, login_id: &str) -> Option<&SystemUser> {
        self.system_users.get(login_id).map(Arc::as_ref)
    }

    /// The room of this reference.
    #[must_use]
    pub fn room(&self, room: &str) -> Option<&Room> {
        self.rooms.get(room).map(Arc::as_ref)
    }

    /// Whether an invitation ended by itself after `before` and not after `now`.
    #[must_use]
    pub fn invitation_ended(&self, before: Timestamp, now: Timestamp) -> bool {
        self.invitation_ends.between(before, now)
    }

    /// Whether the window of a maintenance account ended by itself after `before` and not after `now`.
    #[must_use]
    pub fn window_ended(&self, before: Timestamp, now: Timestamp) -> bool {
        self.window_ends.between(before, now)
    }

    /// The version of the last change in it.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.moment.version
    }

    /// Which reading this is: of two with one moment there is but one.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// The hash of the event of its last change, by which it is known which history it is of.
    #[must_use]
    pub fn head(&self) -> &str {
        &self.head
    }

    /// Which registry this is: drawn at its making, the same for ever.
    #[must_use]
    pub fn registry_id(&self) -> &str {
        &self.registry_id
    }

    /// How many devices stand where; counted as they change, not now.
    #[must_use]
    pub fn devices_by_state(&self) -> DevicesByState {
        self.devices_by_state
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("registry_id", &self.registry_id)
            .field("moment", &self.moment)
            .field("offices", &self.offices.len())
            .field("system_users", &self.system_users.len())
            .field("devices", &self.devices.len())
            .field("certificates", &self.certificates.len())
            .field("rooms", &self.rooms.len())
            .finish_non_exhaustive()
    }
}

/// How many devices stand where. A device on hold counts as suspended, whatever its stage; one that
/// was rejected or retired as that, on hold or not.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct DevicesByState {
    pub applied: u64,
    pub inspected: u64,
    pub approved: u64,
    pub suspended: u64,
    pub rejected: u64,
    pub retired: u64,
}

impl DevicesByState {
    /// Each state's word with its number, as a metric shows them.
    #[must_use]
    pub fn all(self) -> [(&'static str, u64); 6] {
        [
            ("applied", self.applied),
            ("inspected", self.inspected),
            ("approved", self.approved),
            ("suspended", self.suspended),
            ("rejected", self.rejected),
            ("retired", self.retired),
        ]
    }

    fn count_in(&mut self, device: PackedDevice) {
        if let Some(count) = self.of(device) {
            *count += 1;
        }
    }

    fn count_out(&mut self, device: PackedDevice) {
        if let Some(count) = self.of(device) {
            *count = count.saturating_sub(1);
        }
    }

    fn of(&mut self, device: PackedDevice) -> Option<&mut u64> {
        Some(match device.stage()? {
            DeviceStage::Rejected => &mut self.rejected,
            DeviceStage::Retired => &mut self.retired,
            DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Approved if device.suspended() => {
                &mut self.suspended
            }
            DeviceStage::Applied => &mut self.applied,
            DeviceStage::Inspected => &mut self.inspected,
            DeviceStage::Approved => &mut self.approved,
        })
    }
}

/// The people a device serves by name.
#[derive(Clone)]
struct Listed {
    device: u32,
    users: Arc<HashSet<LoginId>>,
}

impl Entry for Listed {
    type Key = u32;

    fn with_key<R>(&self, read: impl FnOnce(&u32) -> R) -> R {
        read(&self.device)
    }
}

impl Entry for Arc<SystemUser> {
    type Key = str;

    fn with_key<R>(&self, read: impl FnOnce(&str) -> R) -> R {
        read(self.login_id.as_str())
    }
}

impl Entry for Arc<Room> {
    type Key = str;

    fn with_key<R>(&self, read: impl FnOnce(&str) -> R) -> R {
        read(self.room.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use certs::Validity;

    use super::*;
    use crate::record::{Assurance, CertificateState, OfficeState, Os, Ownership};

    fn device(number: u32) -> Device {
        Device {
            device: DeviceNo::new(number).unwrap(),
            office: "1272201234".parse().unwrap(),
            os: Os::Windows,
            ownership: Ownership::Office,
            stage: DeviceStage::Approved,
            suspended: false,
            approved_until: None,
            users: None,
        }
    }

    fn devices(version: u64, devices: Vec<Device>) -> Changes {
        Changes { version, devices, ..Changes::default() }
    }

    #[test]
    fn a_hold_shows_in_the_new_snapshot_and_not_in_the_one_somebody_still_reads() {
        let before = Snapshot::empty("id").apply(&devices(1, vec![device(1), device(2)]));
        let after = before.apply(&devices(2, vec![Device { suspended: true, ..device(1) }]));
        let held = |snapshot: &Snapshot| snapshot.device(DeviceNo::new(1).unwrap()).unwrap().suspended;
        assert_eq!((held(&before), held(&after)), (false, true));
        assert_eq!((before.version(), after.version()), (1, 2));
        assert_eq!(before.devices_by_state(), DevicesByState { approved: 2, ..DevicesByState::default() });
        assert_eq!(after.devices_by_state(), DevicesByState { approved: 1, suspended: 1, ..DevicesByState::default() });
    }

    #[test]
    fn a_device_whose_list_was_emptied_serves_nobody() {
        let list =
            |ids: &[&str]| Some(Arc::new(ids.iter().map(|id| id.parse().unwrap()).collect::<HashSet<LoginId>>()));
        let listed = Snapshot::empty("id").apply(&devices(1, vec![Device { users: list(&["k.sato"]), ..device(1) }]));
        let emptied = listed.apply(&devices(2, vec![Device { users: list(&[]), ..device(1) }]));
        let users = |snapshot: &Snapshot| snapshot.device(DeviceNo::new(1).unwrap()).unwrap().users;
        assert_eq!(users(&listed), list(&["k.sato"]));
        assert_eq!(users(&emptied), list(&[]));
    }

    #[test]
    fn a_superseded_certificate_that_is_revoked_reads_revoked() {
        let since = Timestamp::from_unix(1_800_000_000);
        let certificate = Certificate {
            fingerprint: Fingerprint::of(b"one"),
            device: DeviceNo::new(1).unwrap(),
            validity: Validity { not_before: since, not_after: since.plus(60) },
            state: CertificateState::Superseded { since, successor_not_after: None },
            assurance: Assurance::Swk,
        };
        let of = |certificate| Changes { version: 1, certificates: vec![certificate], ..Changes::default() };
        let superseded = Snapshot::empty("id").apply(&of(certificate));
        assert_eq!(superseded.certificate(&certificate.fingerprint), Some(certificate));
        let revoked = Certificate { state: CertificateState::Revoked, ..certificate };
        let after = superseded.apply(&of(revoked));
        assert_eq!(after.certificate(&certificate.fingerprint), Some(revoked));
        assert_eq!(after.certificate(&Fingerprint::of(b"two")), None);
    }

    #[test]
    fn an_office_a_person_and_a_room_are_found_by_their_names() {
        let office = Office {
            office: "1272201234".parse().unwrap(),
            name: "かしわ訪問看護".into(),
            state: OfficeState::Registered,
        };
        let room = Room { room: "r-1".parse().unwrap(), open: true, members: HashMap::new() };
        let changes = Changes { offices: vec![office.clone()], rooms: vec![room.clone()], ..Changes::default() };
        let snapshot = Snapshot::empty("id").apply(&changes);
        assert_eq!(snapshot.office("1272201234"), Some(&office));
        assert_eq!(snapshot.office("9999999999"), None);
        assert_eq!(snapshot.room("r-1"), Some(&room));
        assert_eq!(snapshot.system_user("k.sato"), None);
    }
}
