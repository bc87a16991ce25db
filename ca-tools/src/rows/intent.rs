//! A certificate's words on their way into the registry: what is intended, for what, what came of it.

use certs::{DeviceNo, Fingerprint, KeyPrint, Serial, Validity};
use registry::Assurance;

/// 機器の入替え, 更新: the old certificate counts for so many seconds beside the new one (ca-tools/README.md#what-an-event-changes).
pub(crate) const GRACE: i64 = 14 * 86_400;

/// A certificate about to be signed.
#[derive(Clone, Debug)]
pub struct Intent {
    /// Its serial, drawn for it alone.
    pub serial: Serial,
    /// The device it is for.
    pub device: DeviceNo,
    /// From when until when.
    pub validity: Validity,
    /// Whether that is all its profile gives.
    pub term: Term,
    /// Which key it is for.
    pub key: KeyPrint,
    /// How its key is kept.
    pub assurance: Assurance,
    /// Who made its key.
    pub key_origin: KeyOrigin,
    /// The issuing CA's certificate.
    pub issuer: Fingerprint,
    /// SHA-256 of the linted TBSCertificate, 64 hex digits.
    pub to_be_signed: String,
}

/// How long a certificate lasts, by its profile.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Term {
    /// As long as its profile gives.
    Full,
    /// Shorter, on purpose.
    Shortened,
}

impl Term {
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Full => 0,
            Self::Shortened => 1,
        }
    }
}

/// Who made a certificate's key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyOrigin {
    /// This program, for a key file.
    Server,
    /// The device, which sent a request.
    Csr,
}

impl KeyOrigin {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Csr => "csr",
        }
    }
}

/// What a certificate is issued for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// The device has none in use.
    First,
    /// In place of the one in use, which is superseded so many seconds later.
    Renewal {
        /// How long the old one still counts, in seconds.
        grace: i64,
    },
    /// In place of the one in use: both count until the new one is first used, so that nobody is locked out.
    RenewalOnProof,
    /// In place of one that was made on the same ticket, could not be opened and was never used.
    Retake {
        /// That one.
        of: Serial,
    },
    /// The device takes another one's place, whose certificate is superseded so many seconds later;
    /// at once revoked where that one was reported lost.
    Replacement {
        /// The device that goes.
        of: DeviceNo,
        /// How long the old one still counts, in seconds.
        grace: i64,
    },
}

/// A certificate that was signed.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Its serial.
    pub serial: Serial,
    /// SHA-256 of its DER.
    pub fingerprint: Fingerprint,
    /// Which key it holds.
    pub key: KeyPrint,
    /// Its PEM.
    pub pem: String,
}
