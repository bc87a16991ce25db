//! How little room does a device, or a certificate, take?
//!
//! A million of each are held: 12 bytes a device, which is found by its number, and 44 a
//! certificate, of which 32 are its fingerprint. Device numbers have eight decimal digits
//! ([`DeviceNo`]), so the five highest bits of a certificate's are free for its state. Times are
//! unsigned seconds, good until 2106.

use std::collections::HashSet;
use std::num::NonZeroU8;
use std::sync::Arc;

use certs::{DeviceNo, Fingerprint, Timestamp, Validity};

use crate::record::{Assurance, Certificate, CertificateState, Device, DeviceStage, Os, Ownership};
use crate::snapshot::table::Entry;
use names::{LoginId, OfficeNo};

/// Bits of a device's number; the largest is 99,999,999.
const NUMBER_BITS: u32 = 27;
const NUMBER: u32 = (1 << NUMBER_BITS) - 1;

/// "No time" in a packed word, and the first that does not fit any more.
const NEVER: u32 = u32::MAX;

/// A device without its number: office, approval, and flags: 1 bit hold, 1 bit ownership, 3 bits stage,
/// 3 bits system, 1 bit listed.
#[derive(Clone, Copy, Debug)]
pub(super) struct PackedDevice {
    office: u32,
    approved_until: u32,
    flags: u16,
    /// Never zero, so that "no device" takes no room of its own.
    _there: NonZeroU8,
}

impl PackedDevice {
    /// Packs a device of the office at this index.
    pub(super) fn new(device: &Device, office: u32) -> Self {
        let flags = u32::from(device.suspended)
            | position(Ownership::ALL, device.ownership) << 1
            | position(DeviceStage::ALL, device.stage) << 2
            | position(Os::ALL, device.os) << 5
            | u32::from(device.users.is_some()) << 8;
        Self {
            office,
            approved_until: device.approved_until.map_or(NEVER, seconds),
            flags: flags as u16,
            _there: NonZeroU8::MIN,
        }
    }

    /// The index of its office.
    pub(super) fn office(self) -> u32 {
        self.office
    }

    /// Whether it serves listed people only; the list stands elsewhere.
    pub(super) fn listed(self) -> bool {
        self.bits(8, 1) == 1
    }

    /// How far it came.
    pub(super) fn stage(self) -> Option<DeviceStage> {
        at(DeviceStage::ALL, self.bits(2, 3))
    }

    /// On hold.
    pub(super) fn suspended(self) -> bool {
        self.bits(0, 1) == 1
    }

    /// The device as it was packed, given what stands elsewhere.
    pub(super) fn unpack(
        self,
        device: DeviceNo,
        office: OfficeNo,
        users: Option<Arc<HashSet<LoginId>>>,
    ) -> Option<Device> {
        Some(Device {
            device,
            office,
            os: at(Os::ALL, self.bits(5, 3))?,
            ownership: at(Ownership::ALL, self.bits(1, 1))?,
            stage: self.stage()?,
            suspended: self.suspended(),
            approved_until: (self.approved_until != NEVER).then(|| time(self.approved_until)),
            users,
        })
    }

    fn bits(self, from: u32, count: u32) -> u32 {
        u32::from(self.flags) >> from & ((1 << count) - 1)
    }
}

/// A certificate: fingerprint; device with 2 bits state and 1 bit assurance; dates. Since when it is
/// superseded stands in a table of its own, as few are.
#[derive(Clone, Copy, Debug)]
pub(super) struct PackedCertificate {
    fingerprint: [u8; 32],
    device: u32,
    not_before: u32,
    not_after: u32,
}

const ISSUED: u32 = 0;
const SUPERSEDED: u32 = 1;
const REVOKED: u32 = 2;

impl PackedCertificate {
    /// Packs a certificate, and what is to be kept beside it if it is superseded.
    pub(super) fn new(certificate: &Certificate) -> (Self, Option<PackedSupersession>) {
        let fingerprint = *certificate.fingerprint.as_bytes();
        let (state, supersession) = match certificate.state {
            CertificateState::Issued => (ISSUED, None),
            CertificateState::Revoked => (REVOKED, None),
            CertificateState::Superseded { since, successor_not_after } => {
                let successor_not_after = successor_not_after.map_or(NEVER, seconds);
                (SUPERSEDED, Some(PackedSupersession { fingerprint, since: seconds(since), successor_not_after }))
            }
        };
        let flags = state | position(Assurance::ALL, certificate.assurance) << 2;
        let packed = Self {
            fingerprint,
            device: certificate.device.number() | flags << NUMBER_BITS,
            not_before: seconds(certificate.validity.not_before),
            not_after: seconds(certificate.validity.not_after),
        };
        (packed, supersession)
    }

