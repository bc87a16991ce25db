//! What is promised of everything signed here, asked of openssl where it can be.

use certs::lint::{Expected, Finding, inspect};
use certs::profile::{Host, Profile, Purpose, Subject, ValidityRefusal};
use certs::{DeviceCert, DeviceNo, DeviceRequest, KeyKind, KeyRefusal};
use rcgen::{CertificateParams, CustomExtension, ExtendedKeyUsagePurpose, IsCa};

use super::{
    Authority, HolderKey, Order, SignRefusal, certificate_pem, make_house_root, make_internal, make_issuing, make_root,
    make_signing, make_site, prepare, sign,
};
use crate::key::PrivateKey;
use crate::sign::test_support::{NOW, Rehearsal, receipt_for};
use crate::test_support::Folder;

/// Says whether openssl takes `certificate` for `purpose` under `root`, with `issuing` at hand.
fn verifies(
    purpose: &str,
    certificate: &str,
    (root, issuing): (&Authority, Option<&Authority>),
) -> Result<String, String> {
    let folder = Folder::new();
    let pem = |authority: &Authority| certificate_pem(authority.certificate().der()).unwrap();
    folder.file("root.pem", pem(root));
    folder.file("issuing.pem", issuing.map(pem).unwrap_or_default());
    folder.file("leaf.pem", certificate);
    let at = NOW.unix().to_string();
    let strict =
        ["verify", "-x509_strict", "-check_ss_sig", "-purpose", purpose, "-attime", &at, "-CAfile", "root.pem"];
    let mut arguments = strict.to_vec();
    if issuing.is_some() {
        arguments.extend(["-untrusted", "issuing.pem"]);
    }
    arguments.push("leaf.pem");
    folder.run("openssl", &arguments)
}

#[test]
fn openssl_verifies_every_device_certificate_as_a_client_s_and_not_as_a_server_s() {
    let rehearsal = Rehearsal::new();
    let chain = (&rehearsal.root, Some(&rehearsal.issuing));
    for kind in [KeyKind::P256, KeyKind::P384, KeyKind::Rsa { bits: 3072 }] {
        let (key, issued) = rehearsal.issue(kind);
        verifies("sslclient", issued.pem(), chain).unwrap();
        verifies("sslserver", issued.pem(), chain).unwrap_err();
        verifies("smimesign", issued.pem(), chain).unwrap_err();
        let read = DeviceCert::read(issued.der()).unwrap();
        assert_eq!((read.device(), read.serial()), (issued.device(), issued.serial()));
        assert_eq!((read.validity(), read.fingerprint()), (issued.validity(), issued.fingerprint()));
        assert_eq!((read.key(), key.kind()), (kind, kind));
    }
}

#[test]
fn a_device_s_certificate_says_what_people_and_pickers_need_and_no_more() {
    let folder = Folder::new();
    let (_, issued) = Rehearsal::new().issue(KeyKind::P256);
    folder.file("leaf.pem", issued.pem());
    let shown = folder.run("openssl", &["x509", "-in", "leaf.pem", "-noout", "-text", "-nameopt", "RFC2253"]).unwrap();
    for line in [
        "Subject: CN=Kashiwani-Net 2028-12 DEV-000123,OU=Kashiwani-Net,O=Kashiwa City,C=JP",
        "Issuer: CN=Kashiwani-Net Device CA 1,OU=Kashiwani-Net,O=Kashiwa City,C=JP",
        "URI:urn:kashiwani-net:device:DEV-000123",
        "TLS Web Client Authentication\n",
        "X509v3 Basic Constraints: critical\n                CA:FALSE",
        "X509v3 Key Usage: critical\n                Digital Signature\n",
        "Signature Algorithm: ecdsa-with-SHA256",
    ] {
        assert!(shown.contains(line), "{line:?} is not in\n{shown}");
    }
    assert_eq!(shown.matches("X509v3 ").count(), 1 + 6, "{shown}");
    let form = folder.run("openssl", &["asn1parse", "-in", "leaf.pem"]).unwrap();
    assert_eq!(form.matches("PRINTABLESTRING   :JP").count(), 2, "{form}");
}

