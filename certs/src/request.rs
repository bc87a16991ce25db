//! Whose key is this, and does the one who asks hold it?
//!
//! A certificate signing request is read for its public key and for nothing else: what name,
//! rights or duration it asks for is not even kept (SECURITY.md#what-others-fell-to). Its own signature
//! proves possession of the private key (RFC 2986 §4.2).

use std::borrow::Cow;

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::der_parser::oid::Oid;
use x509_parser::oid_registry::{
    OID_PKCS1_SHA256WITHRSA, OID_PKCS1_SHA384WITHRSA, OID_PKCS1_SHA512WITHRSA, OID_SIG_ECDSA_WITH_SHA256,
    OID_SIG_ECDSA_WITH_SHA384, OID_SIG_ECDSA_WITH_SHA512,
};
use x509_parser::pem::parse_x509_pem;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

use crate::profile::AcceptedKeys;
use crate::shape::{self, Shape};
use crate::{KeyKind, KeyRefusal, weak_rsa};

/// An RSA-8192 request with many attributes stays below.
const LONGEST: usize = 64 * 1024;
/// RFC 7468 §7, and the older label that some tools still write.
const LABELS: [&str; 2] = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/// Proof that somebody who holds the private key asked for a certificate. Made only by [`DeviceRequest::read`].
#[must_use]
#[derive(Debug)]
pub struct DeviceRequest {
    public_key: Box<[u8]>,
    key: KeyKind,
}

impl DeviceRequest {
    /// Reads a request, DER or PEM, and checks the key against what the profile accepts.
    ///
    /// # Errors
    /// What is wrong with the request, its signature or its key.
    pub fn read(request: &[u8], accepted: &AcceptedKeys) -> Result<Self, RequestRefusal> {
        if request.len() > LONGEST {
            return Err(RequestRefusal::TooLong);
        }
        let request = narrow(request)?;
        if request.windows(10).any(|window| window == b"-----BEGIN") {
            return Self::read_der(&from_pem(&request)?, accepted);
        }
        Self::read_der(&request, accepted)
    }

    fn read_der(der: &[u8], accepted: &AcceptedKeys) -> Result<Self, RequestRefusal> {
        match shape::signed_object(der) {
            Shape::Other => return Err(RequestRefusal::Unparsable),
            Shape::Signed => {}
            Shape::Trailing => return Err(RequestRefusal::TrailingBytes),
        }
        let (_, request) = X509CertificationRequest::from_der(der).map_err(|_| RequestRefusal::Unparsable)?;
        let public_key = &request.certification_request_info.subject_pki;
        let key = KeyKind::of(public_key).map_err(RequestRefusal::Key)?;
        accepted.admit(key).map_err(RequestRefusal::Key)?;
        if let Ok(PublicKey::RSA(rsa)) = public_key.parsed() {
            weak_rsa::examine(&rsa).map_err(RequestRefusal::Key)?;
        }
        let algorithm = algorithm(key, &request.signature_algorithm.algorithm);
        let algorithm = algorithm.ok_or(RequestRefusal::SignatureAlgorithm)?;
        UnparsedPublicKey::new(algorithm, &public_key.subject_public_key.data)
            .verify(request.certification_request_info.raw, &request.signature_value.data)
            .map_err(|_| RequestRefusal::Signature)?;
        Ok(Self { public_key: public_key.raw.into(), key })
    }

    /// The public key, as `SubjectPublicKeyInfo` DER (RFC 5280 §4.1.2.7).
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// Its kind.
    #[must_use]
    pub fn key(&self) -> KeyKind {
        self.key
    }
}