    /// Whether something is kept beside it.
    pub(super) fn superseded(self) -> bool {
        self.device >> NUMBER_BITS & 3 == SUPERSEDED
    }

    /// The certificate as it was packed, given what is kept beside it.
    pub(super) fn unpack(self, supersession: Option<PackedSupersession>) -> Option<Certificate> {
        let state = match (self.device >> NUMBER_BITS & 3, supersession) {
            (ISSUED, _) => CertificateState::Issued,
            (SUPERSEDED, Some(kept)) => CertificateState::Superseded {
                since: time(kept.since),
                successor_not_after: (kept.successor_not_after != NEVER).then(|| time(kept.successor_not_after)),
            },
            // Superseded without a time cannot be packed; were it so, it would count as over.
            _ => CertificateState::Revoked,
        };
        Some(Certificate {
            fingerprint: Fingerprint::from_bytes(self.fingerprint),
            device: DeviceNo::new(self.device & NUMBER).ok()?,
            validity: Validity { not_before: time(self.not_before), not_after: time(self.not_after) },
            state,
            assurance: at(Assurance::ALL, self.device >> (NUMBER_BITS + 2) & 1)?,
        })
    }
}

impl Entry for PackedCertificate {
    type Key = [u8; 32];

    fn with_key<R>(&self, read: impl FnOnce(&[u8; 32]) -> R) -> R {
        read(&self.fingerprint)
    }
}

/// Since when a certificate is superseded, and until when its successor is good.
#[derive(Clone, Copy, Debug)]
pub(super) struct PackedSupersession {
    fingerprint: [u8; 32],
    since: u32,
    successor_not_after: u32,
}

impl Entry for PackedSupersession {
    type Key = [u8; 32];

    fn with_key<R>(&self, read: impl FnOnce(&[u8; 32]) -> R) -> R {
        read(&self.fingerprint)
    }
}

/// The reader refuses what lies outside 1970 and 2106; here the nearest second inside is taken.
fn seconds(time: Timestamp) -> u32 {
    u32::try_from(time.unix().clamp(0, i64::from(NEVER) - 1)).unwrap_or(0)
}

fn time(seconds: u32) -> Timestamp {
    Timestamp::from_unix(i64::from(seconds))
}

/// The place of a value in its list: at most five, so three bits.
fn position<T: Copy + PartialEq>(all: &[T], value: T) -> u32 {
    all.iter().position(|other| *other == value).unwrap_or(all.len()) as u32
}

fn at<T: Copy>(all: &[T], position: u32) -> Option<T> {
    all.get(position as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_takes_12_bytes_and_a_certificate_44() {
        assert_eq!(size_of::<Option<PackedDevice>>(), 12);
        assert_eq!(size_of::<PackedCertificate>(), 44);
    }

    #[test]
    fn whatever_a_device_is_it_is_unpacked_as_it_was_packed() {
        let office: OfficeNo = "1272201234".parse().unwrap();
        for (number, until) in [(1, None), (99_999_999, Some(Timestamp::from_unix(4_294_967_294)))] {
            for (os, ownership) in Os::ALL.iter().flat_map(|os| Ownership::ALL.iter().map(move |own| (*os, *own))) {
                for (stage, suspended) in DeviceStage::ALL.iter().flat_map(|stage| [(*stage, true), (*stage, false)]) {
                    let device = Device {
                        device: DeviceNo::new(number).unwrap(),
                        office: office.clone(),
                        os,
                        ownership,
                        stage,
                        suspended,
                        approved_until: until,
                        users: suspended.then(Arc::default),
                    };
                    let packed = PackedDevice::new(&device, u32::MAX);
                    assert_eq!((packed.office(), packed.listed()), (u32::MAX, suspended));
                    assert_eq!(packed.unpack(device.device, office.clone(), device.users.clone()), Some(device));
                }
            }
        }
    }

    #[test]
    fn whatever_a_certificate_is_it_is_unpacked_as_it_was_packed() {
        let since = Timestamp::from_unix(1_800_000_000);
        for assurance in Assurance::ALL {
            for state in [
                CertificateState::Issued,
                CertificateState::Revoked,
                CertificateState::Superseded { since, successor_not_after: None },
                CertificateState::Superseded { since, successor_not_after: Some(since.plus(1)) },
            ] {
                let certificate = Certificate {
                    fingerprint: Fingerprint::of(b"certificate"),
                    device: DeviceNo::new(99_999_999).unwrap(),
                    validity: Validity { not_before: Timestamp::from_unix(0), not_after: since },
                    state,
                    assurance: *assurance,
                };
                let (packed, beside) = PackedCertificate::new(&certificate);
                assert_eq!(packed.superseded(), beside.is_some());
                assert_eq!(packed.unpack(beside), Some(certificate));
            }
        }
    }
}