#[test]
fn nothing_is_taken_from_a_request_but_its_public_key() {
    let rehearsal = Rehearsal::new();
    for kind in [KeyKind::P256, KeyKind::P384, KeyKind::Rsa { bits: 3072 }] {
        let key = PrivateKey::make(kind).unwrap();
        // A request that wants to be a CA, a server, another device, somebody, and much more.
        let mut greedy = CertificateParams::new(vec!["gateway.example".to_owned()]).unwrap();
        greedy.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        greedy.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
        greedy.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::Any];
        let other = DeviceNo::new(124).unwrap().san_uri();
        greedy.subject_alt_names.push(rcgen::SanType::URI(other.try_into().unwrap()));
        greedy.distinguished_name.push(rcgen::DnType::CommonName, "Kashiwani-Net 2038-12 DEV-000124");
        let private = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], b"\x04\x03ten".to_vec());
        greedy.custom_extensions.push(private);
        let request = greedy.serialize_request(&key).unwrap();
        let request = DeviceRequest::read(request.der(), rehearsal.profile.accepted_keys()).unwrap();
        let issued = rehearsal.issue_requested(&request);
        // The list knows exactly what may stand in the certificate of device 123.
        let expected = Expected {
            profile: &rehearsal.profile,
            subject: &Subject::Device(DeviceNo::new(123).unwrap()),
            public_key: &key.public_key(),
            issuer: Some(rehearsal.issuing.certificate().der()),
        };
        assert_eq!(inspect(issued.der(), &expected).err(), None);
        let text = String::from_utf8_lossy(issued.der()).into_owned();
        assert!(["gateway.example", "DEV-000124", "ten"].iter().all(|asked| !text.contains(asked)));
        assert!(NOW.days_until(issued.validity().not_after) < 29 * 31);
    }
}

#[test]
fn what_is_recorded_is_the_hash_of_what_is_signed() {
    let rehearsal = Rehearsal::new();
    let key = PrivateKey::make(KeyKind::P256).unwrap();
    let prepared = rehearsal.prepare(HolderKey::Made(&key));
    let recorded = prepared.to_be_signed();
    assert_eq!(prepared.issuer(), rehearsal.issuing.certificate().fingerprint());
    let receipt = receipt_for(&prepared);
    let issued = sign(prepared.recorded(receipt).unwrap(), &rehearsal.issuing).unwrap();
    let folder = Folder::new();
    folder.file("leaf.der", issued.der());
    // The first element inside the outer one, 4 bytes in.
    folder
        .run("openssl", &["asn1parse", "-inform", "DER", "-in", "leaf.der", "-strparse", "4", "-out", "tbs", "-noout"])
        .unwrap();
    let digest = folder.run("openssl", &["dgst", "-sha256", "-r", "tbs"]).unwrap();
    assert_eq!(digest.split(' ').next(), Some(recorded.as_str()));
}

#[test]
fn a_receipt_for_another_certificate_leads_nowhere() {
    let rehearsal = Rehearsal::new();
    let key = PrivateKey::make(KeyKind::P256).unwrap();
    let (one, other) = (rehearsal.prepare(HolderKey::Made(&key)), rehearsal.prepare(HolderKey::Made(&key)));
    assert_ne!(one.serial(), other.serial());
    assert_eq!(one.recorded(receipt_for(&other)).err(), Some(SignRefusal::OtherReceipt));
}

#[test]
fn another_ca_than_the_one_it_was_prepared_for_does_not_sign() {
    let rehearsal = Rehearsal::new();
    let other = make_issuing("2", &rehearsal.root, NOW).unwrap();
    let key = PrivateKey::make(KeyKind::P256).unwrap();
    let prepared = rehearsal.prepare(HolderKey::Made(&key));
    let receipt = receipt_for(&prepared);
    assert_eq!(sign(prepared.recorded(receipt).unwrap(), &other).err(), Some(SignRefusal::OtherAuthority));
}

#[test]
fn what_cannot_be_issued_is_refused_before_anything_is_signed() {
    let rehearsal = Rehearsal::new();
    let key = PrivateKey::make(KeyKind::P384).unwrap();
    let order =
        |asked_days, now| Order { device: DeviceNo::new(123).unwrap(), key: HolderKey::Made(&key), now, asked_days };
    let refused =
        |order: &Order<'_>, profile: &Profile| prepare(order, profile, rehearsal.issuing.certificate()).err().unwrap();
    let site = Profile::built_in(Purpose::Site).unwrap();
    assert_eq!(refused(&order(None, NOW), &site), SignRefusal::OtherProfile(Purpose::Device, Purpose::Site));
    let long = refused(&order(Some(3_650), NOW), &rehearsal.profile);
    assert_eq!(long, SignRefusal::Validity(ValidityRefusal::LongerThanProfile { days: 3_650, most: 760 }));
    let late = rehearsal.issuing.certificate().validity().not_after;
    let expired = refused(&order(None, late), &rehearsal.profile);
    assert_eq!(expired, SignRefusal::Validity(ValidityRefusal::IssuerExpired));
    // A key that the profile does not accept is found by the list, whatever came before it.
    let only_p256 =
        include_str!("../../../certs/profiles/device.toml").replace("\"P-256\", \"P-384\", \"RSA\"", "\"P-256\"");
    let weak = refused(&order(None, NOW), &Profile::read(&only_p256).unwrap());
    assert_eq!(weak, SignRefusal::Lint(vec![Finding::Key(KeyRefusal::NotAccepted(KeyKind::P384))]));
}

