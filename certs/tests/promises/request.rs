//! A request gives its public key and proves that the asker holds it; nothing else is taken.

use certs::profile::Purpose;
use certs::{DeviceRequest, KeyKind, KeyRefusal, RequestRefusal};
use rcgen::{
    CertificateParams, IsCa, KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize,
};

use crate::made::profile;

fn read(request: &[u8]) -> Result<DeviceRequest, RequestRefusal> {
    DeviceRequest::read(request, profile(Purpose::Device).accepted_keys())
}

fn refuses(request: &[u8], reason: RequestRefusal) {
    assert_eq!(read(request).map(|_| "taken"), Err(reason));
}

fn request(key: &KeyPair) -> Vec<u8> {
    CertificateParams::new(vec!["anything".to_owned()]).unwrap().serialize_request(key).unwrap().der().to_vec()
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = rcgen_pem(der);
    format!("-----BEGIN {label}-----\n{body}-----END {label}-----\n")
}

fn rcgen_pem(der: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut lines = String::new();
    for (at, chunk) in der.chunks(3).enumerate() {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place) & 63) as usize] as char;
            lines.push(if place > chunk.len() { '=' } else { letter });
        }
        if at % 16 == 15 {
            lines.push('\n');
        }
    }
    lines.push('\n');
    lines
}

#[test]
fn the_public_key_is_taken_in_der_and_in_pem() {
    let key = KeyPair::generate().unwrap();
    let der = request(&key);
    for text in [
        der.clone(),
        pem("CERTIFICATE REQUEST", &der).into_bytes(),
        pem("NEW CERTIFICATE REQUEST", &der).into_bytes(),
        format!("Certificate Request:\n  ...\n{}\n\n", pem("CERTIFICATE REQUEST", &der)).into_bytes(),
        pem("CERTIFICATE REQUEST", &der).replace('\n', "\r\n").into_bytes(),
    ] {
        let taken = read(&text).unwrap();
        assert_eq!(taken.public_key(), key.subject_public_key_info());
        assert_eq!(taken.key(), KeyKind::P256);
    }
}

#[test]
fn a_p384_and_an_rsa_3072_key_are_taken() {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    assert_eq!(read(&request(&key)).unwrap().key(), KeyKind::P384);
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072).unwrap();
    assert_eq!(read(&request(&key)).unwrap().key(), KeyKind::Rsa { bits: 3072 });
}

#[test]
fn a_weak_or_strange_key_is_refused_by_name() {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let refusal = RequestRefusal::Key(KeyRefusal::NotAccepted(KeyKind::Rsa { bits: 2048 }));
    refuses(&request(&key), refusal);
    let key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
    refuses(&request(&key), RequestRefusal::Key(KeyRefusal::OtherKind));
}

#[test]
fn an_rsa_key_that_can_be_computed_is_refused_by_name() {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072).unwrap();
    let der = request(&key);
    // RSAPublicKey ends with the exponent 65537, five octets: the modulus stands before them.
    let exponent = der.windows(5).position(|w| w == [2, 3, 1, 0, 1]).unwrap();
    let mut three = der.clone();
    three[exponent + 4] = 3;
    refuses(&three, RequestRefusal::Key(KeyRefusal::Exponent));
    let mut even = der;
    even[exponent - 1] &= 0xfe;
    refuses(&even, RequestRefusal::Key(KeyRefusal::SmallFactor));
}

#[test]
fn one_who_does_not_hold_the_key_is_refused() {
    let der = request(&KeyPair::generate().unwrap());
    let mut other = der.clone();
    let last = other.len() - 1;
    other[last] ^= 1;
    refuses(&other, RequestRefusal::Signature);
    // The signature of one request under the key of another.
    let key = KeyPair::generate().unwrap();
    let stolen = request(&key);
    let at = stolen.windows(65).position(|w| w == key.public_key_raw()).unwrap();
    let mine = KeyPair::generate().unwrap();
    let mut swapped = stolen;
    swapped[at..at + 65].copy_from_slice(mine.public_key_raw());
    refuses(&swapped, RequestRefusal::Signature);
}

