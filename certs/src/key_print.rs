//! Which key is this, whatever it is wrapped in?
//!
//! A public key is certified once, so two certificates must be seen to hold the same one. The DER around a key can be
//! spelled in more than one way (an RSA key with and without its NULL), and a point mirrored on its curve is opened by
//! the same secret: what is hashed is the modulus, or the first coordinate.

use std::fmt;

use x509_parser::oid_registry::{OID_KEY_TYPE_EC_PUBLIC_KEY, OID_PKCS1_RSAENCRYPTION};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::Fingerprint;

/// SHA-256 by which a key is known. Printed as 64 lower-case hex digits.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct KeyPrint(Fingerprint);

impl KeyPrint {
    /// Of a public key, as `SubjectPublicKeyInfo` DER; `None` where it is none.
    #[must_use]
    pub fn of_key(public_key: &[u8]) -> Option<Self> {
        match SubjectPublicKeyInfo::from_der(public_key) {
            Ok(([], key)) => Some(Self::of(&key)),
            Ok(_) | Err(_) => None,
        }
    }

    /// Of the key in a certificate, DER; of a device, a CA, or any other machine.
    #[must_use]
    pub fn of_certificate(der: &[u8]) -> Option<Self> {
        let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
        Some(Self::of(certificate.public_key()))
    }

    fn of(key: &SubjectPublicKeyInfo<'_>) -> Self {
        let algorithm = &key.algorithm.algorithm;
        let bits: &[u8] = &key.subject_public_key.data;
        let said = match key.parsed() {
            Ok(PublicKey::RSA(rsa)) if *algorithm == OID_PKCS1_RSAENCRYPTION => {
                let modulus: Vec<u8> = rsa.modulus.iter().copied().skip_while(|octet| *octet == 0).collect();
                [b"rsa\0".as_slice(), &modulus].concat()
            }
            Ok(PublicKey::EC(_)) if *algorithm == OID_KEY_TYPE_EC_PUBLIC_KEY => {
                let curve = key.algorithm.parameters.as_ref().map(|any| any.data).unwrap_or_default();
                [b"ec\0".as_slice(), curve, b"\0", first_coordinate(bits)].concat()
            }
            Ok(_) | Err(_) => [b"other\0".as_slice(), algorithm.as_bytes(), b"\0", bits].concat(),
        };
        Self(Fingerprint::of(&said))
    }
}

/// Of a point in any of its forms (SEC 1 §2.3.3).
fn first_coordinate(point: &[u8]) -> &[u8] {
    match point {
        [4 | 6 | 7, both @ ..] => &both[..both.len() / 2],
        [2 | 3, first @ ..] => first,
        other => other,
    }
}

impl fmt::Display for KeyPrint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `SubjectPublicKeyInfo` of P-256 with this point.
    fn p256(point: &[u8]) -> Vec<u8> {
        let algorithm =
            [0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        let length = u8::try_from(point.len() + 1).unwrap();
        let bits = [&[3, length, 0], point].concat();
        let whole = u8::try_from(algorithm.len() + bits.len()).unwrap();
        [&[0x30, whole], algorithm.as_slice(), &bits].concat()
    }

    fn print(point: &[u8]) -> KeyPrint {
        KeyPrint::of_key(&p256(point)).unwrap()
    }

    #[test]
    fn a_key_is_known_again_however_its_point_is_written_and_another_key_is_another() {
        let whole = [&[4], [7; 32].as_slice(), &[9; 32]].concat();
        let mirrored = [&[4], [7; 32].as_slice(), &[1; 32]].concat();
        let short = [&[2], [7; 32].as_slice()].concat();
        assert_eq!(print(&whole), print(&mirrored));
        assert_eq!(print(&whole), print(&short));
        let other = [&[4], [8; 32].as_slice(), &[9; 32]].concat();
        assert_ne!(print(&whole), print(&other));
        assert_eq!(print(&whole).to_string().len(), 64);
    }

    #[test]
    fn what_is_no_key_has_no_print() {
        for none in [&b""[..], b"key", &[0x30, 0], &[p256(&[4; 65]).as_slice(), b"x"].concat()] {
            assert_eq!(KeyPrint::of_key(none), None, "{none:?}");
        }
    }

    #[test]
    fn an_rsa_key_is_known_by_its_modulus_with_and_without_the_null() {
        let numbers = [0x30, 0x0a, 2, 3, 0, 0xc1, 0x23, 2, 3, 1, 0, 1];
        let bits = [&[3, 13, 0], numbers.as_slice()].concat();
        let oid = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
        let with = [&[0x30, 0x1e, 0x30, 0x0d], oid.as_slice(), &[5, 0], &bits].concat();
        let without = [&[0x30, 0x1c, 0x30, 0x0b], oid.as_slice(), &bits].concat();
        assert!(KeyPrint::of_key(&with).is_some());
        assert_eq!(KeyPrint::of_key(&with), KeyPrint::of_key(&without));
    }
}
