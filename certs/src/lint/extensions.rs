//! Rules about the extensions, names aside.

use aws_lc_rs::digest;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{DistributionPointName, GeneralName, KeyIdentifier, ParsedExtension};
use x509_parser::oid_registry::{
    OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER, OID_X509_EXT_BASIC_CONSTRAINTS, OID_X509_EXT_CRL_DISTRIBUTION_POINTS,
    OID_X509_EXT_EXTENDED_KEY_USAGE, OID_X509_EXT_KEY_USAGE, OID_X509_EXT_SUBJECT_ALT_NAME,
    OID_X509_EXT_SUBJECT_KEY_IDENTIFIER, Oid,
};

use super::finding::Finding;
use super::inspect::{Critical, Seen};
use crate::profile::{ExtendedUse, KeyUse};

/// All that a profile can give.
const KNOWN: [Oid<'static>; 7] = [
    OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER,
    OID_X509_EXT_BASIC_CONSTRAINTS,
    OID_X509_EXT_CRL_DISTRIBUTION_POINTS,
    OID_X509_EXT_EXTENDED_KEY_USAGE,
    OID_X509_EXT_KEY_USAGE,
    OID_X509_EXT_SUBJECT_ALT_NAME,
    OID_X509_EXT_SUBJECT_KEY_IDENTIFIER,
];
/// `digitalSignature`, bit 0 (RFC 5280 §4.2.1.3).
const DIGITAL_SIGNATURE: u16 = 1;
/// `keyCertSign` and `cRLSign`, bits 5 and 6.
const CERTIFY: u16 = 1 << 5 | 1 << 6;
/// 160 bits (RFC 7093 §2 method 1: of the key's own bits, without its algorithm).
const KEY_IDENTIFIER: usize = 20;

pub(super) fn none_twice(seen: &Seen<'_>) -> Result<(), Finding> {
    let extensions = seen.certificate.extensions();
    let twice = extensions
        .iter()
        .enumerate()
        .any(|(at, extension)| extensions.iter().take(at).any(|earlier| earlier.oid == extension.oid));
    if twice { Err(Finding::ExtensionTwice) } else { Ok(()) }
}

pub(super) fn none_unknown(seen: &Seen<'_>) -> Result<(), Finding> {
    let known = seen.certificate.extensions().iter().all(|extension| KNOWN.contains(&extension.oid));
    if known { Ok(()) } else { Err(Finding::UnknownExtension) }
}

/// A path ends as its CAs say (RFC 5280 §6.1.4): one more CA below, or none, and only for the uses they name.
pub(super) fn issuer_allows(seen: &Seen<'_>) -> Result<(), Finding> {
    let Some(issuer) = &seen.issuer else {
        return Ok(());
    };
    let purpose = seen.expected.profile.purpose();
    let wanted_length = purpose.path_length().map_or(0, |length| u32::from(length) + 1);
    let certifies = issuer
        .basic_constraints()
        .ok()
        .flatten()
        .is_some_and(|found| found.value.ca && found.value.path_len_constraint == Some(wanted_length))
        && issuer.key_usage().ok().flatten().is_some_and(|found| found.value.flags == CERTIFY);
    let uses_allowed = match issuer.extended_key_usage() {
        Ok(None) => true,
        Ok(Some(uses)) => purpose.extended_uses().iter().all(|wanted| match wanted {
            ExtendedUse::ClientAuth => uses.value.client_auth,
            ExtendedUse::EmailProtection => uses.value.email_protection,
            ExtendedUse::ServerAuth => uses.value.server_auth,
        }),
        Err(_) => false,
    };
    if certifies && uses_allowed { Ok(()) } else { Err(Finding::IssuerForbids) }
}

pub(super) fn basic_constraints(seen: &Seen<'_>) -> Result<(), Finding> {
    let extension = seen.extension(&OID_X509_EXT_BASIC_CONSTRAINTS, Critical::Yes).ok_or(Finding::BasicConstraints)?;
    let ParsedExtension::BasicConstraints(constraints) = extension.parsed_extension() else {
        return Err(Finding::BasicConstraints);
    };
    let path_length = seen.expected.profile.purpose().path_length();
    let holds =
        constraints.ca == path_length.is_some() && constraints.path_len_constraint == path_length.map(u32::from);
    if holds { Ok(()) } else { Err(Finding::BasicConstraints) }
}

