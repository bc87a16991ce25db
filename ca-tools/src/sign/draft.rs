//! The one writing of a certificate: profile and facts in, parameters out.
//!
//! Everything in it comes from the profile, the order and the issuer's certificate. Of the
//! holder there is a public key, and no way for anything else to come in.

use aws_lc_rs::digest;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use certs::lint::{Expected, Linted, inspect};
use certs::profile::{ExtendedUse, Host, KeyUse, Profile, Subject, SubjectName};
use certs::{AuthorityCert, DeviceRequest, Serial, Timestamp, Validity};
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, DistinguishedName, DnType, DnValue,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyUsagePurpose, PublicKeyData, SanType, SerialNumber,
};
use time::OffsetDateTime;

use super::authority::issuer_of;
use super::refusal::SignRefusal;
use crate::key::{KeyFault, PrivateKey};

/// The key of whoever a certificate is for: either they proved that they hold it, or we made it.
#[derive(Debug)]
pub enum HolderKey<'a> {
    /// We made it, for a key file.
    Made(&'a PrivateKey),
    /// Its holder sent a request.
    Requested(&'a DeviceRequest),
}

impl HolderKey<'_> {
    /// The public half, as `SubjectPublicKeyInfo` DER.
    pub(super) fn public_key(&self) -> Vec<u8> {
        match self {
            Self::Made(key) => key.public_key(),
            Self::Requested(request) => request.public_key().to_vec(),
        }
    }
}

/// A certificate before anybody signed it.
#[derive(Debug)]
pub(super) struct Draft {
    profile: Profile,
    subject: Subject,
    pub(super) public_key: Vec<u8>,
    issuer: Option<AuthorityCert>,
    pub(super) serial: Serial,
    pub(super) validity: Validity,
    pub(super) common_name: String,
    params: CertificateParams,
}

/// From when, and how long at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dates {
    pub(super) now: Timestamp,
    pub(super) asked_days: Option<u32>,
}

impl Draft {
    /// Writes a certificate that `issuer` is to sign; the holder itself where there is none.
    pub(super) fn write(
        profile: &Profile,
        subject: Subject,
        (public_key, issuer): (Vec<u8>, Option<&AuthorityCert>),
        dates: Dates,
    ) -> Result<Self, SignRefusal> {
        let issuer_not_after = issuer.map(|issuer| issuer.validity().not_after);
        let validity =
            profile.validity(dates.now, issuer_not_after, dates.asked_days).map_err(SignRefusal::Validity)?;
        let name = profile.subject_name(&subject, validity.not_after).map_err(SignRefusal::Subject)?;
        let common_name = name.common_name.clone();
        let serial = draw_serial()?;
        let mut params = CertificateParams::default();
        params.not_before = moment(validity.not_before)?;
        params.not_after = moment(validity.not_after)?;
        params.serial_number = Some(SerialNumber::from_slice(serial.as_bytes()));
        params.distinguished_name = distinguished_name(name)?;
        params.subject_alt_names = alternative_names(&subject)?;
        params.use_authority_key_identifier_extension = true;
        // Computed here, not by rcgen: a throw-away key must not change it.
        params.key_identifier_method = KeyIdMethod::PreSpecified(key_identifier(&public_key)?);
        params.is_ca = match profile.purpose().path_length() {
            None => IsCa::ExplicitNoCa,
            Some(length) => IsCa::Ca(BasicConstraints::Constrained(length)),
        };
        params.key_usages = match profile.purpose().key_use() {
            KeyUse::Certify => vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign],
            KeyUse::Sign => vec![KeyUsagePurpose::DigitalSignature],
        };
        params.extended_key_usages = profile.purpose().extended_uses().iter().map(extended_use).collect();
        params.crl_distribution_points =
            profile.crl_url().map(|url| CrlDistributionPoint { uris: vec![url.to_owned()] }).into_iter().collect();
        Ok(Self {
            profile: profile.clone(),
            subject,
            public_key,
            issuer: issuer.cloned(),
            serial,
            validity,
            common_name,
            params,
        })
    }

    /// Holds the draft against the list, signed by a key made for that and thrown away.
    pub(super) fn lint(&self) -> Result<Linted, SignRefusal> {
        let kind = match &self.issuer {
            Some(issuer) => issuer.key(),
            None => self.profile.made_key(),
        };
        let throw_away = PrivateKey::make(kind).map_err(SignRefusal::Key)?;
        self.inspect(&self.signed_with(&throw_away)?)
    }

    /// Has `key` sign the draft, and makes sure that it signed what was linted.
    pub(super) fn sign(&self, key: &PrivateKey, linted: &Linted) -> Result<Vec<u8>, SignRefusal> {
        let certificate = self.signed_with(key)?;
        let again = self.inspect(&certificate)?;
        if again.to_be_signed() != linted.to_be_signed() {
            return Err(SignRefusal::Changed);
        }
        let issuer = self.issuer.as_ref().map(AuthorityCert::der);
        certs::lint::verify(&certificate, issuer).map_err(|finding| SignRefusal::Lint(vec![finding]))?;
        Ok(certificate)
    }

    fn signed_with(&self, key: &PrivateKey) -> Result<Vec<u8>, SignRefusal> {
        let issuer = match &self.issuer {
            Some(issuer) => issuer_of(issuer, key)?,
            None => Issuer::new(self.params.clone(), key),
        };
        let holder = rcgen::SubjectPublicKeyInfo::from_der(&self.public_key)?;
        Ok(self.params.signed_by(&holder, &issuer)?.der().to_vec())
    }

    fn inspect(&self, certificate: &[u8]) -> Result<Linted, SignRefusal> {
        let expected = Expected {
            profile: &self.profile,
            subject: &self.subject,
            public_key: &self.public_key,
            issuer: self.issuer.as_ref().map(AuthorityCert::der),
        };
        inspect(certificate, &expected).map_err(SignRefusal::Lint)
    }
}

