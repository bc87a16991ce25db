//! One certificate that is no longer good.

use certs::{Serial, Timestamp};
use rcgen::RevocationReason;
use registry::change::RevokedReason;

/// A certificate that is no longer good, as the registry says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RevokedEntry {
    /// Its serial.
    pub serial: Serial,
    /// Since when.
    pub since: Timestamp,
    /// Why.
    pub withdrawn: Withdrawn,
}

/// Why a certificate is no longer good. Each is told by its CRLReason (RFC 5280 §5.3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Withdrawn {
    /// The device is on hold (一時停止): certificateHold.
    Held,
    /// For ever: keyCompromise, superseded, affiliationChanged, cessationOfOperation or none.
    Revoked(RevokedReason),
    /// Another certificate took its place (更新): superseded.
    Superseded,
}

impl Withdrawn {
    pub(super) fn reason(self) -> Option<RevocationReason> {
        match self {
            Self::Held => Some(RevocationReason::CertificateHold),
            Self::Superseded | Self::Revoked(RevokedReason::Replaced) => Some(RevocationReason::Superseded),
            Self::Revoked(RevokedReason::Lost) => Some(RevocationReason::KeyCompromise),
            Self::Revoked(RevokedReason::Left) => Some(RevocationReason::AffiliationChanged),
            Self::Revoked(RevokedReason::Ended) => Some(RevocationReason::CessationOfOperation),
            // "SHOULD be absent instead of using the unspecified reasonCode" (RFC 5280 §5.3.1).
            Self::Revoked(RevokedReason::Other) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_gives_the_reason_that_the_registry_gives() {
        use RevokedReason::{Ended, Left, Lost, Other, Replaced};
        for reason in [Ended, Left, Lost, Other, Replaced] {
            let told = Withdrawn::Revoked(reason).reason().map_or(0, |told| told as u8);
            assert_eq!(told, reason.crl_reason(), "{reason:?}");
        }
    }
}