pub(super) fn key_usage(seen: &Seen<'_>) -> Result<(), Finding> {
    let extension = seen.extension(&OID_X509_EXT_KEY_USAGE, Critical::Yes).ok_or(Finding::KeyUsage)?;
    let ParsedExtension::KeyUsage(usage) = extension.parsed_extension() else {
        return Err(Finding::KeyUsage);
    };
    let wanted = match seen.expected.profile.purpose().key_use() {
        KeyUse::Certify => CERTIFY,
        KeyUse::Sign => DIGITAL_SIGNATURE,
    };
    if usage.flags == wanted { Ok(()) } else { Err(Finding::KeyUsage) }
}

pub(super) fn extended_key_usage(seen: &Seen<'_>) -> Result<(), Finding> {
    let wanted = seen.expected.profile.purpose().extended_uses();
    if wanted.is_empty() {
        let absent = !seen.has(&OID_X509_EXT_EXTENDED_KEY_USAGE);
        return if absent { Ok(()) } else { Err(Finding::ExtendedKeyUsage) };
    }
    let extension = seen.extension(&OID_X509_EXT_EXTENDED_KEY_USAGE, Critical::No).ok_or(Finding::ExtendedKeyUsage)?;
    let ParsedExtension::ExtendedKeyUsage(uses) = extension.parsed_extension() else {
        return Err(Finding::ExtendedKeyUsage);
    };
    let others = uses.any || uses.code_signing || uses.time_stamping || uses.ocsp_signing || !uses.other.is_empty();
    let holds = !others
        && uses.client_auth == wanted.contains(&ExtendedUse::ClientAuth)
        && uses.email_protection == wanted.contains(&ExtendedUse::EmailProtection)
        && uses.server_auth == wanted.contains(&ExtendedUse::ServerAuth);
    if holds { Ok(()) } else { Err(Finding::ExtendedKeyUsage) }
}

pub(super) fn subject_key_identifier(seen: &Seen<'_>) -> Result<(), Finding> {
    seen.extension(&OID_X509_EXT_SUBJECT_KEY_IDENTIFIER, Critical::No).ok_or(Finding::SubjectKeyIdentifier)?;
    let computed = digest::digest(&digest::SHA256, &seen.certificate.public_key().subject_public_key.data);
    let holds = key_identifier(&seen.certificate)
        .is_some_and(|identifier| Some(identifier.0) == computed.as_ref().get(..KEY_IDENTIFIER));
    if holds { Ok(()) } else { Err(Finding::SubjectKeyIdentifier) }
}

pub(super) fn authority_key_identifier(seen: &Seen<'_>) -> Result<(), Finding> {
    let refused = Finding::AuthorityKeyIdentifier;
    let extension = seen.extension(&OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER, Critical::No).ok_or(refused)?;
    let ParsedExtension::AuthorityKeyIdentifier(identifier) = extension.parsed_extension() else {
        return Err(refused);
    };
    let issuer = key_identifier(seen.signer()).ok_or(refused)?;
    let holds = identifier.key_identifier.as_ref() == Some(issuer)
        && identifier.authority_cert_issuer.is_none()
        && identifier.authority_cert_serial.is_none();
    if holds { Ok(()) } else { Err(refused) }
}

pub(super) fn crl_distribution_points(seen: &Seen<'_>) -> Result<(), Finding> {
    let refused = Finding::CrlDistributionPoints;
    let Some(url) = seen.expected.profile.crl_url() else {
        return if seen.has(&OID_X509_EXT_CRL_DISTRIBUTION_POINTS) { Err(refused) } else { Ok(()) };
    };
    let extension = seen.extension(&OID_X509_EXT_CRL_DISTRIBUTION_POINTS, Critical::No).ok_or(refused)?;
    let ParsedExtension::CRLDistributionPoints(points) = extension.parsed_extension() else {
        return Err(refused);
    };
    let [point] = points.points.as_slice() else {
        return Err(refused);
    };
    let whole = point.reasons.is_none() && point.crl_issuer.is_none();
    match &point.distribution_point {
        Some(DistributionPointName::FullName(names)) if whole && names.as_slice() == [GeneralName::URI(url)] => Ok(()),
        Some(DistributionPointName::FullName(_) | DistributionPointName::NameRelativeToCRLIssuer(_)) | None => {
            Err(refused)
        }
    }
}

fn key_identifier<'c, 'a>(certificate: &'c X509Certificate<'a>) -> Option<&'c KeyIdentifier<'a>> {
    let extensions = certificate.extensions().iter();
    let mut found = extensions.filter(|extension| extension.oid == OID_X509_EXT_SUBJECT_KEY_IDENTIFIER);
    let ParsedExtension::SubjectKeyIdentifier(identifier) = found.next()?.parsed_extension() else {
        return None;
    };
    Some(identifier)
}
