//! Each rule has a certificate that breaks it, and it alone.

use certs::lint::{Expected, Finding, inspect, verify};
use certs::profile::{Profile, Purpose, Subject};
use certs::{DeviceNo, KeyKind, KeyRefusal};
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, CustomExtension, DnType, DnValue,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256,
    PublicKeyData, RsaKeySize, SanType, SerialNumber,
};
use time::Duration;

use crate::made::{Authority, device_no, device_params, identifier_of, issuing, issuing_with, patched, profile, uri};

/// A CA, a key, and what is expected of a certificate of the two.
struct House {
    authority: Authority,
    key: KeyPair,
    profile: Profile,
    subject: Subject,
}

impl House {
    fn new() -> Self {
        let subject = Subject::Device(device_no());
        Self { authority: issuing(), key: KeyPair::generate().unwrap(), profile: profile(Purpose::Device), subject }
    }

    fn signed(&self, change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let mut params = device_params();
        params.key_identifier_method = identifier_of(&self.key);
        change(&mut params);
        params.signed_by(&self.key, &self.authority).unwrap().der().to_vec()
    }

    fn inspect(&self, der: &[u8]) -> Vec<Finding> {
        let expected = Expected {
            profile: &self.profile,
            subject: &self.subject,
            public_key: &self.key.subject_public_key_info(),
            issuer: Some(self.authority.der()),
        };
        inspect(der, &expected).err().unwrap_or_default()
    }
}

fn finds(finding: Finding, change: impl FnOnce(&mut CertificateParams)) {
    let house = House::new();
    assert_eq!(house.inspect(&house.signed(change)), [finding]);
}

#[test]
fn a_certificate_as_it_should_be_breaks_no_rule() {
    let house = House::new();
    assert_eq!(house.inspect(&house.signed(|_| {})), []);
}

#[test]
fn the_proof_holds_the_hash_of_what_was_inspected() {
    let house = House::new();
    let der = house.signed(|_| {});
    let key = house.key.subject_public_key_info();
    let expected = Expected {
        profile: &house.profile,
        subject: &house.subject,
        public_key: &key,
        issuer: Some(house.authority.der()),
    };
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
    let digest = certs::Fingerprint::of(certificate.tbs_certificate.as_ref());
    assert_eq!(inspect(&der, &expected).unwrap().to_be_signed(), digest.as_bytes());
}

#[test]
fn version() {
    let house = House::new();
    let der = patched(&house.signed(|_| {}), &[0xa0, 3, 2, 1, 2], &[0xa0, 3, 2, 1, 1]);
    assert_eq!(house.inspect(&der), [Finding::Version]);
}

#[test]
fn serial() {
    finds(Finding::Serial, |p| p.serial_number = Some(SerialNumber::from_slice(&[0x55; 8])));
    finds(Finding::Serial, |p| p.serial_number = Some(SerialNumber::from_slice(&[0x55; 20])));
    finds(Finding::Serial, |p| p.serial_number = Some(SerialNumber::from_slice(&[1])));
}

#[test]
fn signature_algorithm() {
    let house = House::new();
    let der = house.signed(|_| {});
    let at = der.windows(8).rposition(|w| w == [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]).unwrap();
    let mut other = der;
    other[at + 7] = 3;
    assert_eq!(house.inspect(&other), [Finding::SignatureAlgorithm]);
}

#[test]
fn issuer() {
    let house = House::new();
    let other = House::new();
    let mut params = device_params();
    params.key_identifier_method = identifier_of(&house.key);
    let mut nameless = CertificateParams::default();
    nameless.key_identifier_method = identifier_of(house.authority.key());
    let wrong = rcgen::Issuer::new(nameless, house.authority.key());
    let der = params.signed_by(&house.key, &wrong).unwrap();
    assert_eq!(house.inspect(der.der()), [Finding::Issuer]);
    let der = params.signed_by(&house.key, &other.authority).unwrap();
    assert_eq!(house.inspect(der.der()), [Finding::AuthorityKeyIdentifier]);
}

#[test]
fn an_issuer_that_may_not_sign_such_a_certificate() {
    let mut house = House::new();
    let mut forbids = |change: fn(&mut CertificateParams)| {
        house.authority = issuing_with(change);
        assert_eq!(house.inspect(&house.signed(|_| {})), [Finding::IssuerForbids]);
    };
    forbids(|p| p.is_ca = IsCa::ExplicitNoCa);
    forbids(|p| p.is_ca = IsCa::Ca(BasicConstraints::Constrained(1)));
    forbids(|p| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    forbids(|p| p.key_usages = vec![KeyUsagePurpose::CrlSign]);
    forbids(|p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]);
}

