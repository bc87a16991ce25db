//! Which device does this certificate name, by whom, and from when until when does it say so?
//!
//! Reading is not believing: whether our CA signed it and whether the device is still welcome
//! are asked elsewhere. What cannot be read without doubt is refused under its own name.

use x509_parser::certificate::X509CertificateParser;
use x509_parser::extensions::{GeneralName, SubjectAlternativeName, X509Extension};
use x509_parser::nom::Parser;
use x509_parser::oid_registry::OID_X509_EXT_SUBJECT_ALT_NAME;
use x509_parser::prelude::{FromDer, X509Version};

use crate::shape::{self, Shape};
use crate::{DeviceNo, DeviceNoRefusal, Fingerprint, KeyKind, KeyRefusal, Serial, Timestamp, Validity};

/// Ours are below 1 KiB; nothing this long is one of them.
const LONGEST: usize = 16 * 1024;

/// What a device's certificate says of itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DeviceCert {
    device: DeviceNo,
    serial: Serial,
    validity: Validity,
    fingerprint: Fingerprint,
    issuer: Box<[u8]>,
    key: KeyKind,
}

impl DeviceCert {
    /// Reads one DER certificate (RFC 5280 §4.1). The signature is not looked at.
    ///
    /// # Errors
    /// The first thing that is not as in a certificate of ours.
    pub fn read(der: &[u8]) -> Result<Self, CertificateRefusal> {
        if der.len() > LONGEST {
            return Err(CertificateRefusal::TooLong);
        }
        match shape::signed_object(der) {
            Shape::Other => return Err(CertificateRefusal::Unparsable),
            Shape::Signed => {}
            Shape::Trailing => return Err(CertificateRefusal::TrailingBytes),
        }
        // Only one extension is read here; the others need not be taken apart.
        let parsed = X509CertificateParser::new().with_deep_parse_extensions(false).parse(der);
        let (_, certificate) = parsed.map_err(|_| CertificateRefusal::Unparsable)?;
        if certificate.version() != X509Version::V3 {
            return Err(CertificateRefusal::NotVersion3);
        }
        let serial =
            Serial::from_der_content(certificate.raw_serial()).map_err(|_| CertificateRefusal::SerialMalformed)?;
        let validity = Validity {
            not_before: Timestamp::from_unix(certificate.validity().not_before.timestamp()),
            not_after: Timestamp::from_unix(certificate.validity().not_after.timestamp()),
        };
        if validity.not_after < validity.not_before {
            return Err(CertificateRefusal::ValidityBackwards);
        }
        Ok(Self {
            device: device_of(certificate.extensions())?,
            serial,
            validity,
            fingerprint: Fingerprint::of(der),
            issuer: certificate.issuer().as_raw().into(),
            key: KeyKind::of(certificate.public_key()).map_err(CertificateRefusal::Key)?,
        })
    }

    /// The device it names.
    #[must_use]
    pub fn device(&self) -> DeviceNo {
        self.device
    }

    /// Its serial.
    #[must_use]
    pub fn serial(&self) -> Serial {
        self.serial
    }

    /// From when until when it is good, by its own words.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// SHA-256 of all of it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The issuer's distinguished name, DER.
    #[must_use]
    pub fn issuer(&self) -> &[u8] {
        &self.issuer
    }

    /// The kind of its key.
    #[must_use]
    pub fn key(&self) -> KeyKind {
        self.key
    }
}

/// The device in the subject alternative name: one extension, one name in it, and that a device's.
fn device_of(extensions: &[X509Extension<'_>]) -> Result<DeviceNo, CertificateRefusal> {
    let mut found = extensions.iter().filter(|extension| extension.oid == OID_X509_EXT_SUBJECT_ALT_NAME);
    let extension = found.next().ok_or(CertificateRefusal::NoName)?;
    if found.next().is_some() {
        return Err(CertificateRefusal::SeveralNames);
    }
    let (rest, names) =
        SubjectAlternativeName::from_der(extension.value).map_err(|_| CertificateRefusal::NameMalformed)?;
    if !rest.is_empty() {
        return Err(CertificateRefusal::NameMalformed);
    }
    match names.general_names.as_slice() {
        [] => Err(CertificateRefusal::NoName),
        [GeneralName::URI(uri)] => DeviceNo::from_san_uri(uri).map_err(CertificateRefusal::NotADevice),
        [GeneralName::Invalid(..)] => Err(CertificateRefusal::NameMalformed),
        [_] => Err(CertificateRefusal::OtherName),
        [_, _, ..] => Err(CertificateRefusal::SeveralNames),
    }
}

/// Why a certificate is not one that a device of ours could have.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CertificateRefusal {
    /// The public key.
    #[error("{0}")]
    Key(KeyRefusal),
    /// The subject alternative name cannot be read.
    #[error("the subject alternative name is malformed")]
    NameMalformed,
    /// No subject alternative name.
    #[error("no subject alternative name says which device this is")]
    NoName,
    /// The one URI is not `urn:kashiwani-net:device:DEV-…`, letter for letter.
    #[error("the subject alternative name is not a device's: {0}")]
    NotADevice(DeviceNoRefusal),
    /// Not a CA's certificate, where one is needed.
    #[error("this is not the certificate of a CA")]
    NotAnAuthority,
    /// Version 1 or 2: such a certificate has no extensions (RFC 5280 §4.1.2.1).
    #[error("the certificate is not of version 3")]
    NotVersion3,
    /// The one name is no URI.
    #[error("the subject alternative name is of another kind than a URI")]
    OtherName,
    /// Not a positive number of at most 20 octets (RFC 5280 §4.1.2.2).
    #[error("the serial is malformed")]
    SerialMalformed,
    /// More than one subject alternative name: it would not be clear which device this is.
    #[error("more than one subject alternative name")]
    SeveralNames,
    /// Longer than any of ours.
    #[error("the certificate is longer than {LONGEST} bytes")]
    TooLong,
    /// Something follows the certificate, or its signature.
    #[error("bytes follow the certificate")]
    TrailingBytes,
    /// Not a certificate.
    #[error("this is not a DER certificate")]
    Unparsable,
    /// It ends before it begins.
    #[error("the validity ends before it begins")]
    ValidityBackwards,
}
