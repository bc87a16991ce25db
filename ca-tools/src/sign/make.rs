//! What is made without a registry's record: the CAs, the signer of profiles, the house's machines.
//!
//! Each goes through the same draft, lint and comparison as a device's certificate.

use certs::profile::{Host, Profile, Purpose, Subject};
use certs::{AuthorityCert, Fingerprint, Timestamp, Validity};

use super::authority::{Authority, certificate_pem};
use super::draft::{Dates, Draft};
use super::refusal::SignRefusal;
use crate::key::PrivateKey;

/// A certificate and the key that was made for it.
#[derive(Debug)]
pub struct Made {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// The certificate, PEM.
    pub pem: String,
    /// Its key.
    pub key: PrivateKey,
    /// From when until when.
    pub validity: Validity,
    /// SHA-256 of the DER.
    pub fingerprint: Fingerprint,
}

/// Makes the root of device certificates; `name` tells it from a later one.
///
/// # Errors
/// The name cannot stand in a certificate, or the clock is wrong.
pub fn make_root(name: &str, now: Timestamp) -> Result<Authority, SignRefusal> {
    authority(make(Purpose::Root, Subject::Named(name.to_owned()), None, now)?)
}

/// Makes a CA that signs device certificates.
///
/// # Errors
/// The name cannot stand in a certificate, or the root has expired.
pub fn make_issuing(name: &str, root: &Authority, now: Timestamp) -> Result<Authority, SignRefusal> {
    authority(make(Purpose::Issuing, Subject::Named(name.to_owned()), Some(root), now)?)
}

/// Makes the key and certificate by which `.mobileconfig` profiles are signed.
///
/// # Errors
/// The name cannot stand in a certificate, or the issuing CA has expired.
pub fn make_signing(name: &str, issuing: &Authority, now: Timestamp) -> Result<Made, SignRefusal> {
    make(Purpose::Signing, Subject::Named(name.to_owned()), Some(issuing), now)
}

/// Makes the root of the house's own machines.
///
/// # Errors
/// The name cannot stand in a certificate, or the clock is wrong.
pub fn make_house_root(name: &str, now: Timestamp) -> Result<Authority, SignRefusal> {
    authority(make(Purpose::HouseRoot, Subject::Named(name.to_owned()), None, now)?)
}

/// Makes a site's server certificate for a trial set-up, its first host as its name.
///
/// # Errors
/// No host, one that cannot stand in a certificate, or an expired root.
pub fn make_site(hosts: Vec<Host>, house_root: &Authority, now: Timestamp) -> Result<Made, SignRefusal> {
    let name = match hosts.first() {
        None => String::new(),
        Some(Host::Dns(name)) => name.clone(),
        Some(Host::Ip(address)) => address.to_string(),
    };
    make(Purpose::Site, Subject::Machine { name, hosts }, Some(house_root), now)
}

/// Makes the certificate that one program of the house shows another.
///
/// # Errors
/// As [`make_site`].
pub fn make_internal(
    name: &str,
    hosts: Vec<Host>,
    house_root: &Authority,
    now: Timestamp,
) -> Result<Made, SignRefusal> {
    make(Purpose::Internal, Subject::Machine { name: name.to_owned(), hosts }, Some(house_root), now)
}

fn make(purpose: Purpose, subject: Subject, issuer: Option<&Authority>, now: Timestamp) -> Result<Made, SignRefusal> {
    let profile = Profile::built_in(purpose).map_err(SignRefusal::Profile)?;
    let key = PrivateKey::make(profile.made_key()).map_err(SignRefusal::Key)?;
    let dates = Dates { now, asked_days: None };
    let draft = Draft::write(&profile, subject, (key.public_key(), issuer.map(Authority::certificate)), dates)?;
    let linted = draft.lint()?;
    let der = draft.sign(issuer.map_or(&key, Authority::key), &linted)?;
    Ok(Made { pem: certificate_pem(&der)?, validity: draft.validity, fingerprint: Fingerprint::of(&der), der, key })
}

fn authority(made: Made) -> Result<Authority, SignRefusal> {
    Authority::join(AuthorityCert::read(&made.der).map_err(SignRefusal::Authority)?, made.key)
}
