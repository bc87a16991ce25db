//! What may become of a certificate?

use crate::change::IllegalChange;

/// How far a certificate came. Expiry is no stage: it is a matter of time.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CertificateStage {
    /// About to be signed; no fingerprint yet, so that no gateway knows it.
    Intended,
    /// Signed.
    Issued,
    /// Another took its place, at once or after a grace.
    Superseded,
    /// Withdrawn for ever.
    Revoked,
}

/// Why a certificate was revoked.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RevokedReason {
    /// 紛失・盗難.
    Lost,
    /// 機器の入替え.
    Replaced,
    /// 異動, 退職 of a personally owned device's people.
    Left,
    /// 利用終了.
    Ended,
    /// Anything else; the event says what.
    Other,
}

/// What is done to a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CertificateChange {
    /// Withdrawn for this reason.
    Revoke(RevokedReason),
    /// Its signature is recorded.
    Sign,
    /// Another takes its place.
    Supersede,
}

impl RevokedReason {
    /// The CRLReason of RFC 5280 §5.3.1.
    #[must_use]
    pub const fn crl_reason(self) -> u8 {
        match self {
            Self::Other => 0,
            Self::Lost => 1,
            Self::Left => 3,
            Self::Replaced => 4,
            Self::Ended => 5,
        }
    }
}

impl CertificateStage {
    /// The stage after this change. Also an intent can be revoked: a crash may have come between
    /// signing and recording, and its serial then belongs on the list.
    ///
    /// # Errors
    /// It is revoked or superseded already, or not yet that far.
    pub fn after(self, change: CertificateChange) -> Result<Self, IllegalChange> {
        match (self, change) {
            (Self::Intended, CertificateChange::Sign) => Ok(Self::Issued),
            (Self::Issued, CertificateChange::Supersede) => Ok(Self::Superseded),
            (Self::Intended | Self::Issued | Self::Superseded, CertificateChange::Revoke(_)) => Ok(Self::Revoked),
            (Self::Issued | Self::Superseded | Self::Revoked, CertificateChange::Sign) => {
                Err(IllegalChange::Certificate(self, Self::Issued))
            }
            (Self::Intended | Self::Superseded | Self::Revoked, CertificateChange::Supersede) => {
                Err(IllegalChange::Certificate(self, Self::Superseded))
            }
            (Self::Revoked, CertificateChange::Revoke(_)) => Err(IllegalChange::Certificate(self, Self::Revoked)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revoked_certificate_is_not_revoked_again_under_a_milder_reason() {
        assert_eq!(
            CertificateStage::Revoked.after(CertificateChange::Revoke(RevokedReason::Replaced)),
            Err(IllegalChange::Certificate(CertificateStage::Revoked, CertificateStage::Revoked))
        );
    }

    #[test]
    fn a_superseded_certificate_can_still_be_revoked_and_never_comes_back() {
        let old = CertificateStage::Issued.after(CertificateChange::Supersede).unwrap();
        assert_eq!(old.after(CertificateChange::Sign), Err(IllegalChange::Certificate(old, CertificateStage::Issued)));
        assert_eq!(old.after(CertificateChange::Revoke(RevokedReason::Lost)), Ok(CertificateStage::Revoked));
    }
}