fn draw_serial() -> Result<Serial, SignRefusal> {
    let mut random = [0; 16];
    SystemRandom::new().fill(&mut random).map_err(|_| SignRefusal::Key(KeyFault::NoRandomness))?;
    Ok(Serial::from_random(random))
}

fn moment(at: Timestamp) -> Result<OffsetDateTime, SignRefusal> {
    OffsetDateTime::from_unix_timestamp(at.unix()).map_err(|error| SignRefusal::Unwritable(error.to_string()))
}

/// SHA-256 of the key's own bits, cut to 160 (RFC 7093 §2 method 1).
pub(super) fn key_identifier(public_key: &[u8]) -> Result<Vec<u8>, SignRefusal> {
    let public_key = rcgen::SubjectPublicKeyInfo::from_der(public_key)?;
    let digest = digest::digest(&digest::SHA256, public_key.der_bytes());
    Ok(digest.as_ref().iter().copied().take(20).collect())
}

fn distinguished_name(name: SubjectName) -> Result<DistinguishedName, SignRefusal> {
    let mut written = DistinguishedName::new();
    // rcgen would write UTF8String, which X520countryName is not (RFC 5280 appendix A).
    written.push(DnType::CountryName, DnValue::PrintableString(name.country.as_str().try_into()?));
    written.push(DnType::OrganizationName, name.organization);
    written.push(DnType::OrganizationalUnitName, name.organizational_unit);
    written.push(DnType::CommonName, name.common_name);
    Ok(written)
}

fn alternative_names(subject: &Subject) -> Result<Vec<SanType>, SignRefusal> {
    match subject {
        Subject::Named(_) => Ok(Vec::new()),
        Subject::Device(device) => Ok(vec![SanType::URI(device.san_uri().try_into()?)]),
        Subject::Machine { hosts, .. } => hosts
            .iter()
            .map(|host| match host {
                Host::Dns(name) => Ok(SanType::DnsName(name.as_str().try_into()?)),
                Host::Ip(address) => Ok(SanType::IpAddress(*address)),
            })
            .collect(),
    }
}

fn extended_use(wanted: &ExtendedUse) -> ExtendedKeyUsagePurpose {
    match wanted {
        ExtendedUse::ClientAuth => ExtendedKeyUsagePurpose::ClientAuth,
        ExtendedUse::EmailProtection => ExtendedKeyUsagePurpose::EmailProtection,
        ExtendedUse::ServerAuth => ExtendedKeyUsagePurpose::ServerAuth,
    }
}

#[cfg(test)]
mod tests {
    use certs::profile::Purpose;
    use certs::{DeviceNo, KeyKind};

    use super::*;
    use crate::sign::test_support::{NOW, Rehearsal};

    #[test]
    fn what_was_not_inspected_is_not_handed_out() {
        let rehearsal = Rehearsal::new();
        let profile = Profile::built_in(Purpose::Device).unwrap();
        let key = PrivateKey::make(KeyKind::P256).unwrap();
        let write = || {
            let subject = Subject::Device(DeviceNo::new(123).unwrap());
            let holder = (key.public_key(), Some(rehearsal.issuing.certificate()));
            Draft::write(&profile, subject, holder, Dates { now: NOW, asked_days: None }).unwrap()
        };
        let (draft, other) = (write(), write());
        let linted = other.lint().unwrap();
        assert_eq!(draft.sign(rehearsal.issuing.key(), &linted).err(), Some(SignRefusal::Changed));
        // A key that is not the issuer's, over the right bytes.
        let stranger = PrivateKey::make(KeyKind::P256).unwrap();
        let refusal = SignRefusal::Lint(vec![certs::lint::Finding::Signature]);
        assert_eq!(other.sign(&stranger, &linted).err(), Some(refusal));
        assert!(other.sign(rehearsal.issuing.key(), &linted).is_ok());
    }
}
