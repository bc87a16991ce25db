//! What does a list say that is published already, and is it ours?

use std::collections::BTreeSet;
use std::path::Path;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use certs::{AuthorityCert, KeyKind, Timestamp};
use der::asn1::Uint;
use der::{Decode, Encode};
use registry::change::RevokedReason;
use spki::ObjectIdentifier;
use spki::SubjectPublicKeyInfoRef;
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::pkix::CrlReason;

use super::entry::{RevokedEntry, Withdrawn};
use crate::whole;

const NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
const REASON: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");

/// A list of ours, as it is read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed {
    /// Its number.
    pub number: u64,
    /// When it was signed.
    pub this_update: Timestamp,
    /// Until when it may be used.
    pub next_update: Timestamp,
    /// What stands on it.
    pub entries: Vec<RevokedEntry>,
}

/// Why no list of ours was read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unlisted {
    /// There is none.
    #[error("there is no list")]
    Missing,
    /// Another CA signed it, or somebody changed it.
    #[error("it is not signed by this CA")]
    NotOurs,
    /// Not a list, or the file cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

impl Listed {
    /// Reads the list at this path.
    ///
    /// # Errors
    /// None is there, or none that this CA signed.
    pub fn at(path: &Path, signer: &AuthorityCert) -> Result<Self, Unlisted> {
        match whole::octets(path, whole::Of::List) {
            Ok(der) => Self::read(&der, signer),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Err(Unlisted::Missing),
            Err(why) => Err(Unlisted::Unreadable(why.to_string())),
        }
    }

    /// Reads a list in DER.
    ///
    /// # Errors
    /// It is none, or this CA did not sign it.
    pub fn read(der: &[u8], signer: &AuthorityCert) -> Result<Self, Unlisted> {
        let unreadable = |what: &str| Unlisted::Unreadable(what.to_owned());
        let list = CertificateList::from_der(der).map_err(|why| Unlisted::Unreadable(why.to_string()))?;
        let said = list.tbs_cert_list.to_der().map_err(|why| Unlisted::Unreadable(why.to_string()))?;
        let signature = list.signature.as_bytes().ok_or_else(|| unreadable("its signature"))?;
        proves(signer, &said, signature)?;
        let mut number = None;
        for extension in list.tbs_cert_list.crl_extensions.iter().flatten().filter(|one| one.extn_id == NUMBER) {
            number = Uint::from_der(extension.extn_value.as_bytes()).ok().and_then(|number| small(number.as_bytes()));
        }
        let next_update = list.tbs_cert_list.next_update.ok_or_else(|| unreadable("it names no next update"))?;
        let revoked = list.tbs_cert_list.revoked_certificates.unwrap_or_default();
        let entries = revoked.iter().map(entry).collect::<Option<Vec<_>>>();
        Ok(Self {
            number: number.ok_or_else(|| unreadable("it has no number"))?,
            this_update: moment(list.tbs_cert_list.this_update),
            next_update: moment(next_update),
            entries: entries.ok_or_else(|| unreadable("one of its entries"))?,
        })
    }

    /// Whether it says neither more nor less than this.
    pub(crate) fn says(&self, entries: &[RevokedEntry]) -> bool {
        told(entries) == told(&self.entries)
    }
}

/// What a reader of a list is told: serials, each with its reason (0: none is given).
fn told(entries: &[RevokedEntry]) -> BTreeSet<(&[u8], u8)> {
    let reason = |entry: &RevokedEntry| entry.withdrawn.reason().map_or(0, |reason| reason as u8);
    entries.iter().map(|entry| (entry.serial.as_bytes(), reason(entry))).collect()
}

fn entry(revoked: &RevokedCert) -> Option<RevokedEntry> {
    let octets: Vec<u8> = revoked.serial_number.as_bytes().iter().copied().skip_while(|octet| *octet == 0).collect();
    let serial = hex::encode(octets);
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
    Some(RevokedEntry { serial: serial.parse().ok()?, since: moment(revoked.revocation_date), withdrawn })
}

fn proves(signer: &AuthorityCert, said: &[u8], signature: &[u8]) -> Result<(), Unlisted> {
    let key = SubjectPublicKeyInfoRef::try_from(signer.public_key()).map_err(|_| Unlisted::NotOurs)?;
    let algorithm: &'static dyn VerificationAlgorithm = match signer.key() {
        KeyKind::P256 => &ECDSA_P256_SHA256_ASN1,
        KeyKind::P384 => &ECDSA_P384_SHA384_ASN1,
        KeyKind::Rsa { .. } => &RSA_PKCS1_2048_8192_SHA256,
    };
    let key = UnparsedPublicKey::new(algorithm, key.subject_public_key.raw_bytes());
    key.verify(said, signature).map_err(|_| Unlisted::NotOurs)
}

/// A number that the registry could have drawn.
fn small(octets: &[u8]) -> Option<u64> {
    let number =
        octets.iter().try_fold(0_u64, |number, octet| number.checked_mul(256)?.checked_add(u64::from(*octet)))?;
    i64::try_from(number).ok().map(i64::unsigned_abs)
}

fn moment(time: x509_cert::time::Time) -> Timestamp {
    Timestamp::from_unix(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use certs::KeyKind;
    use registry::change::RevokedReason;

    use super::*;
    use crate::crl::{Term, Withdrawn, publish};
    use crate::sign::test_support::{NOW, Rehearsal};

    #[test]
    fn a_list_is_read_as_it_was_written_and_only_where_its_ca_signed_it() {
        let rehearsal = Rehearsal::new();
        let serial = rehearsal.issue(KeyKind::P256).1.serial();
        let on = |withdrawn| [RevokedEntry { serial, since: NOW.plus(-60), withdrawn }];
        let lost = on(Withdrawn::Revoked(RevokedReason::Lost));
        for (signer, term) in [(&rehearsal.issuing, Term::issuing(NOW)), (&rehearsal.root, Term::root(NOW))] {
            let crl = publish(&lost, 70_000, signer, term).unwrap();
            let listed = Listed::read(&crl.der, signer.certificate()).unwrap();
            assert_eq!((listed.number, listed.this_update, listed.next_update), (70_000, NOW, crl.next_update));
            assert!(listed.says(&lost) && !listed.says(&[]) && !listed.says(&on(Withdrawn::Held)));
        }
        let crl = publish(&[], 1, &rehearsal.issuing, Term::issuing(NOW)).unwrap();
        assert!(Listed::read(&crl.der, rehearsal.issuing.certificate()).unwrap().says(&[]));
        // One of the same name, as after a house was made anew.
        let other = Rehearsal::new();
        assert_eq!(Listed::read(&crl.der, other.issuing.certificate()), Err(Unlisted::NotOurs));
        assert_eq!(Listed::read(&crl.der, rehearsal.root.certificate()), Err(Unlisted::NotOurs));
        let mut changed = crl.der.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        assert!(Listed::read(&changed, rehearsal.issuing.certificate()).is_err());
        for text in [&b""[..], b"no list", crl.pem.as_bytes()] {
            let read = Listed::read(text, rehearsal.issuing.certificate());
            assert!(matches!(read, Err(Unlisted::Unreadable(_))), "{read:?}");
        }
    }
}
