//! What kind of public key is this, and is it one we put our name to?

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use x509_parser::asn1_rs::Tag;
use x509_parser::oid_registry::{OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_PKCS1_RSAENCRYPTION};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::shape;

/// The kinds of key a device may have. Ed25519 is not among them: common TLS stacks do not send
/// such a client certificate (ca-tools/README.md#certificate-files).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(into = "String", try_from = "String")]
pub enum KeyKind {
    /// NIST P-256: 128-bit strength (SP 800-57 part 1, table 2).
    P256,
    /// NIST P-384: 192-bit strength.
    P384,
    /// RSA with a modulus of so many bits.
    Rsa {
        /// Bits of the modulus.
        bits: u32,
    },
}

/// Uncompressed points (RFC 5480 §2.2): one octet, then two coordinates.
const P256_POINT: usize = 1 + 2 * 32;
const P384_POINT: usize = 1 + 2 * 48;
const UNCOMPRESSED: u8 = 0x04;
const COMPRESSED: [u8; 2] = [0x02, 0x03];

impl KeyKind {
    /// Which kind `key` is.
    ///
    /// # Errors
    /// Any other algorithm or curve; a compressed or cut point; an RSA key that is not RFC 8017's.
    pub(crate) fn of(key: &SubjectPublicKeyInfo<'_>) -> Result<Self, KeyRefusal> {
        let bits: &[u8] = &key.subject_public_key.data;
        if key.subject_public_key.unused_bits != 0 {
            return Err(KeyRefusal::Malformed);
        }
        if key.algorithm.algorithm == OID_KEY_TYPE_EC_PUBLIC_KEY {
            let parameters = key.algorithm.parameters.as_ref().ok_or(KeyRefusal::Malformed)?;
            if parameters.tag() == Tag::Sequence {
                return Err(KeyRefusal::ExplicitCurve);
            }
            let curve = parameters.as_oid().map_err(|_| KeyRefusal::Malformed)?;
            let (kind, length) = if curve == OID_EC_P256 {
                (Self::P256, P256_POINT)
            } else if curve == OID_NIST_EC_P384 {
                (Self::P384, P384_POINT)
            } else {
                return Err(KeyRefusal::OtherKind);
            };
            if bits.len() == length.div_ceil(2) && COMPRESSED.contains(&bits[0]) {
                return Err(KeyRefusal::CompressedPoint);
            }
            if bits.len() != length || bits[0] != UNCOMPRESSED {
                return Err(KeyRefusal::Malformed);
            }
            return Ok(kind);
        }
        if key.algorithm.algorithm != OID_PKCS1_RSAENCRYPTION {
            return Err(KeyRefusal::OtherKind);
        }
        shape::only(shape::SEQUENCE, bits).ok_or(KeyRefusal::Malformed)?;
        let Ok(PublicKey::RSA(rsa)) = key.parsed() else {
            return Err(KeyRefusal::Malformed);
        };
        Ok(Self::Rsa { bits: bit_length(rsa.modulus)? })
    }
}

/// Bits of a positive DER INTEGER's content.
fn bit_length(integer: &[u8]) -> Result<u32, KeyRefusal> {
    let magnitude = match integer {
        [0, rest @ ..] => rest,
        all => all,
    };
    let (Some(first), true) = (magnitude.first(), integer.first().is_some_and(|first| *first < 0x80)) else {
        return Err(KeyRefusal::Malformed);
    };
    if *first == 0 {
        return Err(KeyRefusal::Malformed);
    }
    let octets = u32::try_from(magnitude.len()).map_err(|_| KeyRefusal::Malformed)?;
    Ok(octets.saturating_mul(8) - first.leading_zeros())
}

/// `P-256`, `P-384`, `RSA-3072`.
impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::P256 => f.write_str("P-256"),
            Self::P384 => f.write_str("P-384"),
            Self::Rsa { bits } => write!(f, "RSA-{bits}"),
        }
    }
}

impl FromStr for KeyKind {
    type Err = KeyRefusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "P-256" => Ok(Self::P256),
            "P-384" => Ok(Self::P384),
            "RSA-3072" => Ok(Self::Rsa { bits: 3072 }),
            "RSA-4096" => Ok(Self::Rsa { bits: 4096 }),
            _ => Err(KeyRefusal::OtherKind),
        }
    }
}

impl From<KeyKind> for String {
    fn from(kind: KeyKind) -> Self {
        kind.to_string()
    }
}

impl TryFrom<String> for KeyKind {
    type Error = KeyRefusal;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Why we do not put our name to a public key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyRefusal {
    /// The two primes of the modulus lie so close together that Fermat's method finds them.
    #[error("the RSA key can be factored: its primes are too close together")]
    CloseFactors,
    /// The point is compressed (RFC 5480 §2.2), which TLS stacks do not read.
    #[error("the point of the EC key is compressed: make the key anew with an uncompressed point")]
    CompressedPoint,
    /// The curve is written out instead of named (RFC 5480 §2.1.1).
    #[error("the curve of the EC key is written out (explicit parameters): make the key anew with a named curve")]
    ExplicitCurve,
    /// The public exponent is not 65537 (SP 800-56B §6.2; the one every stack accepts).
    #[error("the RSA public exponent is not 65537")]
    Exponent,
    /// The modulus has a small factor.
    #[error("the RSA key can be factored: its modulus has a small factor")]
    SmallFactor,
    /// The key does not follow its own format (RFC 5480, RFC 8017).
    #[error("the public key does not follow its format")]
    Malformed,
    /// A kind or size the profile does not accept.
    #[error("{0} keys are not accepted")]
    NotAccepted(KeyKind),
    /// Neither P-256 nor P-384 nor RSA.
    #[error("the key is of another kind than P-256, P-384 and RSA")]
    OtherKind,
    /// Made by a chip whose keys can be computed from the public part (ROCA, CVE-2017-15361).
    #[error("the RSA key was made by a chip with the ROCA fault (CVE-2017-15361); make it another way")]
    Roca,
}
