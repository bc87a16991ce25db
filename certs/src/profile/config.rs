//! What a profile's TOML file says, unchecked.

use serde::Deserialize;

use super::purpose::Purpose;
use crate::KeyKind;

/// A profile as it was written. [`super::Profile::check`] makes a profile of it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ProfileConfig {
    /// What the certificate is for.
    pub purpose: Purpose,
    /// Whom it names.
    pub subject: SubjectConfig,
    /// How long it lasts.
    pub validity: ValidityConfig,
    /// Which keys it is given to.
    pub keys: KeysConfig,
    /// Where the list of revoked certificates is published (`http://…`, RFC 5280 §4.2.1.13).
    pub crl_url: Option<String>,
}

/// The distinguished name.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct SubjectConfig {
    /// Two capital letters (ISO 3166-1).
    pub country: String,
    /// Organization.
    pub organization: String,
    /// Organizational unit.
    pub organizational_unit: String,
    /// Common name: `{device}` and `{expiry}` (year and month) for a device, `{name}` for all others.
    pub common_name: String,
}

/// How long certificates last.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ValidityConfig {
    /// Months from the day of issue.
    pub months: u32,
    /// Days on which none is to expire.
    pub keep_out: Option<KeepOutConfig>,
}

/// Days of the year on which no certificate is to expire.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct KeepOutConfig {
    /// The first such day, `MM-DD` in Japan.
    pub first: String,
    /// The last such day.
    pub last: String,
    /// The most months a certificate lasts when its expiry is moved.
    pub most_months: u32,
}

/// Keys.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct KeysConfig {
    /// What we make where we make the key.
    pub made: KeyKind,
    /// `P-256`, `P-384` or `RSA`.
    pub accepted: Vec<String>,
    /// Sizes of RSA keys accepted; needed with `RSA`.
    pub rsa_bits: Option<RsaBits>,
}

/// A range of sizes, both ends included.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RsaBits {
    /// Bits of the smallest modulus.
    pub least: u32,
    /// Bits of the largest modulus.
    pub most: u32,
}
