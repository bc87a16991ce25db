//! Why an issuing CA does not sign, come or go.

use certs::Fingerprint;

/// What can be said of issuing CAs only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IssuerRefusal {
    /// The registry knows none that signs.
    #[error("the registry knows no issuing CA in use")]
    NoneInUse,
    /// No issuing CA of this registry.
    #[error("{0} is no issuing CA of this registry")]
    NotOne(Fingerprint),
    /// One that was retired signs nothing.
    #[error("the issuing CA {0} is retired and signs nothing any more")]
    Retired(Fingerprint),
    /// Two CAs of one name could not be told apart.
    #[error("there is an authority of this name already: {0}")]
    SameName(Fingerprint),
}

impl IssuerRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::NoneInUse => "no_issuer",
            Self::NotOne(_) => "unknown",
            Self::Retired(_) => "issuer_retired",
            Self::SameName(_) => "taken",
        }
    }
}
