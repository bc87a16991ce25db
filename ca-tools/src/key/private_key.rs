//! A private key in memory.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair,
    RSA_PKCS1_SHA256,
};
use certs::KeyKind;
use der::asn1::ObjectIdentifier;
use pkcs8::PrivateKeyInfo;
use rcgen::{PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, PublicKeyData, SignatureAlgorithm};
use zeroize::Zeroizing;

const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// A private key. It does not print, cannot be copied, and its text is wiped when dropped.
pub struct PrivateKey {
    kind: KeyKind,
    pkcs8: Zeroizing<Vec<u8>>,
    pair: Pair,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl PrivateKey {
    /// Makes a new key.
    ///
    /// # Errors
    /// A size of RSA key that we do not make, or no random numbers from the system.
    pub fn make(kind: KeyKind) -> Result<Self, KeyFault> {
        let pkcs8 = match kind {
            KeyKind::P256 => ecdsa_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING)?,
            KeyKind::P384 => ecdsa_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING)?,
            KeyKind::Rsa { bits: 3072 } => rsa_pkcs8(KeySize::Rsa3072)?,
            KeyKind::Rsa { bits: 4096 } => rsa_pkcs8(KeySize::Rsa4096)?,
            KeyKind::Rsa { .. } => return Err(KeyFault::OtherKind),
        };
        Self::from_pkcs8(pkcs8)
    }

    /// Takes a key in PKCS#8 (RFC 5958).
    ///
    /// # Errors
    /// Not PKCS#8, of another kind than P-256, P-384 or RSA, or not a valid key.
    pub fn from_pkcs8(pkcs8: Zeroizing<Vec<u8>>) -> Result<Self, KeyFault> {
        let info = PrivateKeyInfo::try_from(pkcs8.as_slice()).map_err(|_| KeyFault::Malformed)?;
        let (kind, pair) = if info.algorithm.oid == RSA_ENCRYPTION {
            let pair = RsaKeyPair::from_pkcs8(&pkcs8).map_err(|_| KeyFault::Malformed)?;
            let octets = u32::try_from(pair.public_modulus_len()).map_err(|_| KeyFault::OtherKind)?;
            (KeyKind::Rsa { bits: octets.saturating_mul(8) }, Pair::Rsa(pair))
        } else if info.algorithm.oid == EC_PUBLIC_KEY {
            let curve = info.algorithm.parameters_oid().map_err(|_| KeyFault::Malformed)?;
            let (kind, algorithm) = if curve == P256 {
                (KeyKind::P256, &ECDSA_P256_SHA256_ASN1_SIGNING)
            } else if curve == P384 {
                (KeyKind::P384, &ECDSA_P384_SHA384_ASN1_SIGNING)
            } else {
                return Err(KeyFault::OtherKind);
            };
            (kind, Pair::Ecdsa(EcdsaKeyPair::from_pkcs8(algorithm, &pkcs8).map_err(|_| KeyFault::Malformed)?))
        } else {
            return Err(KeyFault::OtherKind);
        };
        Ok(Self { kind, pkcs8, pair })
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The public half, as `SubjectPublicKeyInfo` DER (RFC 5280 §4.1.2.7).
    #[must_use]
    pub fn public_key(&self) -> Vec<u8> {
        self.subject_public_key_info()
    }

    /// The key itself, PKCS#8 DER: for those who write it down.
    pub(crate) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

fn ecdsa_pkcs8(algorithm: &'static EcdsaSigningAlgorithm) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).map_err(|_| KeyFault::NoRandomness)?;
    Ok(document.as_ref().to_vec().into())
}

fn rsa_pkcs8(size: KeySize) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
    let pair = RsaKeyPair::generate(size).map_err(|_| KeyFault::NoRandomness)?;
    let document: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyFault::NoRandomness)?;
    Ok(document.as_ref().to_vec().into())
}

impl PublicKeyData for PrivateKey {
    fn der_bytes(&self) -> &[u8] {
        match &self.pair {
            Pair::Ecdsa(pair) => pair.public_key().as_ref(),
            Pair::Rsa(pair) => pair.public_key().as_ref(),
        }
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        match self.kind {
            KeyKind::P256 => &PKCS_ECDSA_P256_SHA256,
            KeyKind::P384 => &PKCS_ECDSA_P384_SHA384,
            KeyKind::Rsa { .. } => &PKCS_RSA_SHA256,
        }
    }
}

impl rcgen::SigningKey for PrivateKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ecdsa(pair) => {
                let signature = pair.sign(&random, message).map_err(|_| rcgen::Error::RemoteKeyError)?;
                Ok(signature.as_ref().to_vec())
            }
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map_err(|_| rcgen::Error::RemoteKeyError)?;
                Ok(signature)
            }
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyFault {
    /// Not a valid PKCS#8 key.
    #[error("this is not a valid private key in PKCS#8")]
    Malformed,
    /// The system gave no random numbers.
    #[error("the key could not be made: no random numbers from the system")]
    NoRandomness,
    /// Neither P-256 nor P-384 nor RSA of a size we make.
    #[error("the key is of another kind than P-256, P-384, RSA-3072 or RSA-4096")]
    OtherKind,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_as_it_was_made() {
        for kind in [KeyKind::P256, KeyKind::P384, KeyKind::Rsa { bits: 3072 }] {
            let key = PrivateKey::make(kind).unwrap();
            let read = PrivateKey::from_pkcs8(key.pkcs8().to_vec().into()).unwrap();
            assert_eq!(read.kind(), kind);
            assert_eq!(read.public_key(), key.public_key());
            assert_eq!(format!("{key:?}"), format!("PrivateKey {{ kind: {kind:?}, .. }}"));
        }
        assert_eq!(PrivateKey::make(KeyKind::Rsa { bits: 2048 }).err(), Some(KeyFault::OtherKind));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let key = PrivateKey::make(KeyKind::P256).unwrap();
        let mut cut = key.pkcs8().to_vec();
        cut.pop();
        for bytes in [vec![], vec![0x30, 0], cut] {
            assert_eq!(PrivateKey::from_pkcs8(bytes.into()).err(), Some(KeyFault::Malformed));
        }
    }
}
