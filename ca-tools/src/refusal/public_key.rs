//! Why a public key gets no certificate.

use certs::DeviceNo;

/// What can be said of public keys only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PublicKeyRefusal {
    /// It has had a certificate.
    #[error("this public key was certified already, for {0} ({1})")]
    Certified(DeviceNo, String),
    /// It is the key of a CA, or of a machine of the house.
    #[error("this public key is one of the house's own")]
    Ours,
}

impl PublicKeyRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Certified(..) => "key_certified",
            Self::Ours => "key_of_the_house",
        }
    }
}
