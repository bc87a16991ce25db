//! Whom does a certificate name, and how is that spelled?

use std::net::IpAddr;

use super::checked::{Profile, is_plain};
use super::purpose::Purpose;
use crate::{DeviceNo, Timestamp};

/// RFC 5280 appendix A, `ub-common-name`.
const LONGEST_COMMON_NAME: usize = 64;

/// Whom a certificate is for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Subject {
    /// A device.
    Device(DeviceNo),
    /// A CA or a signer, told apart from others of its kind by this name.
    Named(String),
    /// A site or a program, reached under these hosts.
    Machine {
        /// What it is called.
        name: String,
        /// Where it is reached; at least one.
        hosts: Vec<Host>,
    },
}

/// A name under which a machine is reached (RFC 5280 §4.2.1.6).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Host {
    /// A DNS name.
    Dns(String),
    /// An address.
    Ip(IpAddr),
}

/// The distinguished name to be written, in this order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SubjectName {
    /// `C`, a PrintableString.
    pub country: String,
    /// `O`.
    pub organization: String,
    /// `OU`.
    pub organizational_unit: String,
    /// `CN`.
    pub common_name: String,
}

impl Profile {
    /// The distinguished name of `subject` in a certificate of this profile that ends at `not_after`.
    ///
    /// # Errors
    /// The subject is not of the profile's kind, or its name cannot stand in a certificate.
    pub fn subject_name(&self, subject: &Subject, not_after: Timestamp) -> Result<SubjectName, SubjectRefusal> {
        let template = &self.subject.common_name;
        let common_name = match (self.purpose, subject) {
            (Purpose::Device, Subject::Device(device)) => {
                let day = not_after.in_japan();
                let expiry = format!("{:04}-{:02}", day.year(), u8::from(day.month()));
                template.replace("{device}", &device.to_string()).replace("{expiry}", &expiry)
            }
            (Purpose::Root | Purpose::Issuing | Purpose::Signing | Purpose::HouseRoot, Subject::Named(name)) => {
                template.replace("{name}", name)
            }
            (Purpose::Internal | Purpose::Site, Subject::Machine { name, hosts }) => {
                check_hosts(hosts)?;
                template.replace("{name}", name)
            }
            (
                Purpose::Root
                | Purpose::Issuing
                | Purpose::Device
                | Purpose::Signing
                | Purpose::HouseRoot
                | Purpose::Internal
                | Purpose::Site,
                Subject::Device(_) | Subject::Named(_) | Subject::Machine { .. },
            ) => return Err(SubjectRefusal::OtherKind(self.purpose)),
        };
        if common_name.trim().is_empty() || common_name.len() > LONGEST_COMMON_NAME || !is_plain(&common_name) {
            return Err(SubjectRefusal::CommonName);
        }
        Ok(SubjectName {
            country: self.subject.country.clone(),
            organization: self.subject.organization.clone(),
            organizational_unit: self.subject.organizational_unit.clone(),
            common_name,
        })
    }
}

fn check_hosts(hosts: &[Host]) -> Result<(), SubjectRefusal> {
    if hosts.is_empty() {
        return Err(SubjectRefusal::NoHost);
    }
    for host in hosts {
        match host {
            Host::Ip(_) => {}
            Host::Dns(name) => {
                let label = |label: &str| {
                    (1..=63).contains(&label.len())
                        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                };
                if name.len() > 253 || !name.split('.').all(label) {
                    return Err(SubjectRefusal::Host(name.clone()));
                }
            }
        }
    }
    Ok(())
}

/// Why nobody of this name can have a certificate of this profile.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SubjectRefusal {
    /// Empty, too long, or not plain ASCII.
    #[error("the common name must be 1 to 64 plain ASCII characters (RFC 5280 appendix A)")]
    CommonName,
    /// Not a DNS name in small letters, without wildcards.
    #[error("{0:?} is not a host name in small letters without wildcards")]
    Host(String),
    /// A machine without a host.
    #[error("a machine's certificate needs at least one host name or address")]
    NoHost,
    /// For instance a device under the profile of a CA.
    #[error("a {0} certificate cannot name such a subject")]
    OtherKind(Purpose),
}
