//! Every container opens in programs that nobody here wrote.

use certs::KeyKind;
use plist::Value;

use super::{ContainerRefusal, Contents, FilePassword, P12, ProfileSigner, mobileconfig, p12};
use crate::sign::test_support::{NOW, Rehearsal};
use crate::sign::{certificate_pem, make_signing};
use crate::test_support::Folder;

const KINDS: [KeyKind; 2] = [KeyKind::P256, KeyKind::Rsa { bits: 3072 }];

/// A folder with `key.p12` in it, and its password.
fn written(rehearsal: &Rehearsal, kind: KeyKind, dialect: P12) -> (Folder, FilePassword, String) {
    let (key, issued) = rehearsal.issue(kind);
    let (issuing, root) = (rehearsal.issuing.certificate(), rehearsal.root.certificate());
    let contents = Contents::of(&key, &issued, issuing, root).unwrap();
    let password = FilePassword::draw().unwrap();
    let folder = Folder::new();
    folder.file("key.p12", &*p12(&contents, dialect, &password).unwrap());
    (folder, password, issued.pem().to_owned())
}

#[test]
fn openssl_opens_every_p12_with_its_password_alone() {
    let rehearsal = Rehearsal::new();
    for kind in KINDS {
        for (dialect, algorithms) in [
            (
                P12::Modern,
                ["PBES2, PBKDF2, AES-256-CBC, Iteration 10000, PRF hmacWithSHA256", "MAC: sha256, Iteration 10000"],
            ),
            (P12::Compat, ["pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048", "MAC: sha1, Iteration 2048"]),
        ] {
            let (folder, password, leaf) = written(&rehearsal, kind, dialect);
            let given = format!("pass:{}", password.reveal());
            let shown =
                folder.run("openssl", &["pkcs12", "-in", "key.p12", "-info", "-nodes", "-passin", &given]).unwrap();
            for text in algorithms {
                assert!(shown.contains(text), "{text:?} is not in\n{shown}");
            }
            assert!(shown.contains("friendlyName: Kashiwani-Net 2028-12 DEV-000123"), "{shown}");
            assert_eq!(shown.matches("-----BEGIN CERTIFICATE-----").count(), 3, "{shown}");
            assert_eq!(shown.matches("-----BEGIN PRIVATE KEY-----").count(), 1, "{shown}");
            assert!(shown.contains(leaf.trim()));
            for (name, bytes) in [("wrong", "pass:wrong"), ("none", "pass:")] {
                folder.run("openssl", &["pkcs12", "-in", "key.p12", "-noout", "-passin", bytes]).expect_err(name);
            }
            // The key inside is the certificate's.
            folder
                .run("openssl", &["pkcs12", "-in", "key.p12", "-nodes", "-passin", &given, "-out", "all.pem"])
                .unwrap();
            let key = folder.run("openssl", &["pkey", "-in", "all.pem", "-pubout"]).unwrap();
            assert_eq!(folder.run("openssl", &["x509", "-in", "all.pem", "-noout", "-pubkey"]).unwrap(), key);
        }
    }
}

#[test]
fn nss_imports_every_p12_under_the_name_that_people_know() {
    let rehearsal = Rehearsal::new();
    for kind in KINDS {
        for dialect in [P12::Modern, P12::Compat] {
            let (folder, password, _) = written(&rehearsal, kind, dialect);
            std::fs::create_dir(folder.path("nss")).unwrap();
            folder.run("certutil", &["-d", "sql:nss", "-N", "--empty-password"]).unwrap();
            folder.run("pk12util", &["-i", "key.p12", "-d", "sql:nss", "-W", password.reveal()]).unwrap();
            let listed = folder.run("certutil", &["-d", "sql:nss", "-L"]).unwrap();
            assert!(listed.contains("Kashiwani-Net 2028-12 DEV-000123"), "{listed}");
            assert!(listed.contains("u,u,u"), "{listed}");
            assert!(listed.contains("Kashiwani-Net Device CA 1"), "{listed}");
            let keys = folder.run("certutil", &["-d", "sql:nss", "-K"]).unwrap();
            assert_eq!(keys.matches("< 0>").count(), 1, "{keys}");
            std::fs::create_dir(folder.path("other")).unwrap();
            folder.run("certutil", &["-d", "sql:other", "-N", "--empty-password"]).unwrap();
            folder.run("pk12util", &["-i", "key.p12", "-d", "sql:other", "-W", "wrong"]).unwrap_err();
        }
    }
}

