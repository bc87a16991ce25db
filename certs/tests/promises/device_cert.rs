//! A certificate is read as it is meant, or refused by name.

use certs::{
    AuthorityCert, CertificateRefusal, DeviceCert, DeviceNoRefusal, Fingerprint, KeyKind, KeyRefusal, Timestamp,
};
use proptest::prelude::*;
use rcgen::{CertificateParams, CustomExtension, DnType, KeyPair, PKCS_ECDSA_P521_SHA512, SanType};

use crate::made::{device_no, device_params, issuing, patched, uri};

fn with(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
    let mut params = device_params();
    change(&mut params);
    params.signed_by(&KeyPair::generate().unwrap(), &issuing()).unwrap().der().to_vec()
}

fn refuses(der: &[u8], reason: CertificateRefusal) {
    assert_eq!(DeviceCert::read(der), Err(reason));
}

#[test]
fn a_device_s_certificate_is_read_as_it_was_written() {
    let authority = issuing();
    let params = device_params();
    let der = params.signed_by(&KeyPair::generate().unwrap(), &authority).unwrap().der().to_vec();
    let read = DeviceCert::read(&der).unwrap();
    assert_eq!(read.device(), device_no());
    assert_eq!(read.serial().as_bytes(), [0x55; 16]);
    assert_eq!(read.validity().not_after, Timestamp::from_unix(params.not_after.unix_timestamp()));
    assert_eq!(read.fingerprint(), Fingerprint::of(&der));
    assert_eq!(read.key(), KeyKind::P256);
    let (_, issuer) = x509_parser::parse_x509_certificate(authority.der()).unwrap();
    assert_eq!(read.issuer(), issuer.subject().as_raw());
}

#[test]
fn what_the_browser_s_list_shows_says_nothing_so_every_form_of_it_is_read() {
    for name in ["Kashiwani-Net 2028-12 DEV-000123", "Kashiwani-Net DEV-000123 (2028-12)", "Kashiwani-Net DEV-000124"] {
        let der = with(|p| p.distinguished_name.push(DnType::CommonName, name));
        assert_eq!(DeviceCert::read(&der).map(|read| read.device()), Ok(device_no()), "{name}");
    }
}

#[test]
fn a_certificate_that_names_no_device_is_refused() {
    refuses(&with(|p| p.subject_alt_names.clear()), CertificateRefusal::NoName);
    let dns = SanType::DnsName("dev-000123.example".try_into().unwrap());
    refuses(&with(|p| p.subject_alt_names = vec![dns]), CertificateRefusal::OtherName);
}

#[test]
fn a_certificate_that_names_two_devices_is_refused() {
    let second = uri("urn:kashiwani-net:device:DEV-000124");
    refuses(&with(|p| p.subject_alt_names.push(second)), CertificateRefusal::SeveralNames);
    // The same, in an extension of its own.
    let extension = |p: &mut CertificateParams| {
        let content = [&[0x30, 37, 0x86, 35][..], b"urn:kashiwani-net:device:DEV-000124"].concat();
        p.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 17], content));
    };
    refuses(&with(extension), CertificateRefusal::SeveralNames);
}

#[test]
fn a_name_that_only_looks_like_a_device_s_is_refused() {
    let malformed = CertificateRefusal::NotADevice(DeviceNoRefusal::Malformed);
    for text in [
        "urn:kashiwani-net:device:DEV-000123\0",
        "urn:kashiwani-net:device:DEV-000123\0.example",
        "URN:kashiwani-net:device:DEV-000123",
        "urn:kashiwani-net:device:dev-000123",
        "urn:kashiwani-net:device:DEV-0000123",
        " urn:kashiwani-net:device:DEV-000123",
        "urn:kashiwani-net:device:DEV-000123\n",
        "urn:kashiwani-net:device:",
        "",
    ] {
        refuses(&with(|p| p.subject_alt_names = vec![uri(text)]), malformed);
    }
    let zero = CertificateRefusal::NotADevice(DeviceNoRefusal::OutOfRange);
    refuses(&with(|p| p.subject_alt_names = vec![uri("urn:kashiwani-net:device:DEV-000000")]), zero);
}

