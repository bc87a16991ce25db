//! Certificates as they should be, for the tests to spoil.

use certs::profile::{Profile, Purpose, Subject};
use certs::{DeviceNo, Timestamp, Validity};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, KeyIdMethod,
    KeyPair, KeyUsagePurpose, SanType, SerialNumber,
};
use time::OffsetDateTime;

/// 2026-11-22T09:00:00+09:00.
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_795_305_600);

pub(crate) fn device_no() -> DeviceNo {
    DeviceNo::new(123).unwrap()
}

pub(crate) fn profile(purpose: Purpose) -> Profile {
    Profile::built_in(purpose).unwrap()
}

pub(crate) type Authority = CertifiedIssuer<'static, KeyPair>;

/// An issuing CA, good enough to be an issuer: its own issuer is left out.
pub(crate) fn issuing() -> Authority {
    issuing_with(|_| {})
}

/// The same, spoilt.
pub(crate) fn issuing_with(change: impl FnOnce(&mut CertificateParams)) -> Authority {
    let validity = profile(Purpose::Issuing).validity(NOW, None, None).unwrap();
    let mut params = params(Purpose::Issuing, &Subject::Named("1".into()), validity);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::EmailProtection];
    let key = KeyPair::generate().unwrap();
    params.key_identifier_method = identifier_of(&key);
    change(&mut params);
    CertifiedIssuer::self_signed(params, key).unwrap()
}

/// What a device's certificate should say.
pub(crate) fn device_params() -> CertificateParams {
    let validity = profile(Purpose::Device).validity(NOW, None, None).unwrap();
    let mut params = params(Purpose::Device, &Subject::Device(device_no()), validity);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.subject_alt_names = vec![uri(&device_no().san_uri())];
    params
}

/// rcgen would take the whole `SubjectPublicKeyInfo`, which is none of RFC 7093's methods.
pub(crate) fn identifier_of(key: &KeyPair) -> KeyIdMethod {
    let digest = certs::Fingerprint::of(key.public_key_raw());
    KeyIdMethod::PreSpecified(digest.as_bytes()[..20].to_vec())
}

pub(crate) fn uri(text: &str) -> SanType {
    SanType::URI(text.try_into().unwrap())
}

fn params(purpose: Purpose, subject: &Subject, validity: Validity) -> CertificateParams {
    let name = profile(purpose).subject_name(subject, validity.not_after).unwrap();
    let mut params = CertificateParams::default();
    params.not_before = OffsetDateTime::from_unix_timestamp(validity.not_before.unix()).unwrap();
    params.not_after = OffsetDateTime::from_unix_timestamp(validity.not_after.unix()).unwrap();
    params.serial_number = Some(SerialNumber::from_slice(&[0x55; 16]));
    params.use_authority_key_identifier_extension = true;
    params.distinguished_name = rcgen::DistinguishedName::new();
    let country = DnValue::PrintableString(name.country.as_str().try_into().unwrap());
    params.distinguished_name.push(DnType::CountryName, country);
    params.distinguished_name.push(DnType::OrganizationName, name.organization);
    params.distinguished_name.push(DnType::OrganizationalUnitName, name.organizational_unit);
    params.distinguished_name.push(DnType::CommonName, name.common_name);
    params
}

/// The DER with the one occurrence of `from` replaced by as many bytes `to`.
pub(crate) fn patched(der: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let found: Vec<usize> = (0..=der.len() - from.len()).filter(|at| der[*at..].starts_with(from)).collect();
    let mut patched = der.to_vec();
    patched[found[0]..found[0] + to.len()].copy_from_slice(to);
    patched
}
