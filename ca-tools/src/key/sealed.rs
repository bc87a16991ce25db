//! A private key as text: encrypted for a CA, plain for a program that starts without people.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use der::SecretDocument;
use der::pem::{LineEnding, PemLabel};
use pkcs8::pkcs5::pbes2;
use pkcs8::{EncryptedPrivateKeyInfo, PrivateKeyInfo};
use zeroize::Zeroizing;

use super::passphrase::Passphrase;
use super::private_key::{KeyFault, PrivateKey};

/// OWASP's figure for PBKDF2-HMAC-SHA256, a third of a second here. Not scrypt: its usual
/// memory is more than `openssl pkcs8` allows itself, and a CA key must open with other tools.
const ROUNDS: u32 = 600_000;
/// Octets of salt (SP 800-132 §5.1: at least 128 bits).
const SALT: usize = 16;
/// A key of ours that is no PKCS#8 after all.
const MALFORMED: KeyTextRefusal = KeyTextRefusal::Key(KeyFault::Malformed);

/// The key encrypted under a passphrase: `ENCRYPTED PRIVATE KEY` PEM (RFC 5958 §3, RFC 8018
/// PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC).
///
/// # Errors
/// No random numbers from the system.
pub fn seal(key: &PrivateKey, passphrase: &Passphrase) -> Result<Zeroizing<String>, KeyTextRefusal> {
    let mut salt = [0; SALT];
    let mut iv = [0; 16];
    let random = SystemRandom::new();
    random.fill(&mut salt).map_err(|_| KeyTextRefusal::Key(KeyFault::NoRandomness))?;
    random.fill(&mut iv).map_err(|_| KeyTextRefusal::Key(KeyFault::NoRandomness))?;
    let parameters = pbes2::Parameters::pbkdf2_sha256_aes256cbc(ROUNDS, &salt, &iv).map_err(|_| MALFORMED)?;
    let info = PrivateKeyInfo::try_from(key.pkcs8()).map_err(|_| MALFORMED)?;
    let sealed = info.encrypt_with_params(parameters, passphrase.as_bytes()).map_err(|_| MALFORMED)?;
    sealed.to_pem(EncryptedPrivateKeyInfo::PEM_LABEL, LineEnding::LF).map_err(|_| MALFORMED)
}

/// Opens what [`seal`] wrote, or another tool with PBES2 and AES.
///
/// # Errors
/// Not such a text, a wrong passphrase, or a key of a kind that is not ours.
pub fn open(text: &str, passphrase: &Passphrase) -> Result<PrivateKey, KeyTextRefusal> {
    let (label, document) = SecretDocument::from_pem(text).map_err(|_| KeyTextRefusal::NotPem)?;
    if label == PrivateKeyInfo::PEM_LABEL {
        return Err(KeyTextRefusal::NotEncrypted);
    }
    if label != EncryptedPrivateKeyInfo::PEM_LABEL {
        return Err(KeyTextRefusal::OtherPem(label.to_owned()));
    }
    let sealed = EncryptedPrivateKeyInfo::try_from(document.as_bytes()).map_err(|_| KeyTextRefusal::OtherCipher)?;
    // A wrong passphrase shows in the padding, or else in what comes out being no key.
    let opened = sealed.decrypt(passphrase.as_bytes()).map_err(|_| KeyTextRefusal::WrongPassphrase)?;
    PrivateKey::from_pkcs8(opened.to_bytes()).map_err(|fault| match fault {
        KeyFault::Malformed => KeyTextRefusal::WrongPassphrase,
        KeyFault::NoRandomness | KeyFault::OtherKind => KeyTextRefusal::Key(fault),
    })
}

/// The key as `PRIVATE KEY` PEM: for the keys of a gateway, which starts without people, and for
/// device keys handed out as PEM. The file's mode is all that protects it.
///
/// # Errors
/// Never for a key of ours.
pub fn plain(key: &PrivateKey) -> Result<Zeroizing<String>, KeyTextRefusal> {
    let document = SecretDocument::try_from(key.pkcs8()).map_err(|_| MALFORMED)?;
    document.to_pem(PrivateKeyInfo::PEM_LABEL, LineEnding::LF).map_err(|_| MALFORMED)
}

/// Reads what [`plain`] wrote.
///
/// # Errors
/// Not such a text, or a key of a kind that is not ours.
pub fn read_plain(text: &str) -> Result<PrivateKey, KeyTextRefusal> {
    let (label, document) = SecretDocument::from_pem(text).map_err(|_| KeyTextRefusal::NotPem)?;
    if label != PrivateKeyInfo::PEM_LABEL {
        return Err(KeyTextRefusal::OtherPem(label.to_owned()));
    }
    PrivateKey::from_pkcs8(document.to_bytes()).map_err(KeyTextRefusal::Key)
}