#[test]
fn a_profile_verifies_in_openssl_and_holds_root_ca_and_key_without_its_password() {
    let rehearsal = Rehearsal::new();
    let signing = make_signing("1", &rehearsal.issuing, NOW).unwrap();
    let (issuing, root) = (rehearsal.issuing.certificate(), rehearsal.root.certificate());
    let signer = ProfileSigner::join(&signing.der, signing.key, issuing).unwrap();
    for kind in KINDS {
        let (key, issued) = rehearsal.issue(kind);
        let contents = Contents::of(&key, &issued, issuing, root).unwrap();
        let password = FilePassword::draw().unwrap();
        let folder = Folder::new();
        folder.file("device.mobileconfig", mobileconfig(&contents, &password, &signer, NOW).unwrap());
        folder.file("root.pem", certificate_pem(root.der()).unwrap());
        folder.file("other.pem", certificate_pem(Rehearsal::new().root.certificate().der()).unwrap());
        let at = NOW.unix().to_string();
        let verify = |anchor: &str| {
            let signed = ["cms", "-verify", "-inform", "DER", "-in", "device.mobileconfig", "-attime", &at];
            folder.run("openssl", &[&signed[..], &["-CAfile", anchor, "-out", "profile.plist"]].concat())
        };
        verify("other.pem").unwrap_err();
        assert!(verify("root.pem").unwrap().contains("Verification successful"));
        let profile = Value::from_file(folder.path("profile.plist")).unwrap();
        let text = |value: &Value, key: &str| value.as_dictionary().unwrap()[key].as_string().unwrap().to_owned();
        assert_eq!(text(&profile, "PayloadIdentifier"), "jp.kashiwani-net.device.DEV-000123");
        let payloads = profile.as_dictionary().unwrap()["PayloadContent"].as_array().unwrap();
        let kinds: Vec<_> = payloads.iter().map(|payload| text(payload, "PayloadType")).collect();
        assert_eq!(kinds, ["com.apple.security.root", "com.apple.security.pkcs1", "com.apple.security.pkcs12"]);
        let data = |at: usize| payloads[at].as_dictionary().unwrap()["PayloadContent"].as_data().unwrap();
        assert_eq!((data(0), data(1)), (root.der(), issuing.der()));
        folder.file("inner.p12", data(2));
        let given = format!("pass:{}", password.reveal());
        folder.run("openssl", &["pkcs12", "-in", "inner.p12", "-noout", "-passin", &given]).unwrap();
        // Nobody who has the file has the key.
        let raw = std::fs::read_to_string(folder.path("profile.plist")).unwrap();
        assert!(!raw.contains(password.reveal()) && !raw.contains("<key>Password</key>"));
        let uuids: std::collections::HashSet<_> = payloads.iter().map(|payload| text(payload, "PayloadUUID")).collect();
        assert_eq!(uuids.len(), 3);
        // One changed bit and the phone would call it unsigned.
        let mut changed = std::fs::read(folder.path("device.mobileconfig")).unwrap();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        folder.file("device.mobileconfig", changed);
        verify("root.pem").unwrap_err();
    }
}

#[test]
fn a_key_is_never_packed_with_another_s_certificate() {
    let rehearsal = Rehearsal::new();
    let (_, issued) = rehearsal.issue(KeyKind::P256);
    let (other, _) = rehearsal.issue(KeyKind::P256);
    let (issuing, root) = (rehearsal.issuing.certificate(), rehearsal.root.certificate());
    assert_eq!(Contents::of(&other, &issued, issuing, root).err(), Some(ContainerRefusal::OtherKey));
    let signing = make_signing("1", &rehearsal.issuing, NOW).unwrap();
    assert_eq!(ProfileSigner::join(&signing.der, other, issuing).err(), Some(ContainerRefusal::OtherKey));
}
