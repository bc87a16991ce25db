//! A CA made in memory, for tests of what is built on it.

use certs::profile::{Profile, Purpose};
use certs::{DeviceNo, DeviceRequest, KeyKind, Timestamp};

use crate::key::PrivateKey;
use crate::sign::{
    Authority, HolderKey, IntentReceipt, Issued, Order, Prepared, make_issuing, make_root, prepare, sign,
};

/// 2026-11-22T09:00:00+09:00, when the wall clock is of no matter. Programs that check dates by
/// the wall clock are told this time.
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_795_305_600);

/// A root, an issuing CA, and the device profile.
pub(crate) struct Rehearsal {
    pub(crate) root: Authority,
    pub(crate) issuing: Authority,
    pub(crate) profile: Profile,
}

impl Rehearsal {
    pub(crate) fn new() -> Self {
        let root = make_root("R1", NOW).unwrap();
        let issuing = make_issuing("1", &root, NOW).unwrap();
        Self { root, issuing, profile: Profile::built_in(Purpose::Device).unwrap() }
    }

    pub(crate) fn prepare(&self, key: HolderKey<'_>) -> Prepared {
        let order = Order { device: DeviceNo::new(123).unwrap(), key, now: NOW, asked_days: None };
        prepare(&order, &self.profile, self.issuing.certificate()).unwrap()
    }

    /// A certificate for a key made here.
    pub(crate) fn issue(&self, kind: KeyKind) -> (PrivateKey, Issued) {
        let key = PrivateKey::make(kind).unwrap();
        let issued = self.complete(self.prepare(HolderKey::Made(&key)));
        (key, issued)
    }

    pub(crate) fn issue_requested(&self, request: &DeviceRequest) -> Issued {
        self.complete(self.prepare(HolderKey::Requested(request)))
    }

    fn complete(&self, prepared: Prepared) -> Issued {
        let receipt = receipt_for(&prepared);
        sign(prepared.recorded(receipt).unwrap(), &self.issuing).unwrap()
    }
}

pub(crate) fn receipt_for(prepared: &Prepared) -> IntentReceipt {
    IntentReceipt::of_committed(prepared.serial(), &prepared.to_be_signed())
}
