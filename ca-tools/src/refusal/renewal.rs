//! Why a certificate is not followed by the next one.

use certs::DeviceNo;

/// What can be said of renewals only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RenewalRefusal {
    /// It was for an emergency.
    #[error("the certificate {1} of {0} is for an emergency and is not renewed")]
    Emergency(DeviceNo, String),
    /// It was made shorter than its profile gives.
    #[error("the certificate {1} of {0} was made short on purpose")]
    Shortened(DeviceNo, String),
}

impl RenewalRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Emergency(..) => "emergency_not_renewed",
            Self::Shortened(..) => "shortened_not_renewed",
        }
    }
}
