//! Is this certificate one of ours, and in service, right now?
//!
//! TLS has proved that the peer holds the key of a certificate. That is not enough: a revoked
//! device still holds its key. So this is asked for every request, not once a connection, and
//! chain and registry must both agree.

use std::collections::HashSet;
use std::sync::Arc;

use certs::{DeviceNo, Fingerprint, Serial, Timestamp, Validity};
use registry::{
    Assurance, Certificate, CertificateState, Device, DeviceStage, LoginId, OfficeNo, OfficeState, Os, Ownership,
    Snapshot,
};

use crate::refusal::Refusal;
use crate::tls::{Claim, Peer};

/// Proof that the far end is a device in service, at the moment of asking. Made only by [`verify`].
///
/// ```compile_fail
/// fn forge(device: certs::DeviceNo, of: gateway::device::VerifiedDevice) -> gateway::device::VerifiedDevice {
///     gateway::device::VerifiedDevice { device, ..of }
/// }
/// ```
#[must_use]
#[derive(Debug)]
pub struct VerifiedDevice {
    device: DeviceNo,
    office: OfficeNo,
    users: Option<Arc<HashSet<LoginId>>>,
    os: Os,
    ownership: Ownership,
    assurance: Assurance,
    serial: Serial,
    fingerprint: Fingerprint,
    validity: Validity,
}

/// Asks the registry about the certificate that `peer` showed.
///
/// # Errors
/// The first of the refusals that holds, in the order of [`Refusal`].
pub fn verify(peer: &Peer, registry: &Snapshot, now: Timestamp) -> Result<VerifiedDevice, Refusal> {
    let claim = match peer {
        Peer::Nobody => return Err(Refusal::NoCert),
        Peer::Foreign(_) => return Err(Refusal::ForeignCert),
        Peer::Claims(claim) => claim,
    };
    let certificate = registry.certificate(&claim.fingerprint()).ok_or(Refusal::UnknownDevice)?;
    let device = registry.device(certificate.device).ok_or(Refusal::UnknownDevice)?;
    if certificate.device != claim.device() {
        return Err(Refusal::UnknownDevice);
    }
    let office = registry.office(device.office.as_str()).ok_or(Refusal::UnknownDevice)?;
    standing(&certificate, now)?;
    check_device(&device, office.state, now)?;
    let validity = narrower(certificate.validity, claim.validity());
    if now < validity.not_before {
        return Err(Refusal::NotYetValid);
    }
    if now > validity.not_after {
        return Err(Refusal::Expired);
    }
    Ok(VerifiedDevice {
        device: device.device,
        office: device.office,
        users: device.users,
        os: device.os,
        ownership: device.ownership,
        assurance: certificate.assurance,
        serial: claim.serial(),
        fingerprint: certificate.fingerprint,
        validity,
    })
}

fn standing(certificate: &Certificate, now: Timestamp) -> Result<(), Refusal> {
    match certificate.state {
        CertificateState::Issued => Ok(()),
        CertificateState::Superseded { since, .. } if now < since => Ok(()),
        CertificateState::Superseded { .. } => Err(Refusal::Superseded),
        CertificateState::Revoked => Err(Refusal::Revoked),
    }
}

fn check_device(device: &Device, office: OfficeState, now: Timestamp) -> Result<(), Refusal> {
    if device.stage == DeviceStage::Retired {
        return Err(Refusal::Revoked);
    }
    if device.suspended {
        return Err(Refusal::Suspended);
    }
    match office {
        OfficeState::Registered => {}
        OfficeState::Suspended | OfficeState::Withdrawn | OfficeState::Replaced => {
            return Err(Refusal::OfficeSuspended);
        }
    }
    match device.stage {
        DeviceStage::Approved if device.approved_until.is_none_or(|until| now <= until) => Ok(()),
        DeviceStage::Approved
        | DeviceStage::Applied
        | DeviceStage::Inspected
        | DeviceStage::Rejected
        | DeviceStage::Retired => Err(Refusal::NotApproved),
    }
}

/// The certificate and the registry say the same dates; if ever they do not, the shorter counts.
fn narrower(registry: Validity, certificate: Validity) -> Validity {
    Validity {
        not_before: registry.not_before.max(certificate.not_before),
        not_after: registry.not_after.min(certificate.not_after),
    }
}

impl VerifiedDevice {
    /// Its number.
    #[must_use]
    pub fn device(&self) -> DeviceNo {
        self.device
    }

    /// The office it belongs to.
    #[must_use]
    pub fn office(&self) -> &OfficeNo {
        &self.office
    }

    /// The people it serves, where not everyone of its office.
    #[must_use]
    pub fn users(&self) -> Option<&HashSet<LoginId>> {
        self.users.as_deref()
    }

    /// Its operating system.
    #[must_use]
    pub fn os(&self) -> Os {
        self.os
    }

    /// Whose it is.
    #[must_use]
    pub fn ownership(&self) -> Ownership {
        self.ownership
    }

    /// How its key is kept.
    #[must_use]
    pub fn assurance(&self) -> Assurance {
        self.assurance
    }

    /// The serial of the certificate it showed.
    #[must_use]
    pub fn serial(&self) -> Serial {
        self.serial
    }

    /// The fingerprint of the certificate it showed.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// From when until when that certificate is good.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }
}

/// What is known of the device behind a certificate even when it is refused: for the line and the page.
#[derive(Debug)]
pub struct Known {
    /// Its number.
    pub device: DeviceNo,
    /// Its office.
    pub office: OfficeNo,
    /// Until when the certificate was good.
    pub not_after: Timestamp,
    /// Until when its successor is good.
    pub successor_not_after: Option<Timestamp>,
}

/// Looks up, without judging.
#[must_use]
pub fn known(claim: &Claim, registry: &Snapshot) -> Option<Known> {
    let certificate = registry.certificate(&claim.fingerprint())?;
    let device = registry.device(certificate.device)?;
    let successor_not_after = match certificate.state {
        CertificateState::Superseded { successor_not_after, .. } => successor_not_after,
        CertificateState::Issued | CertificateState::Revoked => None,
    };
    Some(Known {
        device: device.device,
        office: device.office,
        not_after: certificate.validity.not_after,
        successor_not_after,
    })
}
