//! A CMS signature over a profile (RFC 5652), so that a phone shows it as signed.

use aws_lc_rs::digest;
use certs::{AuthorityCert, Timestamp};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{ObjectIdentifier, OctetString, SetOfVec, UtcTime};
use der::{Any, Decode, Encode};
use rcgen::SigningKey;
use spki::AlgorithmIdentifierOwned;
use x509_cert::Certificate;
use x509_cert::attr::Attribute;

use super::contents::ContainerRefusal;
use crate::key::PrivateKey;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");
const SHA256: AlgorithmIdentifierOwned =
    AlgorithmIdentifierOwned { oid: ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1"), parameters: None };
const ECDSA_WITH_SHA256: AlgorithmIdentifierOwned =
    AlgorithmIdentifierOwned { oid: ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"), parameters: None };

/// The key and certificate (profile `signing`) by which profiles are signed.
#[derive(Debug)]
pub struct ProfileSigner {
    certificate: Certificate,
    issuing: Certificate,
    key: PrivateKey,
}

impl ProfileSigner {
    /// Joins the signer's certificate (DER), its key, and the CA that issued it.
    ///
    /// # Errors
    /// The key is not the certificate's, or not P-256.
    pub fn join(certificate: &[u8], key: PrivateKey, issuing: &AuthorityCert) -> Result<Self, ContainerRefusal> {
        let certificate = Certificate::from_der(certificate).map_err(unwritable)?;
        let own = certificate.tbs_certificate.subject_public_key_info.to_der().map_err(unwritable)?;
        if own != key.public_key() || key.kind() != certs::KeyKind::P256 {
            return Err(ContainerRefusal::OtherKey);
        }
        let issuing = Certificate::from_der(issuing.der()).map_err(unwritable)?;
        Ok(Self { certificate, issuing, key })
    }

    /// `content` inside a `SignedData`, with the certificates that lead to the root.
    pub(super) fn sign(&self, content: &[u8], now: Timestamp) -> Result<Vec<u8>, ContainerRefusal> {
        self.signed_data(content, now).map_err(unwritable)
    }

    fn signed_data(&self, content: &[u8], now: Timestamp) -> der::Result<Vec<u8>> {
        let digest = digest::digest(&digest::SHA256, content);
        let signed_attrs = SetOfVec::try_from(vec![
            attribute(CONTENT_TYPE, Any::encode_from(&DATA)?)?,
            attribute(MESSAGE_DIGEST, Any::encode_from(&OctetString::new(digest.as_ref())?)?)?,
            attribute(SIGNING_TIME, Any::encode_from(&utc_time(now)?)?)?,
        ])?;
        // The signature is over the attributes as a SET OF, not as they stand in the message (RFC 5652 §5.4).
        let signature = self.key.sign(&signed_attrs.to_der()?).map_err(|_| der::ErrorKind::Failed)?;
        let signer = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: self.certificate.tbs_certificate.issuer.clone(),
                serial_number: self.certificate.tbs_certificate.serial_number.clone(),
            }),
            digest_alg: SHA256,
            signed_attrs: Some(signed_attrs),
            signature_algorithm: ECDSA_WITH_SHA256,
            signature: OctetString::new(signature)?,
            unsigned_attrs: None,
        };
        let certificates = [&self.certificate, &self.issuing].map(|one| CertificateChoices::Certificate(one.clone()));
        let signed = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::try_from(vec![SHA256])?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: DATA,
                econtent: Some(Any::encode_from(&OctetString::new(content)?)?),
            },
            certificates: Some(CertificateSet(SetOfVec::try_from(certificates.to_vec())?)),
            crls: None,
            signer_infos: SignerInfos(SetOfVec::try_from(vec![signer])?),
        };
        ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()
    }
}

fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

fn utc_time(now: Timestamp) -> der::Result<UtcTime> {
    let seconds = u64::try_from(now.unix()).map_err(|_| der::ErrorKind::DateTime)?;
    UtcTime::from_unix_duration(std::time::Duration::from_secs(seconds))
}

fn unwritable(error: der::Error) -> ContainerRefusal {
    ContainerRefusal::Unwritable(error.to_string())
}