/// Why a text is not a key one can use.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyTextRefusal {
    /// The key inside.
    #[error("{0}")]
    Key(KeyFault),
    /// A CA key that anyone can read.
    #[error("the key is not encrypted: encrypt it with `openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000`")]
    NotEncrypted,
    /// Not PEM.
    #[error("this is not a PEM file")]
    NotPem,
    /// Not PBES2.
    #[error(
        "the key is encrypted in another way than PBES2: encrypt it anew with `openssl pkcs8 -topk8 -v2 aes-256-cbc`"
    )]
    OtherCipher,
    /// PEM of something else.
    #[error("the file holds a {0}, not a private key in PKCS#8")]
    OtherPem(String),
    /// The passphrase does not open it; a damaged file looks the same.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
}

#[cfg(test)]
mod tests {
    use certs::KeyKind;

    use super::*;
    use crate::test_support::Folder;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::given(text.to_owned().into()).unwrap()
    }

    #[test]
    fn a_sealed_key_opens_with_its_passphrase_and_no_other() {
        let key = PrivateKey::make(KeyKind::P384).unwrap();
        let text = seal(&key, &passphrase("柏の葉 correct horse")).unwrap();
        assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        assert_eq!(open(&text, &passphrase("柏の葉 correct horse")).unwrap().public_key(), key.public_key());
        assert_eq!(open(&text, &passphrase("柏の葉 wrong horse")).err(), Some(KeyTextRefusal::WrongPassphrase));
    }

    #[test]
    fn a_plain_key_is_read_back_and_refused_as_a_ca_s() {
        let key = PrivateKey::make(KeyKind::P256).unwrap();
        let text = plain(&key).unwrap();
        assert_eq!(read_plain(&text).unwrap().public_key(), key.public_key());
        assert_eq!(open(&text, &passphrase("any passphrase")).err(), Some(KeyTextRefusal::NotEncrypted));
    }

    #[test]
    fn a_text_that_is_no_key_is_refused_by_name() {
        let any = passphrase("any passphrase");
        assert_eq!(open("", &any).err(), Some(KeyTextRefusal::NotPem));
        let certificate = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        assert_eq!(open(certificate, &any).err(), Some(KeyTextRefusal::OtherPem("CERTIFICATE".into())));
        assert_eq!(read_plain(certificate).err(), Some(KeyTextRefusal::OtherPem("CERTIFICATE".into())));
        let hollow = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
        assert_eq!(open(hollow, &any).err(), Some(KeyTextRefusal::OtherCipher));
    }

    #[test]
    fn openssl_opens_a_sealed_key_with_its_passphrase() {
        let folder = Folder::new();
        for kind in [KeyKind::P256, KeyKind::P384, KeyKind::Rsa { bits: 3072 }] {
            let key = PrivateKey::make(kind).unwrap();
            folder.file("ca.key", seal(&key, &passphrase("correct horse battery")).unwrap().as_bytes());
            let public = |passphrase: &str| {
                let given = format!("pass:{passphrase}");
                folder.run(
                    "openssl",
                    &["pkey", "-in", "ca.key", "-passin", &given, "-pubout", "-outform", "DER", "-out", "public"],
                )
            };
            public("correct horse battery").unwrap();
            assert_eq!(std::fs::read(folder.path("public")).unwrap(), key.public_key());
            assert!(public("wrong horse battery").is_err());
            folder.run("openssl", &["pkcs8", "-in", "ca.key", "-passin", "pass:correct horse battery"]).unwrap();
        }
        folder
            .run("openssl", &["asn1parse", "-in", "ca.key"])
            .map(|shown| assert!(shown.contains("hmacWithSHA256") && shown.contains("aes-256-cbc"), "{shown}"))
            .unwrap();
    }

    #[test]
    fn a_key_that_openssl_encrypted_opens() {
        let folder = Folder::new();
        folder
            .run(
                "openssl",
                &[
                    "genpkey",
                    "-algorithm",
                    "EC",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-384",
                    "-aes-256-cbc",
                    "-pass",
                    "pass:correct horse battery",
                    "-out",
                    "ca.key",
                ],
            )
            .unwrap();
        let text = std::fs::read_to_string(folder.path("ca.key")).unwrap();
        assert_eq!(open(&text, &passphrase("correct horse battery")).unwrap().kind(), KeyKind::P384);
        assert_eq!(open(&text, &passphrase("wrong horse battery")).err(), Some(KeyTextRefusal::WrongPassphrase));
    }
}
