//! By which key does the house sign its restores?

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject;

/// SubjectPublicKeyInfo of a P-256 key up to the point (RFC 5480 §2.1.1.1).
const P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// An uncompressed point (SEC 1 §2.3.3).
const POINT: usize = 65;

/// The public half of the house's journal key.
#[derive(Clone, Eq, PartialEq)]
pub struct JournalKey {
    point: [u8; POINT],
}

/// Why a text is no journal key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JournalKeyRefusal {
    /// None, or several: nobody could say which of them the house means.
    #[error(
        "must hold one public key in PEM (-----BEGIN PUBLIC KEY-----), and nothing else: journal.pub of ca-tools init"
    )]
    NotOne,
    /// A key of another kind.
    #[error("holds a public key that is not of the curve P-256")]
    NotP256,
}

impl JournalKey {
    /// Reads `journal.pub`.
    ///
    /// # Errors
    /// It does not hold exactly one public key, or one of another kind.
    pub fn from_pem(pem: &[u8]) -> Result<Self, JournalKeyRefusal> {
        let keys: Vec<SubjectPublicKeyInfoDer<'_>> = SubjectPublicKeyInfoDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|_| JournalKeyRefusal::NotOne)?;
        let [key] = keys.as_slice() else { return Err(JournalKeyRefusal::NotOne) };
        let point = key.strip_prefix(P256).and_then(|point| point.try_into().ok());
        Ok(Self { point: point.ok_or(JournalKeyRefusal::NotP256)? })
    }

    /// The key of this point, uncompressed (SEC 1 §2.3.3).
    #[must_use]
    pub fn of_point(point: &[u8]) -> Option<Self> {
        Some(Self { point: point.try_into().ok()? })
    }

    /// Whether the key signed these octets; the signature is base64 (ASN.1, SHA-256).
    #[must_use]
    pub fn signed(&self, octets: &[u8], signature: &str) -> bool {
        let Ok(signature) = BASE64_STANDARD.decode(signature) else { return false };
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.point).verify(octets, &signature).is_ok()
    }
}

impl fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JournalKey").field(&BASE64_STANDARD.encode(&self.point[1..])).finish()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair,
    };

    use super::*;

    fn pair(algorithm: &'static EcdsaSigningAlgorithm) -> (EcdsaKeyPair, String) {
        let pair = EcdsaKeyPair::generate(algorithm).unwrap();
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let text = BASE64_STANDARD.encode(der.as_ref());
        (pair, format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n"))
    }

    #[test]
    fn only_what_the_key_signed_counts_octet_for_octet() {
        let (pair, pem) = pair(&ECDSA_P256_SHA256_ASN1_SIGNING);
        let key = JournalKey::from_pem(pem.as_bytes()).unwrap();
        let signature = BASE64_STANDARD.encode(pair.sign(&SystemRandom::new(), b"a record").unwrap());
        assert!(key.signed(b"a record", &signature));
        assert!(!key.signed(b"a recorD", &signature));
        assert!(!key.signed(b"a record", ""));
        assert!(!key.signed(b"a record", &format!(" {signature}")));
    }

    #[test]
    fn what_is_not_one_p256_key_is_refused() {
        let (_, good) = pair(&ECDSA_P256_SHA256_ASN1_SIGNING);
        let (_, other) = pair(&ECDSA_P384_SHA384_ASN1_SIGNING);
        assert_eq!(JournalKey::from_pem(other.as_bytes()), Err(JournalKeyRefusal::NotP256));
        for none in ["", "no key", &good.repeat(2), &good.replace("PUBLIC", "PRIVATE"), &good[..60]] {
            assert_eq!(JournalKey::from_pem(none.as_bytes()), Err(JournalKeyRefusal::NotOne), "{none}");
        }
    }
}