#[test]
fn validity_within_profile() {
    let mut house = House::new();
    let shorter = include_str!("../../profiles/device.toml").replace("months = 25", "months = 20");
    house.profile = Profile::read(&shorter.replace("most_months = 29", "most_months = 24")).unwrap();
    assert_eq!(house.inspect(&house.signed(|_| {})), [Finding::ValidityBeyondProfile]);
    let house = House::new();
    let der = house.signed(|p| p.not_before = p.not_after + Duration::days(1));
    assert_eq!(house.inspect(&der), [Finding::ValidityBeyondProfile]);
}

#[test]
fn validity_within_issuer() {
    finds(Finding::ValidityBeyondIssuer, |p| p.not_before -= Duration::days(2));
    let house = House::new();
    let der = house.signed(|p| p.not_after += Duration::days(365 * 4));
    assert_eq!(house.inspect(&der), [Finding::ValidityBeyondProfile, Finding::ValidityBeyondIssuer, Finding::Subject]);
}

#[test]
fn subject() {
    finds(Finding::Subject, |p| p.distinguished_name.push(DnType::CountryName, "JP"));
    finds(Finding::Subject, |p| p.distinguished_name.push(DnType::CommonName, "Kashiwani-Net 2028-12 DEV-000124"));
    finds(Finding::Subject, |p| p.distinguished_name.push(DnType::CommonName, "Kashiwani-Net 2028-11 DEV-000123"));
    finds(Finding::Subject, |p| p.distinguished_name.push(DnType::OrganizationName, "柏市"));
    finds(Finding::Subject, |p| p.distinguished_name.push(DnType::LocalityName, "Kashiwa"));
    finds(Finding::Subject, |p| {
        p.distinguished_name.remove(DnType::OrganizationalUnitName);
    });
    finds(Finding::Subject, |p| {
        let name = DnValue::BmpString("Kashiwani-Net 2028-12 DEV-000123".try_into().unwrap());
        p.distinguished_name.push(DnType::CommonName, name);
    });
}

#[test]
fn subject_of_another_kind() {
    let mut house = House::new();
    let der = house.signed(|_| {});
    house.subject = Subject::Named("1".into());
    assert_eq!(house.inspect(&der), [Finding::SubjectUnnamed, Finding::SubjectAltName]);
}

#[test]
fn another_device_s_certificate() {
    let mut house = House::new();
    let der = house.signed(|_| {});
    house.subject = Subject::Device(DeviceNo::new(124).unwrap());
    assert_eq!(house.inspect(&der), [Finding::Subject, Finding::SubjectAltName]);
}

#[test]
fn key() {
    let mut house = House::new();
    house.key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let refusal = KeyRefusal::NotAccepted(KeyKind::Rsa { bits: 2048 });
    assert_eq!(house.inspect(&house.signed(|_| {})), [Finding::Key(refusal)]);
    house.key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    assert_eq!(house.inspect(&house.signed(|_| {})), []);
}

#[test]
fn another_key_than_the_one_asked_for() {
    let mut house = House::new();
    let der = house.signed(|_| {});
    house.key = KeyPair::generate().unwrap();
    assert_eq!(house.inspect(&der), [Finding::OtherKey]);
}

#[test]
fn an_extension_twice_and_one_unknown() {
    finds(Finding::ExtensionTwice, |p| {
        let eku = vec![0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1];
        p.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 37], eku));
    });
    finds(Finding::UnknownExtension, |p| {
        p.custom_extensions.push(CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]));
    });
}

#[test]
fn authority_key_identifier() {
    finds(Finding::AuthorityKeyIdentifier, |p| p.use_authority_key_identifier_extension = false);
}

#[test]
fn subject_alt_name() {
    let second = "urn:kashiwani-net:device:DEV-000124";
    finds(Finding::SubjectAltName, |p| p.subject_alt_names.clear());
    finds(Finding::SubjectAltName, |p| p.subject_alt_names = vec![uri(second)]);
    finds(Finding::SubjectAltName, |p| p.subject_alt_names.push(uri(second)));
    finds(Finding::SubjectAltName, |p| p.subject_alt_names.push(SanType::DnsName("a.example".try_into().unwrap())));
    finds(Finding::SubjectAltName, |p| {
        p.subject_alt_names.clear();
        let content = [&[0x30, 37, 0x86, 35][..], device_no().san_uri().as_bytes()].concat();
        let mut critical = CustomExtension::from_oid_content(&[2, 5, 29, 17], content);
        critical.set_criticality(true);
        p.custom_extensions.push(critical);
    });
}

