//! What is wrong with a profile's file.

use super::purpose::Purpose;
use crate::KeyKind;

/// One mistake in a profile.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProfileMistake {
    /// The common name lacks its placeholder, or has one that its purpose does not know.
    #[error("subject.common_name: for the purpose {0} write {1}, and no other placeholder")]
    CommonName(Purpose, &'static str),
    /// Not two capital letters.
    #[error("subject.country: two capital letters (ISO 3166-1; PrintableString, RFC 5280 appendix A)")]
    Country,
    /// Not a plain http URL.
    #[error("crl_url: an http:// URL, as checking https would need a list again (RFC 5280 §8)")]
    CrlUrl,
    /// The period is no two days of one year, in order.
    #[error("validity.keep_out: first and last are days written MM-DD, the first before the last")]
    KeepOutDays,
    /// The period cannot be left with so few months.
    #[error("validity.keep_out.most_months: {0} months cannot always leave the period; at least {1} are needed")]
    KeepOutTooShort(u32, u32),
    /// What we would make ourselves we would refuse.
    #[error("keys.made: {0} is not among the accepted keys")]
    MadeKeyNotAccepted(KeyKind),
    /// Longer than the rule for its purpose.
    #[error("validity: {months} months; at most {most} ({rule})")]
    Months {
        /// What was asked.
        months: u32,
        /// What may be.
        most: u32,
        /// Why.
        rule: &'static str,
    },
    /// A name part is empty, too long or not plain ASCII.
    #[error("subject.{0}: 1 to 64 plain ASCII characters (RFC 5280 appendix A, ub-organization-name)")]
    NamePart(&'static str),
    /// Zero.
    #[error("validity.months: at least 1")]
    NoMonths,
    /// Weaker than 128 bits.
    #[error("keys.rsa_bits.least: {0}; at least 3072 (SP 800-57 part 1, table 2)")]
    RsaTooSmall(u32),
    /// Larger than TLS stacks verify.
    #[error("keys.rsa_bits.most: {0}; at most 8192, which is all that TLS stacks verify")]
    RsaTooLarge(u32),
    /// RSA without a range.
    #[error("keys.rsa_bits: needed where RSA is accepted")]
    RsaWithoutSizes,
    /// Not TOML, or not a profile's fields.
    #[error("{0}")]
    Unreadable(String),
    /// A kind of key nobody knows.
    #[error("keys.accepted: {0:?} is none of P-256, P-384, RSA")]
    UnknownKeyKind(String),
}
