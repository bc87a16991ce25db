//! The one place where a device's certificate is signed.

use certs::{DeviceNo, Fingerprint, KeyPrint, Serial, Validity};

use super::authority::{Authority, certificate_pem};
use super::prepare::print;
use super::record::Recorded;
use super::refusal::SignRefusal;

/// A signed certificate, the same that was inspected and recorded. Made only by [`sign`].
#[must_use]
#[derive(Debug)]
pub struct Issued {
    der: Vec<u8>,
    pem: String,
    common_name: String,
    public_key: Vec<u8>,
    key: KeyPrint,
    device: DeviceNo,
    serial: Serial,
    validity: Validity,
    fingerprint: Fingerprint,
}

/// Signs what the registry knows of, compares it with what was inspected, and inspects it again.
///
/// # Errors
/// Another CA than the one it was prepared for; or what came out is not what went in.
pub fn sign(recorded: Recorded, authority: &Authority) -> Result<Issued, SignRefusal> {
    let prepared = recorded.into_prepared();
    if prepared.issuer() != authority.certificate().fingerprint() {
        return Err(SignRefusal::OtherAuthority);
    }
    let der = prepared.draft.sign(authority.key(), &prepared.linted)?;
    Ok(Issued {
        pem: certificate_pem(&der)?,
        device: prepared.device(),
        serial: prepared.serial(),
        validity: prepared.validity(),
        fingerprint: Fingerprint::of(&der),
        common_name: prepared.draft.common_name,
        key: print(&prepared.draft.public_key)?,
        public_key: prepared.draft.public_key,
        der,
    })
}

impl Issued {
    /// The certificate, DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate, PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The name that the browser's list shows.
    #[must_use]
    pub fn common_name(&self) -> &str {
        &self.common_name
    }

    /// Its public key, as `SubjectPublicKeyInfo` DER.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// By which its key is known.
    #[must_use]
    pub fn key(&self) -> KeyPrint {
        self.key
    }

    /// The device it is for.
    #[must_use]
    pub fn device(&self) -> DeviceNo {
        self.device
    }

    /// Its serial.
    #[must_use]
    pub fn serial(&self) -> Serial {
        self.serial
    }

    /// From when until when.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// SHA-256 of its DER.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}