#[test]
fn key_usage() {
    finds(Finding::KeyUsage, |p| p.key_usages.clear());
    finds(Finding::KeyUsage, |p| p.key_usages.push(KeyUsagePurpose::KeyCertSign));
    finds(Finding::KeyUsage, |p| {
        p.key_usages.clear();
        let uncritical = CustomExtension::from_oid_content(&[2, 5, 29, 15], vec![3, 2, 7, 0x80]);
        p.custom_extensions.push(uncritical);
    });
}

#[test]
fn extended_key_usage() {
    finds(Finding::ExtendedKeyUsage, |p| p.extended_key_usages.clear());
    finds(Finding::ExtendedKeyUsage, |p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]);
    finds(Finding::ExtendedKeyUsage, |p| p.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth));
    finds(Finding::ExtendedKeyUsage, |p| p.extended_key_usages.push(ExtendedKeyUsagePurpose::Any));
    finds(Finding::ExtendedKeyUsage, |p| {
        p.extended_key_usages.push(ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 4, 1, 311, 20, 2, 2]));
    });
}

#[test]
fn crl_distribution_points() {
    let point = |url: &str| CrlDistributionPoint { uris: vec![url.to_owned()] };
    finds(Finding::CrlDistributionPoints, |p| p.crl_distribution_points = vec![point("http://a.example/ca.crl")]);
    let mut house = House::new();
    let toml = include_str!("../../profiles/device.toml");
    let toml = toml.replace("[subject]", "crl_url = \"http://a.example/ca.crl\"\n[subject]");
    house.profile = Profile::read(&toml).unwrap();
    let with = |url| house.signed(|p| p.crl_distribution_points = vec![point(url)]);
    assert_eq!(house.inspect(&with("http://a.example/ca.crl")), []);
    assert_eq!(house.inspect(&with("http://b.example/ca.crl")), [Finding::CrlDistributionPoints]);
    assert_eq!(house.inspect(&house.signed(|_| {})), [Finding::CrlDistributionPoints]);
}

#[test]
fn subject_key_identifier() {
    finds(Finding::SubjectKeyIdentifier, |p| p.key_identifier_method = KeyIdMethod::PreSpecified(vec![7; 20]));
}

#[test]
fn basic_constraints() {
    finds(Finding::BasicConstraints, |p| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    finds(Finding::BasicConstraints, |p| p.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)));
    let house = House::new();
    let findings = house.inspect(&house.signed(|p| p.is_ca = IsCa::NoCa));
    assert_eq!(findings, [Finding::SubjectKeyIdentifier, Finding::BasicConstraints]);
}

#[test]
fn unique_id() {
    // rcgen writes none: put one between the key and the extensions, lengths mended.
    let house = House::new();
    let der = house.signed(|_| {});
    let key = house.key.subject_public_key_info();
    let at = der.windows(key.len()).position(|w| w == key).unwrap() + key.len();
    let mut with = [&der[..at], &[0x81, 2, 0, 1], &der[at..]].concat();
    for length in [2..4, 6..8] {
        let longer = u16::from_be_bytes([with[length.start], with[length.start + 1]]) + 4;
        with[length].copy_from_slice(&longer.to_be_bytes());
    }
    assert_eq!(house.inspect(&with), [Finding::UniqueId]);
}

#[test]
fn unreadable() {
    let house = House::new();
    let der = house.signed(|_| {});
    assert_eq!(house.inspect(&der[1..]), [Finding::Unparsable]);
    assert_eq!(house.inspect(&[&der[..], &[0]].concat()), [Finding::Unparsable]);
    let expected = Expected {
        profile: &house.profile,
        subject: &house.subject,
        public_key: &house.key.subject_public_key_info(),
        issuer: Some(b"?"),
    };
    assert_eq!(inspect(&der, &expected).unwrap_err(), [Finding::IssuerUnreadable]);
}

#[test]
fn signature() {
    let house = House::new();
    let der = house.signed(|_| {});
    assert_eq!(verify(&der, Some(house.authority.der())), Ok(()));
    assert_eq!(verify(&der, Some(issuing().der())), Err(Finding::Signature));
    assert_eq!(verify(&der, None), Err(Finding::Signature));
    assert_eq!(verify(house.authority.der(), None), Ok(()));
}
