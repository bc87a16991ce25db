//! The names of what can be wrong with a certificate.

use crate::KeyRefusal;

/// A rule that a certificate breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Finding {
    /// `authorityKeyIdentifier`.
    #[error("authorityKeyIdentifier is not, uncritical, the issuer's key identifier alone (RFC 5280 §4.2.1.1)")]
    AuthorityKeyIdentifier,
    /// `basicConstraints`.
    #[error("basicConstraints is not critical with exactly the profile's CA flag and path length (RFC 5280 §4.2.1.9)")]
    BasicConstraints,
    /// `cRLDistributionPoints`.
    #[error("cRLDistributionPoints is not exactly the profile's URL (RFC 5280 §4.2.1.13)")]
    CrlDistributionPoints,
    /// An extension stands there twice.
    #[error("an extension stands there twice (RFC 5280 §4.2)")]
    ExtensionTwice,
    /// `extKeyUsage`.
    #[error("extKeyUsage is not, uncritical, exactly the profile's (RFC 5280 §4.2.1.12)")]
    ExtendedKeyUsage,
    /// The issuer's name.
    #[error("the issuer is not named as in its own certificate, byte for byte (RFC 5280 §4.1.2.4)")]
    Issuer,
    /// The issuer is no CA for such a certificate.
    #[error("the issuer may not sign such a certificate: its CA flag, path length, key usage or extKeyUsage forbid it")]
    IssuerForbids,
    /// The issuing certificate could not be read.
    #[error("the issuer's certificate cannot be read")]
    IssuerUnreadable,
    /// The public key's kind or strength.
    #[error("the key: {0}")]
    Key(KeyRefusal),
    /// `keyUsage`.
    #[error("keyUsage is not critical with exactly the profile's bits (RFC 5280 §4.2.1.3)")]
    KeyUsage,
    /// Another key than the one that was asked for.
    #[error("the public key is not the one that was asked for")]
    OtherKey,
    /// The serial.
    #[error(
        "the serial is not 16 octets with 126 random bits as ours are drawn (at least 64: CA/Browser Forum BR §7.1)"
    )]
    Serial,
    /// The signature is not the issuer's.
    #[error("the signature does not verify under the issuer's key")]
    Signature,
    /// The signature algorithm.
    #[error("the signature algorithm is not ECDSA with the issuer's curve's hash, the same inside and outside")]
    SignatureAlgorithm,
    /// The subject's name.
    #[error("the subject is not C, O, OU, CN exactly as the profile writes them, the country a PrintableString")]
    Subject,
    /// `subjectAltName`.
    #[error("subjectAltName is not, uncritical, exactly whom the certificate is for (RFC 5280 §4.2.1.6)")]
    SubjectAltName,
    /// `subjectKeyIdentifier`.
    #[error("subjectKeyIdentifier is not, uncritical, the key's SHA-256 cut to 160 bits (RFC 7093 §2 method 1)")]
    SubjectKeyIdentifier,
    /// The profile cannot name this subject.
    #[error("the profile cannot name this subject")]
    SubjectUnnamed,
    /// issuerUniqueID or subjectUniqueID.
    #[error("a unique identifier stands there, which must not be used (RFC 5280 §4.1.2.8)")]
    UniqueId,
    /// An extension of another kind.
    #[error("an extension stands there that no profile has")]
    UnknownExtension,
    /// Not one certificate.
    #[error("this is not one DER certificate and nothing else")]
    Unparsable,
    /// It outlives its issuer or is older.
    #[error("the validity is not within the issuer's")]
    ValidityBeyondIssuer,
    /// It lasts longer than the profile gives, or ends before it begins.
    #[error("the validity is longer than the profile gives, or ends before it begins")]
    ValidityBeyondProfile,
    /// Not version 3.
    #[error("the certificate is not of version 3 (RFC 5280 §4.1.2.1)")]
    Version,
}
