//! What must change along with a change?
//!
//! Withdrawing an office revokes everything below it. A personally owned device goes with the last
//! person it served; an office's device stays (退職 and 異動, ca-tools/README.md#what-an-event-changes).

use crate::change::{CertificateChange, DeviceChange, OfficeChange, RevokedReason, SystemUserChange};
use crate::record::Ownership;

/// What happens to everything below an office that closed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Closed {
    /// To each of its people not deleted yet.
    pub users: SystemUserChange,
    /// To each of its devices not out of use yet.
    pub devices: DeviceChange,
    /// To each certificate of those devices not revoked yet.
    pub certificates: CertificateChange,
}

/// What happens to a device that lost a person.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Left {
    /// To the device.
    pub device: DeviceChange,
    /// To each of its certificates not revoked yet.
    pub certificates: CertificateChange,
}

impl OfficeChange {
    /// What this change does to everything below the office, if anything.
    #[must_use]
    pub fn below(self) -> Option<Closed> {
        match self {
            Self::Withdraw | Self::Replace => Some(Closed {
                users: SystemUserChange::Delete,
                devices: DeviceChange::Retire,
                certificates: CertificateChange::Revoke(RevokedReason::Ended),
            }),
            Self::Resume | Self::Suspend | Self::Update => None,
        }
    }
}

impl Ownership {
    /// What happens to a device of this ownership after a person on its list was deleted or moved
    /// away, where `still_listed` others remain on the list.
    #[must_use]
    pub fn after_leaving(self, still_listed: usize) -> Option<Left> {
        match (self, still_listed) {
            (Self::Byod, 0) => Some(Left {
                device: DeviceChange::Retire,
                certificates: CertificateChange::Revoke(RevokedReason::Left),
            }),
            (Self::Byod | Self::Office, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_personal_device_goes_with_its_last_person_and_an_offices_stays() {
        assert_eq!(Ownership::Byod.after_leaving(1), None);
        assert_eq!(Ownership::Byod.after_leaving(0).map(|left| left.device), Some(DeviceChange::Retire));
        assert_eq!(Ownership::Office.after_leaving(0), None);
    }

    #[test]
    fn withdrawing_an_office_revokes_everything_below_it_and_a_hold_does_not() {
        let below = OfficeChange::Withdraw.below().unwrap();
        assert_eq!(below.certificates, CertificateChange::Revoke(RevokedReason::Ended));
        assert_eq!(OfficeChange::Suspend.below(), None);
    }
}
