//! Who signs: a CA's certificate together with its key.

use certs::AuthorityCert;
use der::Document;
use der::pem::LineEnding;
use rcgen::{CertificateRevocationList, CertificateRevocationListParams, Issuer, KeyIdMethod};

use super::draft::key_identifier;
use super::refusal::SignRefusal;
use crate::key::PrivateKey;

const LABEL: &str = "CERTIFICATE";

/// A CA that can sign. What it signs is said in `make`, `seal` and `crl`, and nowhere else.
#[derive(Debug)]
pub struct Authority {
    certificate: AuthorityCert,
    key: PrivateKey,
}

impl Authority {
    /// Joins a CA's certificate and its key.
    ///
    /// # Errors
    /// The key is another one's.
    pub fn join(certificate: AuthorityCert, key: PrivateKey) -> Result<Self, SignRefusal> {
        if certificate.public_key() != key.public_key() {
            return Err(SignRefusal::OtherKey);
        }
        Ok(Self { certificate, key })
    }

    /// The certificate.
    #[must_use]
    pub fn certificate(&self) -> &AuthorityCert {
        &self.certificate
    }

    /// The key: for writing it down when it was made.
    #[must_use]
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// Signs a list of revoked certificates, under the key identifier of the CA's certificate.
    pub(crate) fn sign_list(
        &self,
        mut list: CertificateRevocationListParams,
    ) -> Result<CertificateRevocationList, SignRefusal> {
        list.key_identifier_method = KeyIdMethod::PreSpecified(key_identifier(self.certificate.public_key())?);
        Ok(list.signed_by(&issuer_of(&self.certificate, &self.key)?)?)
    }
}

/// This CA's name and key identifier, with whichever key is to sign.
pub(super) fn issuer_of<'k>(
    certificate: &AuthorityCert,
    key: &'k PrivateKey,
) -> Result<Issuer<'static, &'k PrivateKey>, SignRefusal> {
    Ok(Issuer::from_ca_cert_der(&certificate.der().to_vec().into(), key)?)
}

/// A certificate as PEM (RFC 7468 §5).
///
/// # Errors
/// These bytes are not DER.
pub fn certificate_pem(der: &[u8]) -> Result<String, SignRefusal> {
    let document = Document::try_from(der).map_err(|error| SignRefusal::Unwritable(error.to_string()))?;
    document.to_pem(LABEL, LineEnding::LF).map_err(|error| SignRefusal::Unwritable(error.to_string()))
}

/// The DER of the one certificate in a PEM text.
///
/// # Errors
/// Not PEM, or PEM of something else.
pub fn read_certificate_pem(text: &str) -> Result<Vec<u8>, SignRefusal> {
    let unparsable = SignRefusal::Authority(certs::CertificateRefusal::Unparsable);
    match Document::from_pem(text) {
        Ok((LABEL, document)) => Ok(document.into_vec()),
        Ok(_) | Err(_) => Err(unparsable),
    }
}
