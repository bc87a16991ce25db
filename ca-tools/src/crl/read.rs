//! What does a published list say? Read when the registry that made it is gone.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use certs::{AuthorityCert, Timestamp};
use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use registry::change::RevokedReason;
use spki::SubjectPublicKeyInfoRef;
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::pkix::{CrlNumber, CrlReason};

use super::entry::{RevokedEntry, Withdrawn};

const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
const REASON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// A list that its issuer signed.
#[derive(Clone, Debug)]
pub struct PublishedList {
    /// Its number.
    pub number: u64,
    /// What stands on it.
    pub entries: Vec<RevokedEntry>,
}

/// Reads a list, DER.
///
/// # Errors
/// Not a list, or not signed by this issuer.
pub fn read(der: &[u8], issuer: &AuthorityCert) -> Result<PublishedList, NotAList> {
    let list = CertificateList::from_der(der).map_err(|_| NotAList::Unreadable)?;
    let algorithm: &dyn VerificationAlgorithm = match list.signature_algorithm.oid {
        ECDSA_SHA256 => &ECDSA_P256_SHA256_ASN1,
        ECDSA_SHA384 => &ECDSA_P384_SHA384_ASN1,
        RSA_SHA256 => &RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(NotAList::Forged),
    };
    let spki = SubjectPublicKeyInfoRef::from_der(issuer.public_key()).map_err(|_| NotAList::Forged)?;
    let key = UnparsedPublicKey::new(algorithm, spki.subject_public_key.raw_bytes());
    let signed = list.tbs_cert_list.to_der().map_err(|_| NotAList::Unreadable)?;
    key.verify(&signed, list.signature.raw_bytes()).map_err(|_| NotAList::Forged)?;
    let extensions = list.tbs_cert_list.crl_extensions.unwrap_or_default();
    let number = extensions.iter().find(|extension| extension.extn_id == CRL_NUMBER).and_then(|extension| {
        let number = CrlNumber::from_der(extension.extn_value.as_bytes()).ok()?;
        number.0.as_bytes().iter().try_fold(0_u64, |sum, octet| Some(sum.checked_mul(256)? + u64::from(*octet)))
    });
    let entries = list.tbs_cert_list.revoked_certificates.unwrap_or_default();
    let entries = entries.iter().map(entry).collect::<Option<Vec<_>>>();
    match (number, entries) {
        (Some(number), Some(entries)) => Ok(PublishedList { number, entries }),
        (None, _) | (_, None) => Err(NotAList::Unreadable),
    }
}

fn entry(revoked: &RevokedCert) -> Option<RevokedEntry> {
    let serial = revoked.serial_number.as_bytes();
    let serial: String = serial.iter().map(|octet| format!("{octet:02x}")).collect();
    let since = i64::try_from(revoked.revocation_date.to_unix_duration().as_secs()).ok()?;
    let extensions = revoked.crl_entry_extensions.as_deref().unwrap_or_default();
    let withdrawn = match extensions.iter().find(|extension| extension.extn_id == REASON) {
        None => Withdrawn::Revoked(RevokedReason::Other),
        Some(reason) => match CrlReason::from_der(reason.extn_value.as_bytes()).ok()? {
            CrlReason::KeyCompromise => Withdrawn::Revoked(RevokedReason::Lost),
            CrlReason::AffiliationChanged => Withdrawn::Revoked(RevokedReason::Left),
            CrlReason::Superseded => Withdrawn::Superseded,
            CrlReason::CessationOfOperation => Withdrawn::Revoked(RevokedReason::Ended),
            CrlReason::CertificateHold => Withdrawn::Held,
            CrlReason::Unspecified
            | CrlReason::CaCompromise
            | CrlReason::RemoveFromCRL
            | CrlReason::PrivilegeWithdrawn
            | CrlReason::AaCompromise => Withdrawn::Revoked(RevokedReason::Other),
        },
    };
    Some(RevokedEntry { serial: serial.parse().ok()?, since: Timestamp::from_unix(since), withdrawn })
}

/// Why a list is not believed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotAList {
    /// Another's, or made up.
    #[error("it is not signed by its issuing CA")]
    Forged,
    /// Not a list with a number.
    #[error("it is no revocation list with a number")]
    Unreadable,
}
