//! Who is at the far end of a finished handshake?

use certs::{DeviceNo, Fingerprint, Serial, Validity};
use rustls::pki_types::CertificateDer;

use super::trust::Trust;

/// What a finished handshake proved. Made only by [`Peer::of`].
///
/// ```compile_fail
/// fn forge(claim: gateway::tls::Claim) -> gateway::tls::Claim {
///     gateway::tls::Claim { ..claim }
/// }
/// ```
#[must_use]
#[derive(Debug)]
pub enum Peer {
    /// No certificate was shown.
    Nobody,
    /// One that our CA did not sign, or that is no device certificate: by whom it says it was issued, for a page's words.
    Foreign(Option<Box<str>>),
    /// A device certificate of our CA, whose key the far end holds.
    Claims(Claim),
}

/// What a certificate of our CA says. Whether the device is still welcome is another question.
#[derive(Debug)]
pub struct Claim {
    device: DeviceNo,
    serial: Serial,
    fingerprint: Fingerprint,
    validity: Validity,
    issuer: Fingerprint,
}

impl Peer {
    /// Judges the leaf that was shown. The handshake has already proved possession of the leaf's key.
    pub fn of(chain: Option<&[CertificateDer<'_>]>, trust: &Trust) -> Self {
        let Some([leaf, ..]) = chain else { return Self::Nobody };
        let fingerprint = Fingerprint::of(leaf);
        match trust.judge(fingerprint, leaf) {
            Some(facts) => Self::Claims(Claim {
                device: facts.device,
                serial: facts.serial,
                fingerprint,
                validity: facts.validity,
                issuer: facts.issuer,
            }),
            None => Self::Foreign(certs::issuer_name(leaf).map(String::into_boxed_str)),
        }
    }

    /// The device that the certificate names, if it is one of ours.
    #[must_use]
    pub fn device(&self) -> Option<DeviceNo> {
        match self {
            Self::Claims(claim) => Some(claim.device),
            Self::Nobody | Self::Foreign(_) => None,
        }
    }

    /// Whether this judgement is the same by the CAs of now. Who has shown nothing, or nothing of ours, may have
    /// something to show to them.
    #[must_use]
    pub fn stands(&self, trust: &Trust) -> bool {
        match self {
            Self::Nobody | Self::Foreign(_) => false,
            Self::Claims(claim) => trust.names(claim.issuer),
        }
    }
}

impl Claim {
    /// The device number in its subject alternative name.
    #[must_use]
    pub fn device(&self) -> DeviceNo {
        self.device
    }

    /// Its serial.
    #[must_use]
    pub fn serial(&self) -> Serial {
        self.serial
    }

    /// SHA-256 of its DER.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Its dates, as the certificate says them.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }
}