/// How a request is signed: with its own kind of key, and SHA-256, SHA-384 or SHA-512 whatever the key's size. `None`:
/// another way. (The parser verifies too, but no ECDSA with SHA-512, which OpenSSL makes when asked to.)
fn algorithm(key: KeyKind, named: &Oid<'_>) -> Option<&'static dyn VerificationAlgorithm> {
    let is = |known: Oid<'_>| *named == known;
    let algorithm: &dyn VerificationAlgorithm = match key {
        KeyKind::P256 if is(OID_SIG_ECDSA_WITH_SHA256) => &signature::ECDSA_P256_SHA256_ASN1,
        KeyKind::P256 if is(OID_SIG_ECDSA_WITH_SHA384) => &signature::ECDSA_P256_SHA384_ASN1,
        KeyKind::P256 if is(OID_SIG_ECDSA_WITH_SHA512) => &signature::ECDSA_P256_SHA512_ASN1,
        KeyKind::P384 if is(OID_SIG_ECDSA_WITH_SHA256) => &signature::ECDSA_P384_SHA256_ASN1,
        KeyKind::P384 if is(OID_SIG_ECDSA_WITH_SHA384) => &signature::ECDSA_P384_SHA384_ASN1,
        KeyKind::P384 if is(OID_SIG_ECDSA_WITH_SHA512) => &signature::ECDSA_P384_SHA512_ASN1,
        KeyKind::Rsa { .. } if is(OID_PKCS1_SHA256WITHRSA) => &signature::RSA_PKCS1_2048_8192_SHA256,
        KeyKind::Rsa { .. } if is(OID_PKCS1_SHA384WITHRSA) => &signature::RSA_PKCS1_2048_8192_SHA384,
        KeyKind::Rsa { .. } if is(OID_PKCS1_SHA512WITHRSA) => &signature::RSA_PKCS1_2048_8192_SHA512,
        KeyKind::P256 | KeyKind::P384 | KeyKind::Rsa { .. } => return None,
    };
    Some(algorithm)
}

/// The request without a byte-order mark; in UTF-8, if it is the text in UTF-16 that certreq and Notepad write.
fn narrow(request: &[u8]) -> Result<Cow<'_, [u8]>, RequestRefusal> {
    let (units, unit) = if let Some(rest) = request.strip_prefix(b"\xff\xfe") {
        (rest, u16::from_le_bytes as fn([u8; 2]) -> u16)
    } else if let Some(rest) = request.strip_prefix(b"\xfe\xff") {
        (rest, u16::from_be_bytes as fn([u8; 2]) -> u16)
    } else {
        return Ok(Cow::Borrowed(request.strip_prefix(b"\xef\xbb\xbf").unwrap_or(request)));
    };
    let (pairs, []) = units.as_chunks::<2>() else { return Err(RequestRefusal::Unparsable) };
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    String::from_utf16(&units).map(|text| Cow::Owned(text.into_bytes())).map_err(|_| RequestRefusal::Unparsable)
}

/// The one block of a PEM text. Lines before it are explanation (RFC 7468 §2); what comes after
/// might be a second request, which nobody would notice was left out.
fn from_pem(text: &[u8]) -> Result<Vec<u8>, RequestRefusal> {
    let text = std::str::from_utf8(text).map_err(|_| RequestRefusal::Unparsable)?;
    let (rest, block) = parse_x509_pem(text.as_bytes()).map_err(|_| RequestRefusal::Unparsable)?;
    if block.label.contains("PRIVATE KEY") {
        return Err(RequestRefusal::PrivateKey);
    }
    if !LABELS.contains(&block.label.as_str()) {
        return Err(RequestRefusal::OtherPem);
    }
    if !rest.trim_ascii().is_empty() {
        return Err(RequestRefusal::TrailingBytes);
    }
    Ok(block.contents)
}

/// Why a certificate signing request was not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RequestRefusal {
    /// The public key.
    #[error("{0}")]
    Key(KeyRefusal),
    /// A PEM block, but of something else.
    #[error("the file holds something else than a certificate signing request")]
    OtherPem,
    /// A private key, which nobody should ever see.
    #[error("the file holds a private key: keep it to yourself, and make a certificate signing request with it")]
    PrivateKey,
    /// The one who asks did not show that they hold the private key.
    #[error("the request's own signature does not verify")]
    Signature,
    /// Not ECDSA or RSA PKCS#1 with SHA-256 or better.
    #[error(
        "the request is signed with another algorithm than ECDSA or RSA (PKCS#1 v1.5) with SHA-256, SHA-384 or SHA-512"
    )]
    SignatureAlgorithm,
    /// Longer than any request.
    #[error("the request is longer than {LONGEST} bytes")]
    TooLong,
    /// Something follows the request.
    #[error("something follows the request: give one request at a time")]
    TrailingBytes,
    /// Neither DER nor PEM of a request.
    #[error("this is not a certificate signing request (PKCS#10; DER, or PEM in UTF-8 or UTF-16)")]
    Unparsable,
}
