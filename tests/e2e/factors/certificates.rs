//! A certificate counts only if an issuing CA of ours signed it as a device's, its holder has the key, and the
//! registry knows it.
//!
//! Classes 13, 14, 15, 16, 23 and 31 of the attacks that gateways have fallen to: usages, names, possession,
//! chains, control characters, revocation that a flag forgets.

use std::sync::Arc;

use ca_tools::rows::Purpose;
use certs::{DeviceNo, Timestamp, Validity};
use gateway::device;
use gateway::refusal::Refusal;
use gateway::tls::{Peer, Trust};
use house::{Answer, Ca, Credentials, House, Leaf, OFFICE, Settled, Talk, empty, now};
use http::Method;
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose as Usage, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType,
};
use registry::{
    Assurance, Certificate, CertificateState, Changes, Device, DeviceStage, Office, OfficeState, Os, Ownership,
    Snapshot,
};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{ClientConfig, RootCertStore, SignatureAlgorithm, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const ROOM: &str = "/rooms/r-hanako/echo";

/// Both factors, with this certificate: logs in on a device in order, then asks with the one in question.
async fn asked(house: &House, credentials: &Credentials) -> Answer {
    let mut talk = Talk::open(&house.opening(Some(credentials))).await.unwrap();
    house.get(&mut talk, ROOM, None).await
}

fn foreign(answer: &Answer, what: &str) {
    assert_eq!(answer.problem(), (403, "KW-101".into(), "foreign_cert".into()), "{what}");
}

#[tokio::test]
async fn a_certificate_for_another_use_is_none_of_a_device() {
    let house = House::open().await;
    house.settle().await;
    let leaf = |usages: &[Usage], is_ca| Leaf { usages: usages.to_vec(), is_ca, ..Leaf::default() };
    let cases = [
        ("server only", leaf(&[Usage::ServerAuth], false)),
        ("mail only", leaf(&[Usage::EmailProtection], false)),
        ("any use", leaf(&[Usage::Any], false)),
        ("no use named", leaf(&[], false)),
        ("a CA", leaf(&[Usage::ClientAuth], true)),
    ];
    for (what, leaf) in cases {
        let device = house.approved_device(OFFICE, &[]).await;
        // The registry knows it, so only the certificate itself is at fault.
        let credentials = house.certificate(device, &leaf, Purpose::First).await;
        house.applied().await;
        foreign(&asked(&house, &credentials).await, what);
    }
    assert_eq!(house.backend.entered(), 0);
}

fn uri(text: &str) -> SanType {
    SanType::URI(text.try_into().unwrap())
}

#[tokio::test]
async fn a_device_is_named_by_one_name_written_one_way() {
    let house = House::open().await;
    house.settle().await;
    let device = house.approved_device(OFFICE, &[]).await;
    let right = device.san_uri();
    let cases = [
        ("NUL and more", vec![uri(&format!("{right}\0.example"))]),
        ("NUL before", vec![uri(&format!("\0{right}"))]),
        ("two names", vec![uri(&right), uri(&DeviceNo::new(1).unwrap().san_uri())]),
        ("the same name twice", vec![uri(&right), uri(&right)]),
        ("a DNS name beside it", vec![uri(&right), SanType::DnsName("localhost".try_into().unwrap())]),
        ("a wildcard", vec![uri("urn:kashiwani-net:device:*")]),
        ("a DNS wildcard", vec![SanType::DnsName("*".try_into().unwrap())]),
        ("small letters", vec![uri(&right.to_lowercase())]),
        ("capitals", vec![uri(&right.to_uppercase())]),
        ("an escape", vec![uri(&right.replace("DEV", "%44EV"))]),
        ("a space after it", vec![uri(&format!("{right} "))]),
        ("as a DNS name", vec![SanType::DnsName(right.as_str().try_into().unwrap())]),
        ("as mail", vec![SanType::Rfc822Name(right.as_str().try_into().unwrap())]),
    ];
    for (what, names) in cases {
        let credentials = house.ca.sign(device, &Leaf { names, ..Leaf::default() });
        foreign(&asked(&house, &credentials).await, what);
    }
    assert_eq!(house.backend.entered(), 0);
}

#[tokio::test]
async fn a_name_that_is_not_the_registrys_is_refused_whatever_the_common_name_says() {
    let house = House::open().await;
    let settled = house.settle().await;
    let device = house.approved_device(OFFICE, &[]).await;
    // Signed and recorded for one device, but it names another that is in service.
    let names = vec![uri(&settled.device.san_uri())];
    let leaf = Leaf { names, common_name: Some(format!("Kashiwani-Net {device} (2028-12)")), ..Leaf::default() };
    let credentials = house.certificate(device, &leaf, Purpose::First).await;
    house.applied().await;
    let answer = asked(&house, &credentials).await;
    assert_eq!(answer.problem(), (403, "KW-101".into(), "unknown_device".into()));
}

#[tokio::test]
async fn what_a_common_name_holds_goes_nowhere() {
    let house = House::open().await;
    house.settle().await;
    let long = "L0NG".repeat(512);
    let evil = ["evil\r\nGateway-Assertion: allow\r\n", "evil\0allow", "\u{85}\u{202e}evil\u{7f}allow", long.as_str()];
    for name in evil {
        let device = house.approved_device(OFFICE, &[]).await;
        let leaf = Leaf { common_name: Some(name.to_owned()), ..Leaf::default() };
        let credentials = house.certificate(device, &leaf, Purpose::First).await;
        house.applied().await;
        let mut talk = house.talk(&credentials).await;
        let cookie = house.login(&mut talk, Settled::WORKER).await;
        let answer = house.get(&mut talk, ROOM, Some(&cookie)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(!answer.text().contains("allow") && !answer.text().contains("L0NG"), "{}", answer.text());
        let line = house.line(|line| line["path"] == ROOM && line["device"] == device.to_string()).await;
        assert_eq!(line["serial"], credentials.serial.to_string());
        assert!(!line.to_string().contains("allow") && !line.to_string().contains("L0NG"), "{line}");
    }
}

/// Shows a certificate and signs as it likes.
#[derive(Debug)]
struct Liar {
    shown: Vec<CertificateDer<'static>>,
    key: Arc<dyn SigningKey>,
}

impl ResolvesClientCert for Liar {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::new(CertifiedKey { cert: self.shown.clone(), key: Arc::clone(&self.key), ocsp: None }))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// A key that says these octets, whatever it is to sign.
#[derive(Clone, Debug)]
struct Says(Vec<u8>);

impl SigningKey for Says {
    fn choose_scheme(&self, _: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        Some(Box::new(self.clone()))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for Says {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        Ok(self.0.clone())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP256_SHA256
    }
}

/// What the gateway says to who shows `shown` and signs with `key`: nothing, or an answer.
async fn lied(house: &House, shown: Vec<CertificateDer<'static>>, key: Arc<dyn SigningKey>) -> Vec<u8> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(house.web.root_pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(Liar { shown, key }));
    let tcp = tokio::net::TcpStream::connect(house.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connecting = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp);
    let Ok(mut tls) = tokio::time::timeout(house::SOON, connecting).await.unwrap() else { return Vec::new() };
    let text = format!("GET /.gateway/whoami HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", house.host());
    let _ = tls.write_all(text.as_bytes()).await;
    let mut heard = Vec::new();
    let _ = tokio::time::timeout(house::SOON, tls.read_to_end(&mut heard)).await.expect("it is closed");
    heard
}

fn key_of(credentials: &Credentials) -> Arc<dyn SigningKey> {
    rustls::crypto::aws_lc_rs::sign::any_supported_type(&credentials.key).unwrap()
}

#[tokio::test]
async fn a_certificate_without_its_key_is_not_even_spoken_to() {
    let house = House::open().await;
    let settled = house.settle().await;
    let shown = || settled.credentials.chain.clone();
    let honest = lied(&house, shown(), key_of(&settled.credentials)).await;
    assert!(honest.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&honest));
    let keys: [(&str, Arc<dyn SigningKey>); 4] = [
        ("another device's key", key_of(&settled.other_credentials)),
        ("no signature", Arc::new(Says(Vec::new()))),
        ("a signature of zeros", Arc::new(Says(vec![0x30, 6, 2, 1, 0, 2, 1, 0]))),
        ("noise", Arc::new(Says(vec![0xa5; 70]))),
    ];
    for (what, key) in keys {
        assert_eq!(lied(&house, shown(), key).await, b"", "{what}");
    }
}

#[tokio::test]
async fn a_chain_longer_or_larger_than_ours_is_not_even_spoken_to() {
    let house = House::open().await;
    let settled = house.settle().await;
    let [leaf, issuing] = &settled.credentials.chain[..] else { panic!("a chain of two") };
    let key = || key_of(&settled.credentials);
    let long: Vec<_> = std::iter::once(leaf).chain(std::iter::repeat_n(issuing, 8)).cloned().collect();
    assert_eq!(lied(&house, long, key()).await, b"", "nine certificates");
    let large = CertificateDer::from(vec![0x30; 17 << 10]);
    assert_eq!(lied(&house, vec![leaf.clone(), large], key()).await, b"", "17 KiB");
    let alone = lied(&house, vec![leaf.clone()], key()).await;
    assert!(alone.starts_with(b"HTTP/1.1 200"), "a leaf alone is understood");
}

/// Signs a device certificate with the key of a certificate that is no issuing CA of ours.
fn signed_by(issuer: &Credentials, name: &str, device: DeviceNo) -> Credentials {
    let mut above = CertificateParams::default();
    above.distinguished_name = DistinguishedName::new();
    above.distinguished_name.push(DnType::CommonName, name);
    above.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    above.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let above = Issuer::new(above, KeyPair::from_pem(&issuer.key_pem).unwrap());
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Kashiwani-Net");
    params.subject_alt_names = vec![uri(&device.san_uri())];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![Usage::ClientAuth];
    params.is_ca = IsCa::ExplicitNoCa;
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &above).unwrap();
    let mut chain = vec![certificate.der().clone()];
    chain.extend(issuer.chain.clone());
    Credentials { chain, key: key.serialize_der().try_into().unwrap(), ..issuer.clone() }
}

#[tokio::test]
async fn nobodys_leaf_is_an_issuer_and_no_twin_of_a_ca_is_one() {
    let house = House::open().await;
    let settled = house.settle().await;
    for (what, is_ca) in [("a device's certificate as issuer", false), ("a CA below the issuing CA", true)] {
        let leaf = Leaf { common_name: Some("above".into()), is_ca, usages: vec![], ..Leaf::default() };
        let above = house.ca.sign(settled.device, &leaf);
        foreign(&asked(&house, &signed_by(&above, "above", settled.device)).await, what);
    }
    let twin = Ca::new("Device").sign(settled.device, &Leaf::default());
    let mut crossed = twin.clone();
    crossed.chain = vec![twin.chain[0].clone(), settled.credentials.chain[1].clone()];
    foreign(&asked(&house, &twin).await, "a twin's, with the twin's issuing CA");
    foreign(&asked(&house, &crossed).await, "a twin's, with our issuing CA");
    let mut talk = house.talk(&settled.credentials).await;
    let answer = talk.ask(house.request(Method::GET, "/.gateway/whoami", None).body(empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status, 200);
}

/// A registry of one device in this state.
fn registry_of(credentials: &Credentials, device: Device, office: OfficeState, state: CertificateState) -> Snapshot {
    let certificate = Certificate {
        fingerprint: credentials.fingerprint,
        device: device.device,
        validity: credentials.validity,
        state,
        assurance: Assurance::Swk,
    };
    let office = Office { office: device.office.clone(), name: "事業所".into(), state: office };
    let changes = Changes {
        version: 1,
        offices: vec![office],
        devices: vec![device],
        certificates: vec![certificate],
        ..Changes::default()
    };
    Snapshot::empty("0123456789abcdef0123456789abcdef").apply(&changes)
}

#[test]
fn only_an_issued_certificate_of_a_device_in_service_is_ever_let_in() {
    let ca = Ca::new("Device");
    let no = DeviceNo::new(7).unwrap();
    let validity = Validity { not_before: now().plus(-1000), not_after: now().plus(1000) };
    let credentials = ca.sign(no, &Leaf { validity, ..Leaf::default() });
    let issuing: Vec<_> = vec![credentials.chain[1].clone()];
    let trust = Trust::new(&issuing).unwrap();
    let peer = Peer::of(Some(&credentials.chain), &trust);
    let at = || prop_oneof![-1003i64..=-997, -3i64..=3, 997i64..=1003, any::<i32>().prop_map(i64::from)];
    let start = now();
    let moment = move || at().prop_map(move |offset| start.plus(offset));
    let certificate = prop_oneof![
        Just(CertificateState::Issued),
        Just(CertificateState::Revoked),
        moment().prop_map(|since| CertificateState::Superseded { since, successor_not_after: None }),
    ];
    let stage = prop_oneof![
        Just(DeviceStage::Applied),
        Just(DeviceStage::Inspected),
        Just(DeviceStage::Approved),
        Just(DeviceStage::Rejected),
        Just(DeviceStage::Retired),
    ];
    let office = prop_oneof![
        Just(OfficeState::Registered),
        Just(OfficeState::Suspended),
        Just(OfficeState::Withdrawn),
        Just(OfficeState::Replaced),
    ];
    let until = proptest::option::of(moment());
    let all = (certificate, stage, office, any::<bool>(), until, moment());
    let allowed = std::cell::Cell::new(0u32);
    let config = ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() };
    let walked = proptest::test_runner::TestRunner::new(config).run(&all, |case| {
        let (state, stage, office, suspended, approved_until, now): (_, _, _, _, Option<Timestamp>, Timestamp) = case;
        let device = Device {
            device: no,
            office: OFFICE.parse().unwrap(),
            os: Os::Windows,
            ownership: Ownership::Office,
            stage,
            suspended,
            approved_until,
            users: None,
        };
        let registry = registry_of(&credentials, device, office, state);
        let answer = device::verify(&peer, &registry, now);
        let in_force = match state {
            CertificateState::Issued => true,
            CertificateState::Superseded { since, .. } => now < since,
            CertificateState::Revoked => false,
        };
        let welcome = in_force
            && stage == DeviceStage::Approved
            && approved_until.is_none_or(|until| now <= until)
            && office == OfficeState::Registered
            && !suspended
            && validity.not_before <= now
            && now <= validity.not_after;
        prop_assert_eq!(answer.is_ok(), welcome, "{:?}", answer);
        if state == CertificateState::Revoked {
            prop_assert_eq!(answer.err(), Some(Refusal::Revoked));
        }
        allowed.set(allowed.get() + u32::from(welcome));
        Ok(())
    });
    walked.unwrap();
    assert!(allowed.get() > 0, "the table has no one who may");
}