#[test]
fn a_certificate_never_outlives_its_ca() {
    let rehearsal = Rehearsal::new();
    let key = PrivateKey::make(KeyKind::P256).unwrap();
    let end = rehearsal.issuing.certificate().validity().not_after;
    let order = Order {
        device: DeviceNo::new(123).unwrap(),
        key: HolderKey::Made(&key),
        now: end.plus(-40 * 86_400),
        asked_days: None,
    };
    let prepared = prepare(&order, &rehearsal.profile, rehearsal.issuing.certificate()).unwrap();
    assert_eq!(prepared.validity().not_after, end);
}

#[test]
fn a_key_of_another_ca_cannot_be_joined() {
    let rehearsal = Rehearsal::new();
    let key = PrivateKey::make(KeyKind::P256).unwrap();
    let certificate = rehearsal.issuing.certificate().clone();
    assert_eq!(Authority::join(certificate, key).err(), Some(SignRefusal::OtherKey));
}

#[test]
fn the_ca_s_are_what_their_profiles_say() {
    let rehearsal = Rehearsal::new();
    let folder = Folder::new();
    let text = |authority: &Authority| {
        folder.file("ca.pem", certificate_pem(authority.certificate().der()).unwrap());
        folder.run("openssl", &["x509", "-in", "ca.pem", "-noout", "-text"]).unwrap()
    };
    let root = text(&rehearsal.root);
    assert!(root.contains("CA:TRUE, pathlen:1") && root.contains("NIST CURVE: P-384"), "{root}");
    assert!(root.contains("Not Before: Nov 21 23:00:00 2026") && root.contains("Not After : Nov 21 14:59:59 2046"));
    let issuing = text(&rehearsal.issuing);
    assert!(issuing.contains("CA:TRUE, pathlen:0") && issuing.contains("NIST CURVE: P-256"), "{issuing}");
    assert!(issuing.contains("ecdsa-with-SHA384") && issuing.contains("Not After : Nov 21 14:59:59 2031"), "{issuing}");
    let pem = certificate_pem(rehearsal.issuing.certificate().der()).unwrap();
    verifies("any", &pem, (&rehearsal.root, None)).unwrap();
    // A second root of the same house has another name.
    assert_ne!(make_root("R2", NOW).unwrap().certificate().subject(), rehearsal.root.certificate().subject());
}

#[test]
fn machines_have_a_root_of_their_own() {
    let rehearsal = Rehearsal::new();
    let house = make_house_root("H1", NOW).unwrap();
    let hosts = vec![Host::Dns("localhost".into()), Host::Ip([127, 0, 0, 1].into())];
    let site = make_site(hosts.clone(), &house, NOW).unwrap();
    verifies("sslserver", &site.pem, (&house, None)).unwrap();
    verifies("sslclient", &site.pem, (&house, None)).unwrap_err();
    verifies("sslserver", &site.pem, (&rehearsal.root, Some(&rehearsal.issuing))).unwrap_err();
    let internal = make_internal("desk", hosts, &house, NOW).unwrap();
    verifies("sslserver", &internal.pem, (&house, None)).unwrap();
    verifies("sslclient", &internal.pem, (&house, None)).unwrap();
    let no_host = make_site(vec![], &house, NOW).err();
    assert_eq!(no_host, Some(SignRefusal::Subject(certs::profile::SubjectRefusal::NoHost)));
    // The device CA signs no server's certificate, not even by mistake.
    let stray = make_site(vec![Host::Dns("a.example".into())], &rehearsal.issuing, NOW);
    assert_eq!(stray.err(), Some(SignRefusal::Lint(vec![Finding::IssuerForbids])));
    // And the root, whose key is kept apart, signs no device's.
    let key = PrivateKey::make(KeyKind::P256).unwrap();
    let order = Order { device: DeviceNo::new(123).unwrap(), key: HolderKey::Made(&key), now: NOW, asked_days: None };
    let stray = prepare(&order, &rehearsal.profile, rehearsal.root.certificate());
    assert_eq!(stray.err(), Some(SignRefusal::Lint(vec![Finding::IssuerForbids])));
}

#[test]
fn the_signer_of_profiles_can_sign_and_neither_serve_nor_log_in() {
    let rehearsal = Rehearsal::new();
    let chain = (&rehearsal.root, Some(&rehearsal.issuing));
    let signing = make_signing("1", &rehearsal.issuing, NOW).unwrap();
    verifies("smimesign", &signing.pem, chain).unwrap();
    verifies("sslclient", &signing.pem, chain).unwrap_err();
    verifies("sslserver", &signing.pem, chain).unwrap_err();
}