#[test]
fn a_name_that_cannot_be_read_is_refused() {
    for content in [&[0x30, 5, 0x86, 9, b'u'][..], &[0x04, 0], &[0x30, 0, 0]] {
        let der = with(|p| {
            p.subject_alt_names.clear();
            p.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 17], content.to_vec()));
        });
        refuses(&der, CertificateRefusal::NameMalformed);
    }
}

#[test]
fn bytes_after_a_certificate_or_its_signature_are_refused() {
    let whole = with(|_| {});
    refuses(&[&whole[..], &[0]].concat(), CertificateRefusal::TrailingBytes);
    refuses(&[&whole[..], &whole].concat(), CertificateRefusal::TrailingBytes);
    // Inside the outer sequence, behind the signature.
    let mut inner = whole;
    let length = u16::from_be_bytes([inner[2], inner[3]]) + 2;
    inner[2..4].copy_from_slice(&length.to_be_bytes());
    inner.extend([5, 0]);
    refuses(&inner, CertificateRefusal::TrailingBytes);
}

#[test]
fn a_certificate_of_an_older_version_is_refused() {
    let der = with(|_| {});
    refuses(&patched(&der, &[0xa0, 3, 2, 1, 2], &[0xa0, 3, 2, 1, 0]), CertificateRefusal::NotVersion3);
    refuses(&patched(&der, &[0xa0, 3, 2, 1, 2], &[0xa0, 3, 2, 1, 1]), CertificateRefusal::NotVersion3);
}

#[test]
fn a_serial_that_is_no_positive_number_is_refused() {
    let der = with(|_| {});
    refuses(&patched(&der, &[2, 16, 0x55, 0x55], &[2, 16, 0xd5, 0x55]), CertificateRefusal::SerialMalformed);
    refuses(&patched(&der, &[2, 16, 0x55, 0x55], &[2, 16, 0, 0x55]), CertificateRefusal::SerialMalformed);
}

#[test]
fn a_validity_that_runs_backwards_is_refused() {
    refuses(&with(|p| std::mem::swap(&mut p.not_before, &mut p.not_after)), CertificateRefusal::ValidityBackwards);
}

#[test]
fn a_key_on_another_curve_is_refused() {
    let authority = issuing();
    let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).unwrap();
    let der = device_params().signed_by(&key, &authority).unwrap().der().to_vec();
    refuses(&der, CertificateRefusal::Key(KeyRefusal::OtherKind));
}

#[test]
fn a_device_s_certificate_is_no_ca_s() {
    let authority = issuing();
    let read = AuthorityCert::read(authority.der()).unwrap();
    assert_eq!((read.key(), read.fingerprint()), (KeyKind::P256, Fingerprint::of(authority.der())));
    assert_eq!(AuthorityCert::read(&with(|_| {})), Err(CertificateRefusal::NotAnAuthority));
    let trailing = [&authority.der()[..], &[0]].concat();
    assert_eq!(AuthorityCert::read(&trailing), Err(CertificateRefusal::TrailingBytes));
}

#[test]
fn what_is_no_certificate_is_refused() {
    let whole = with(|_| {});
    for cut in 0..whole.len() {
        assert_eq!(DeviceCert::read(&whole[..cut]), Err(CertificateRefusal::Unparsable), "cut after {cut}");
    }
    refuses(b"-----BEGIN CERTIFICATE-----", CertificateRefusal::Unparsable);
    refuses(&vec![0x30; 16 * 1024 + 1], CertificateRefusal::TooLong);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(at in 0_usize..600, to: u8, tail in proptest::collection::vec(any::<u8>(), 0..40)) {
        static DER: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| with(|_| {}));
        let mut der = DER.clone();
        let at = at % der.len();
        der[at] = to;
        let _ = DeviceCert::read(&der);
        der.truncate(at);
        der.extend(tail);
        let _ = DeviceCert::read(&der);
    }
}
