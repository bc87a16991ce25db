//! Signs the list.

use certs::Timestamp;
use rcgen::{CertificateRevocationListParams, KeyIdMethod, RevokedCertParams, SerialNumber};
use time::OffsetDateTime;

use super::entry::RevokedEntry;
use crate::sign::{Authority, SignRefusal};

/// Seven days; published at least daily, so a reader notices a publisher that has stopped.
pub const ISSUING_LIFE: i64 = 7 * 86_400;
/// A year; the root's key lies in a safe and is fetched for this.
pub const ROOT_LIFE: i64 = 365 * 86_400;

/// From when until when a list may be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Term {
    from: Timestamp,
    seconds: i64,
}

impl Term {
    /// Of an issuing CA's list.
    #[must_use]
    pub fn issuing(from: Timestamp) -> Self {
        Self { from, seconds: ISSUING_LIFE }
    }

    /// Of the root's.
    #[must_use]
    pub fn root(from: Timestamp) -> Self {
        Self { from, seconds: ROOT_LIFE }
    }
}

/// A signed list.
#[derive(Debug)]
pub struct Crl {
    /// DER, as it is published (RFC 5280 §4.2.1.13).
    pub der: Vec<u8>,
    /// PEM, as nginx and openssl take it.
    pub pem: String,
    /// Until when readers may use it.
    pub next_update: Timestamp,
}

/// Signs the list of revoked certificates with this number, larger than any before (RFC 5280 §5.2.3).
///
/// # Errors
/// The clock says a time that no calendar holds.
pub fn publish(entries: &[RevokedEntry], number: u64, authority: &Authority, term: Term) -> Result<Crl, SignRefusal> {
    let next_update = term.from.plus(term.seconds);
    let revoked_certs = entries
        .iter()
        .map(|entry| {
            Ok(RevokedCertParams {
                serial_number: SerialNumber::from_slice(entry.serial.as_bytes()),
                revocation_time: moment(entry.since)?,
                reason_code: entry.withdrawn.reason(),
                invalidity_date: None,
            })
        })
        .collect::<Result<_, SignRefusal>>()?;
    let list = authority.sign_list(CertificateRevocationListParams {
        this_update: moment(term.from)?,
        next_update: moment(next_update)?,
        crl_number: SerialNumber::from(number),
        issuing_distribution_point: None,
        revoked_certs,
        // Replaced by the CA's own identifier when it signs.
        key_identifier_method: KeyIdMethod::Sha256,
    })?;
    Ok(Crl { pem: list.pem()?, der: list.der().to_vec(), next_update })
}

fn moment(at: Timestamp) -> Result<OffsetDateTime, SignRefusal> {
    OffsetDateTime::from_unix_timestamp(at.unix()).map_err(|error| SignRefusal::Unwritable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use certs::KeyKind;
    use registry::change::RevokedReason;

    use super::*;
    use crate::crl::Withdrawn;
    use crate::sign::certificate_pem;
    use crate::sign::test_support::{NOW, Rehearsal};
    use crate::test_support::Folder;

    #[test]
    fn openssl_reads_number_dates_and_reasons_and_refuses_the_revoked() {
        let rehearsal = Rehearsal::new();
        let issued: Vec<_> = (0..6).map(|_| rehearsal.issue(KeyKind::P256).1).collect();
        let withdrawn = [
            Withdrawn::Revoked(RevokedReason::Lost),
            Withdrawn::Revoked(RevokedReason::Left),
            Withdrawn::Superseded,
            Withdrawn::Held,
            Withdrawn::Revoked(RevokedReason::Other),
        ];
        let entries: Vec<_> = issued
            .iter()
            .zip(withdrawn)
            .map(|(issued, withdrawn)| RevokedEntry { serial: issued.serial(), since: NOW.plus(-60), withdrawn })
            .collect();
        let crl = publish(&entries, 300, &rehearsal.issuing, Term::issuing(NOW)).unwrap();
        let folder = Folder::new();
        let pem = |authority: &Authority| certificate_pem(authority.certificate().der()).unwrap();
        folder.file("root.pem", pem(&rehearsal.root));
        folder.file("issuing.pem", pem(&rehearsal.issuing));
        folder.file("ca.crl", &crl.pem);
        folder.file("ca.crl.der", &crl.der);
        let shown = folder
            .run(
                "openssl",
                &["crl", "-in", "ca.crl.der", "-inform", "DER", "-CAfile", "issuing.pem", "-noout", "-text"],
            )
            .unwrap();
        for text in [
            "verify OK",
            "Version 2",
            "X509v3 CRL Number: \n                300\n",
            "X509v3 Authority Key Identifier",
            "Last Update: Nov 22 00:00:00 2026 GMT",
            "Next Update: Nov 29 00:00:00 2026 GMT",
            "Key Compromise",
            "Affiliation Changed",
            "Superseded",
            "Certificate Hold",
        ] {
            assert!(shown.contains(text), "{text:?} is not in\n{shown}");
        }
        assert_eq!(shown.matches("CRL Reason Code").count(), 4, "{shown}");
        let identifier = |text: &str| {
            text.lines()
                .find(|line| line.contains("8E:") || line.matches(':').count() == 19)
                .map(str::trim)
                .map(str::to_owned)
        };
        let issuing =
            folder.run("openssl", &["x509", "-in", "issuing.pem", "-noout", "-ext", "subjectKeyIdentifier"]).unwrap();
        assert_eq!(identifier(&shown), identifier(&issuing));
        let at = NOW.plus(60).unix().to_string();
        for (at_place, issued) in issued.iter().enumerate() {
            folder.file("leaf.pem", issued.pem());
            let checked = folder.run(
                "openssl",
                &[
                    "verify",
                    "-crl_check",
                    "-CRLfile",
                    "ca.crl",
                    "-CAfile",
                    "root.pem",
                    "-untrusted",
                    "issuing.pem",
                    "-attime",
                    &at,
                    "leaf.pem",
                ],
            );
            match checked {
                Ok(_) => assert_eq!(at_place, 5, "a revoked certificate was taken"),
                Err(text) => assert!(at_place < 5 && text.contains("certificate revoked"), "{text}"),
            }
        }
    }

    #[test]
    fn an_empty_list_is_a_list() {
        let rehearsal = Rehearsal::new();
        let crl = publish(&[], 1, &rehearsal.issuing, Term::issuing(NOW)).unwrap();
        let folder = Folder::new();
        folder.file("ca.crl", &crl.pem);
        let shown = folder.run("openssl", &["crl", "-in", "ca.crl", "-noout", "-text"]).unwrap();
        assert!(shown.contains("No Revoked Certificates"), "{shown}");
    }
}