#[test]
fn a_signature_with_sha_1_is_refused() {
    let der = request(&KeyPair::generate().unwrap());
    let sha256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    let at = der.windows(8).rposition(|w| w == sha256).unwrap();
    let mut sha224 = der;
    sha224[at + 7] = 1;
    refuses(&sha224, RequestRefusal::SignatureAlgorithm);
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072).unwrap();
    let mut der = request(&key);
    let sha256_with_rsa = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
    let at = der.windows(9).rposition(|w| w == sha256_with_rsa).unwrap();
    der[at + 8] = 5;
    refuses(&der, RequestRefusal::SignatureAlgorithm);
}

#[test]
fn a_signature_is_verified_by_the_digest_that_it_names() {
    let der = request(&KeyPair::generate().unwrap());
    let sha256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    let at = der.windows(8).rposition(|w| w == sha256).unwrap();
    for other in [3, 4] {
        let mut der = der.clone();
        der[at + 7] = other;
        refuses(&der, RequestRefusal::Signature);
    }
}

#[test]
fn a_text_is_read_as_windows_writes_it() {
    let key = KeyPair::generate().unwrap();
    let text = pem("NEW CERTIFICATE REQUEST", &request(&key)).replace('\n', "\r\n");
    let wide = |mark: bool, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = if mark { format!("\u{feff}{text}") } else { text.clone() };
        text.encode_utf16().flat_map(unit).collect()
    };
    for file in [
        wide(true, u16::to_le_bytes),
        wide(true, u16::to_be_bytes),
        format!("\u{feff}{text}").into_bytes(),
        format!("\u{feff}証明書の要求\r\n{text}").into_bytes(),
    ] {
        assert_eq!(read(&file).unwrap().public_key(), key.subject_public_key_info());
    }
    let der = [b"\xef\xbb\xbf".to_vec(), request(&key)].concat();
    assert_eq!(read(&der).unwrap().key(), KeyKind::P256);
    refuses(&wide(true, u16::to_le_bytes)[..101], RequestRefusal::Unparsable);
    refuses(b"\xff\xfe\x00\xd8", RequestRefusal::Unparsable);
}

#[test]
fn a_private_key_is_called_one() {
    for label in ["PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
        refuses(pem(label, &[0x30, 0]).as_bytes(), RequestRefusal::PrivateKey);
    }
}

#[test]
fn what_follows_a_request_is_refused() {
    let der = request(&KeyPair::generate().unwrap());
    refuses(&[&der[..], &[0]].concat(), RequestRefusal::TrailingBytes);
    let text = pem("CERTIFICATE REQUEST", &der);
    refuses(format!("{text}{text}").as_bytes(), RequestRefusal::TrailingBytes);
    refuses(format!("{text}x").as_bytes(), RequestRefusal::TrailingBytes);
}

#[test]
fn what_is_no_request_is_refused() {
    let der = request(&KeyPair::generate().unwrap());
    for cut in 0..der.len() {
        assert!(read(&der[..cut]).is_err(), "cut after {cut}");
    }
    refuses(b"", RequestRefusal::Unparsable);
    refuses(b"-----BEGIN CERTIFICATE REQUEST-----\n", RequestRefusal::Unparsable);
    refuses(
        b"-----BEGIN CERTIFICATE REQUEST-----\n!!\n-----END CERTIFICATE REQUEST-----\n",
        RequestRefusal::Unparsable,
    );
    refuses(b"\xff-----BEGIN CERTIFICATE REQUEST-----\n", RequestRefusal::Unparsable);
    refuses(pem("CERTIFICATE", &der).as_bytes(), RequestRefusal::OtherPem);
    refuses(&vec![0x30; 64 * 1024 + 1], RequestRefusal::TooLong);
}

#[test]
fn what_a_request_asks_for_leaves_no_trace() {
    let key = KeyPair::generate().unwrap();
    let mut greedy = CertificateParams::new(vec!["other.example".to_owned()]).unwrap();
    greedy.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    greedy.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    let taken = read(greedy.serialize_request(&key).unwrap().der()).unwrap();
    // All there is to see is the key.
    assert_eq!(taken.public_key(), key.subject_public_key_info());
    assert!(!format!("{taken:?}").contains("example"));
}
