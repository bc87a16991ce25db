//! Why a certificate was not made or signed.

use certs::CertificateRefusal;
use certs::lint::Finding;
use certs::profile::{ProfileMistake, Purpose, SubjectRefusal, ValidityRefusal};

use crate::key::KeyFault;

/// Why there is no certificate.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignRefusal {
    /// The CA's certificate.
    #[error("the CA's certificate: {0}")]
    Authority(CertificateRefusal),
    /// Signed bytes differ from those that were linted and recorded.
    #[error("what was signed is not what was inspected; nothing is handed out")]
    Changed,
    /// A key that could not be made or read.
    #[error("{0}")]
    Key(KeyFault),
    /// Rules that the certificate would break.
    #[error("the certificate would break these rules: {}", listed(.0))]
    Lint(Vec<Finding>),
    /// The key is not the CA certificate's.
    #[error("the key does not belong to the CA's certificate")]
    OtherKey,
    /// The CA is not the one for which the certificate was prepared.
    #[error("the certificate was prepared for another issuing CA")]
    OtherAuthority,
    /// The registry's receipt is for another certificate.
    #[error("the registry recorded another certificate than the one prepared")]
    OtherReceipt,
    /// The profile is of another purpose.
    #[error("a {0} profile is needed, not {1}")]
    OtherProfile(Purpose, Purpose),
    /// A profile of ours that does not hold.
    #[error("the profile: {}", listed(.0))]
    Profile(Vec<ProfileMistake>),
    /// Whom it names.
    #[error("{0}")]
    Subject(SubjectRefusal),
    /// The certificate could not be written.
    #[error("the certificate could not be written: {0}")]
    Unwritable(String),
    /// When it ends.
    #[error("{0}")]
    Validity(ValidityRefusal),
}

fn listed<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl From<rcgen::Error> for SignRefusal {
    fn from(error: rcgen::Error) -> Self {
        Self::Unwritable(error.to_string())
    }
}
