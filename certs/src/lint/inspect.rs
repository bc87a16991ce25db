//! The list itself.

use aws_lc_rs::digest;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::X509Extension;
use x509_parser::oid_registry::Oid;
use x509_parser::prelude::FromDer;

use super::finding::Finding;
use super::{extensions, frame, names};
use crate::profile::{Profile, Subject};
use crate::shape::{self, Shape};

/// What a certificate was meant to be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Its profile.
    pub profile: &'a Profile,
    /// Whom it is for.
    pub subject: &'a Subject,
    /// The public key that was asked for, as `SubjectPublicKeyInfo` DER.
    pub public_key: &'a [u8],
    /// The issuer's certificate, DER; `None` where it signs itself.
    pub issuer: Option<&'a [u8]>,
}

/// Proof that everything a certificate says, its signature aside, breaks no rule. Made only by [`inspect`].
#[must_use]
#[derive(Debug)]
pub struct Linted {
    to_be_signed: [u8; 32],
}

impl Linted {
    /// SHA-256 of the `TBSCertificate` that was inspected.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8; 32] {
        &self.to_be_signed
    }
}

/// A certificate beside what it was meant to be, for the rules to look at.
pub(super) struct Seen<'a> {
    pub(super) certificate: X509Certificate<'a>,
    pub(super) issuer: Option<X509Certificate<'a>>,
    pub(super) expected: Expected<'a>,
}

type Rule = fn(&Seen<'_>) -> Result<(), Finding>;

/// Every rule, in the order of the fields they look at.
const RULES: [Rule; 20] = [
    frame::version,
    frame::serial,
    frame::signature_algorithm,
    frame::issuer,
    extensions::issuer_allows,
    frame::validity_within_profile,
    frame::validity_within_issuer,
    names::subject,
    frame::key,
    frame::same_key,
    frame::unique_ids,
    extensions::none_twice,
    extensions::none_unknown,
    extensions::authority_key_identifier,
    names::subject_alt_name,
    extensions::key_usage,
    extensions::extended_key_usage,
    extensions::crl_distribution_points,
    extensions::subject_key_identifier,
    extensions::basic_constraints,
];

/// Holds a DER certificate against every rule. Who signed it is not looked at, so that the list
/// can be walked before the CA signs.
///
/// # Errors
/// Every rule it breaks.
pub fn inspect(certificate: &[u8], expected: &Expected<'_>) -> Result<Linted, Vec<Finding>> {
    let parsed = parse(certificate).ok_or_else(|| vec![Finding::Unparsable])?;
    let issuer = match expected.issuer {
        None => None,
        Some(issuer) => Some(parse(issuer).ok_or_else(|| vec![Finding::IssuerUnreadable])?),
    };
    let to_be_signed = digest::digest(&digest::SHA256, parsed.tbs_certificate.as_ref());
    let seen = Seen { certificate: parsed, issuer, expected: *expected };
    let findings: Vec<Finding> = RULES.iter().filter_map(|rule| rule(&seen).err()).collect();
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut linted = Linted { to_be_signed: [0; 32] };
    linted.to_be_signed.copy_from_slice(to_be_signed.as_ref());
    Ok(linted)
}

/// Whether the issuer signed this certificate: the one rule that holds only after signing.
///
/// # Errors
/// [`Finding::Signature`], or that one of the two cannot be read.
pub fn verify(certificate: &[u8], issuer: Option<&[u8]>) -> Result<(), Finding> {
    let certificate = parse(certificate).ok_or(Finding::Unparsable)?;
    let issuer = match issuer {
        None => None,
        Some(issuer) => Some(parse(issuer).ok_or(Finding::IssuerUnreadable)?),
    };
    let key = issuer.as_ref().map(|issuer| issuer.public_key());
    certificate.verify_signature(key).map_err(|_| Finding::Signature)
}

fn parse(der: &[u8]) -> Option<X509Certificate<'_>> {
    match shape::signed_object(der) {
        Shape::Signed => X509Certificate::from_der(der).ok().map(|(_, certificate)| certificate),
        Shape::Other | Shape::Trailing => None,
    }
}

impl<'a> Seen<'a> {
    /// The certificate whose key signs this one.
    pub(super) fn signer(&self) -> &X509Certificate<'a> {
        self.issuer.as_ref().unwrap_or(&self.certificate)
    }

    /// The extension of this kind, where it stands with this criticality.
    pub(super) fn extension(&self, oid: &Oid<'_>, critical: Critical) -> Option<&X509Extension<'a>> {
        let found = self.certificate.extensions().iter().find(|extension| extension.oid == *oid)?;
        (found.critical == (critical == Critical::Yes)).then_some(found)
    }

    /// Whether an extension of this kind stands there at all.
    pub(super) fn has(&self, oid: &Oid<'_>) -> bool {
        self.certificate.extensions().iter().any(|extension| extension.oid == *oid)
    }
}

/// Whether a reader that does not know an extension must refuse the certificate (RFC 5280 §4.2).
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Critical {
    No,
    Yes,
}
