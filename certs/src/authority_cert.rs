//! Who is this CA, and until when may it sign?

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use crate::shape::{self, Shape};
use crate::{CertificateRefusal, Fingerprint, KeyKind, Serial, Timestamp, Validity};

/// What a CA's certificate says of itself. Who signed it is not looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuthorityCert {
    der: Box<[u8]>,
    subject: Box<[u8]>,
    public_key: Box<[u8]>,
    key: KeyKind,
    serial: Serial,
    validity: Validity,
    fingerprint: Fingerprint,
}

impl AuthorityCert {
    /// Reads one DER certificate that may sign others (RFC 5280 §4.2.1.9).
    ///
    /// # Errors
    /// Not a certificate, or one that is no CA's.
    pub fn read(der: &[u8]) -> Result<Self, CertificateRefusal> {
        match shape::signed_object(der) {
            Shape::Other => return Err(CertificateRefusal::Unparsable),
            Shape::Signed => {}
            Shape::Trailing => return Err(CertificateRefusal::TrailingBytes),
        }
        let (_, certificate) = X509Certificate::from_der(der).map_err(|_| CertificateRefusal::Unparsable)?;
        if !certificate.is_ca() {
            return Err(CertificateRefusal::NotAnAuthority);
        }
        Ok(Self {
            der: der.into(),
            subject: certificate.subject().as_raw().into(),
            public_key: certificate.public_key().raw.into(),
            key: KeyKind::of(certificate.public_key()).map_err(CertificateRefusal::Key)?,
            serial: Serial::from_der_content(certificate.raw_serial())
                .map_err(|_| CertificateRefusal::SerialMalformed)?,
            validity: Validity {
                not_before: Timestamp::from_unix(certificate.validity().not_before.timestamp()),
                not_after: Timestamp::from_unix(certificate.validity().not_after.timestamp()),
            },
            fingerprint: Fingerprint::of(der),
        })
    }

    /// All of it, DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its distinguished name, DER: what is hinted to a browser.
    #[must_use]
    pub fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// Its public key, as `SubjectPublicKeyInfo` DER.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// The kind of its key.
    #[must_use]
    pub fn key(&self) -> KeyKind {
        self.key
    }

    /// By which number it stands on its issuer's list.
    #[must_use]
    pub fn serial(&self) -> Serial {
        self.serial
    }

    /// From when until when it is good.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// SHA-256 of all of it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}
