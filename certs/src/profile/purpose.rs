//! What is a certificate for, and what must it therefore say?
//!
//! These are not choices of a house: a profile file names its purpose and gets these with it.

use std::fmt;

use serde::Deserialize;

/// What a certificate is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The root of device certificates.
    Root,
    /// The CA that signs device certificates.
    Issuing,
    /// A device's certificate.
    Device,
    /// Signs `.mobileconfig` profiles.
    Signing,
    /// The root of the house's own machines.
    HouseRoot,
    /// One program of the house towards another.
    Internal,
    /// A site of a trial set-up.
    Site,
}

/// Key usage (RFC 5280 §4.2.1.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyUse {
    /// `keyCertSign` and `cRLSign`, and nothing else.
    Certify,
    /// `digitalSignature`, and nothing else: all that TLS 1.3 and CMS need.
    Sign,
}

/// Extended key usage (RFC 5280 §4.2.1.12).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExtendedUse {
    /// `id-kp-clientAuth`.
    ClientAuth,
    /// `id-kp-emailProtection`: what verifiers of CMS signatures ask for by default.
    EmailProtection,
    /// `id-kp-serverAuth`.
    ServerAuth,
}

impl Purpose {
    /// How many CAs may stand below it; `None` where it is no CA (RFC 5280 §4.2.1.9).
    #[must_use]
    pub fn path_length(self) -> Option<u8> {
        match self {
            Self::Root => Some(1),
            Self::Issuing | Self::HouseRoot => Some(0),
            Self::Device | Self::Signing | Self::Internal | Self::Site => None,
        }
    }

    /// What its key may do.
    #[must_use]
    pub fn key_use(self) -> KeyUse {
        if self.path_length().is_some() { KeyUse::Certify } else { KeyUse::Sign }
    }

    /// What it is good for, exactly. A root says nothing; the issuing CA is held to what it signs, so that
    /// no server certificate below it is believed by anyone.
    #[must_use]
    pub fn extended_uses(self) -> &'static [ExtendedUse] {
        match self {
            Self::Root | Self::HouseRoot => &[],
            Self::Issuing => &[ExtendedUse::ClientAuth, ExtendedUse::EmailProtection],
            Self::Device => &[ExtendedUse::ClientAuth],
            Self::Signing => &[ExtendedUse::EmailProtection],
            Self::Internal => &[ExtendedUse::ClientAuth, ExtendedUse::ServerAuth],
            Self::Site => &[ExtendedUse::ServerAuth],
        }
    }

    /// Who signs it; `None` where it signs itself.
    #[must_use]
    pub fn issuer(self) -> Option<Self> {
        match self {
            Self::Root | Self::HouseRoot => None,
            Self::Issuing => Some(Self::Root),
            Self::Device | Self::Signing => Some(Self::Issuing),
            Self::Internal | Self::Site => Some(Self::HouseRoot),
        }
    }

    /// The most months it may last, and by which rule.
    #[must_use]
    pub(crate) fn most_months(self) -> (u32, &'static str) {
        match self {
            Self::Root => (240, "SP 800-57 part 1 §5.3.6: a root's key 15 to 20 years"),
            Self::Issuing => (60, "SP 800-57 part 1 §5.3.6: an issuing key 5 years"),
            Self::Device => (29, "25 months, and 4 at most to leave the change of the fiscal year"),
            Self::Signing => (36, "SP 800-57 part 1 §5.3.6: a signing key 1 to 3 years"),
            Self::HouseRoot => (120, "half a root's, as its key is at hand every day"),
            Self::Internal | Self::Site => (13, "CA/Browser Forum BR §6.3.2: 398 days"),
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Root => "root",
            Self::Issuing => "issuing",
            Self::Device => "device",
            Self::Signing => "signing",
            Self::HouseRoot => "house-root",
            Self::Internal => "internal",
            Self::Site => "site",
        })
    }
}
