//! Rules about whom a certificate names.

use std::net::IpAddr;

use x509_parser::asn1_rs::Tag;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::oid_registry::{
    OID_X509_COMMON_NAME, OID_X509_COUNTRY_NAME, OID_X509_EXT_SUBJECT_ALT_NAME, OID_X509_ORGANIZATION_NAME,
    OID_X509_ORGANIZATIONAL_UNIT,
};

use super::finding::Finding;
use super::inspect::{Critical, Seen};
use crate::Timestamp;
use crate::profile::{Host, Subject};

pub(super) fn subject(seen: &Seen<'_>) -> Result<(), Finding> {
    let not_after = Timestamp::from_unix(seen.certificate.validity().not_after.timestamp());
    let name = seen.expected.profile.subject_name(seen.expected.subject, not_after);
    let name = name.map_err(|_| Finding::SubjectUnnamed)?;
    let wanted = [
        (OID_X509_COUNTRY_NAME, &name.country),
        (OID_X509_ORGANIZATION_NAME, &name.organization),
        (OID_X509_ORGANIZATIONAL_UNIT, &name.organizational_unit),
        (OID_X509_COMMON_NAME, &name.common_name),
    ];
    let mut parts = seen.certificate.subject().iter();
    for (oid, text) in wanted {
        let mut attributes = parts.next().ok_or(Finding::Subject)?.iter();
        let (Some(attribute), None) = (attributes.next(), attributes.next()) else {
            return Err(Finding::Subject);
        };
        let tag = attribute.attr_value().tag();
        // X520countryName is a PrintableString; a DirectoryString may also be UTF-8 (RFC 5280 §4.1.2.4).
        let tag_fits = tag == Tag::PrintableString || (tag == Tag::Utf8String && oid != OID_X509_COUNTRY_NAME);
        if *attribute.attr_type() != oid || !tag_fits || attribute.as_str().ok() != Some(text.as_str()) {
            return Err(Finding::Subject);
        }
    }
    if parts.next().is_some() { Err(Finding::Subject) } else { Ok(()) }
}

pub(super) fn subject_alt_name(seen: &Seen<'_>) -> Result<(), Finding> {
    let wanted = match seen.expected.subject {
        Subject::Device(device) => vec![Name::Uri(device.san_uri())],
        Subject::Machine { hosts, .. } => hosts.iter().map(Name::of).collect(),
        Subject::Named(_) if seen.has(&OID_X509_EXT_SUBJECT_ALT_NAME) => return Err(Finding::SubjectAltName),
        Subject::Named(_) => return Ok(()),
    };
    let extension = seen.extension(&OID_X509_EXT_SUBJECT_ALT_NAME, Critical::No).ok_or(Finding::SubjectAltName)?;
    let ParsedExtension::SubjectAlternativeName(names) = extension.parsed_extension() else {
        return Err(Finding::SubjectAltName);
    };
    let same = names.general_names.len() == wanted.len()
        && wanted.iter().zip(&names.general_names).all(|(wanted, name)| wanted.is(name));
    if same { Ok(()) } else { Err(Finding::SubjectAltName) }
}

enum Name {
    Dns(String),
    Ip(Vec<u8>),
    Uri(String),
}

impl Name {
    fn of(host: &Host) -> Self {
        match host {
            Host::Dns(name) => Self::Dns(name.clone()),
            Host::Ip(IpAddr::V4(address)) => Self::Ip(address.octets().into()),
            Host::Ip(IpAddr::V6(address)) => Self::Ip(address.octets().into()),
        }
    }

    fn is(&self, name: &GeneralName<'_>) -> bool {
        match self {
            Self::Dns(wanted) => *name == GeneralName::DNSName(wanted),
            Self::Ip(wanted) => *name == GeneralName::IPAddress(wanted),
            Self::Uri(wanted) => *name == GeneralName::URI(wanted),
        }
    }
}
