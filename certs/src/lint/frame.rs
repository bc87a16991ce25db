//! Rules about the fields every certificate has.

use x509_parser::oid_registry::{OID_SIG_ECDSA_WITH_SHA256, OID_SIG_ECDSA_WITH_SHA384};
use x509_parser::prelude::X509Version;
use x509_parser::x509::AlgorithmIdentifier;

use super::finding::Finding;
use super::inspect::Seen;
use crate::{KeyKind, Serial, Timestamp, Validity};

/// Octets of a serial as [`Serial::from_random`] draws it.
const SERIAL_OCTETS: usize = 16;

pub(super) fn version(seen: &Seen<'_>) -> Result<(), Finding> {
    if seen.certificate.version() == X509Version::V3 { Ok(()) } else { Err(Finding::Version) }
}

pub(super) fn serial(seen: &Seen<'_>) -> Result<(), Finding> {
    let serial = Serial::from_der_content(seen.certificate.raw_serial()).map_err(|_| Finding::Serial)?;
    if serial.as_bytes().len() == SERIAL_OCTETS { Ok(()) } else { Err(Finding::Serial) }
}

pub(super) fn signature_algorithm(seen: &Seen<'_>) -> Result<(), Finding> {
    let wanted = match KeyKind::of(seen.signer().public_key()) {
        Ok(KeyKind::P256) => OID_SIG_ECDSA_WITH_SHA256,
        Ok(KeyKind::P384) => OID_SIG_ECDSA_WITH_SHA384,
        Ok(KeyKind::Rsa { .. }) | Err(_) => return Err(Finding::SignatureAlgorithm),
    };
    // ECDSA's has no parameters, not even NULL (RFC 5758 §3.2).
    let holds =
        |identifier: &AlgorithmIdentifier<'_>| identifier.algorithm == wanted && identifier.parameters.is_none();
    if holds(&seen.certificate.signature) && holds(&seen.certificate.signature_algorithm) {
        Ok(())
    } else {
        Err(Finding::SignatureAlgorithm)
    }
}

pub(super) fn issuer(seen: &Seen<'_>) -> Result<(), Finding> {
    let same = seen.certificate.issuer().as_raw() == seen.signer().subject().as_raw();
    if same { Ok(()) } else { Err(Finding::Issuer) }
}

pub(super) fn validity_within_profile(seen: &Seen<'_>) -> Result<(), Finding> {
    let validity = validity_of(seen.certificate.validity());
    if validity.not_before <= validity.not_after && seen.expected.profile.gives(validity) {
        Ok(())
    } else {
        Err(Finding::ValidityBeyondProfile)
    }
}

pub(super) fn validity_within_issuer(seen: &Seen<'_>) -> Result<(), Finding> {
    let own = validity_of(seen.certificate.validity());
    let issuer = validity_of(seen.signer().validity());
    if issuer.not_before <= own.not_before && own.not_after <= issuer.not_after {
        Ok(())
    } else {
        Err(Finding::ValidityBeyondIssuer)
    }
}

pub(super) fn key(seen: &Seen<'_>) -> Result<(), Finding> {
    let kind = KeyKind::of(seen.certificate.public_key()).map_err(Finding::Key)?;
    seen.expected.profile.accepted_keys().admit(kind).map_err(Finding::Key)
}

pub(super) fn same_key(seen: &Seen<'_>) -> Result<(), Finding> {
    if seen.certificate.public_key().raw == seen.expected.public_key { Ok(()) } else { Err(Finding::OtherKey) }
}

pub(super) fn unique_ids(seen: &Seen<'_>) -> Result<(), Finding> {
    let none = seen.certificate.issuer_uid.is_none() && seen.certificate.subject_uid.is_none();
    if none { Ok(()) } else { Err(Finding::UniqueId) }
}

fn validity_of(validity: &x509_parser::certificate::Validity) -> Validity {
    Validity {
        not_before: Timestamp::from_unix(validity.not_before.timestamp()),
        not_after: Timestamp::from_unix(validity.not_after.timestamp()),
    }
}
