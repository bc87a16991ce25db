//! PKCS#12 (RFC 7292), in the two dialects that devices read.
//!
//! No one file opens everywhere: iOS 17, macOS and Android 13 call a modern one a wrong password,
//! and a house that need not serve them should not use 3DES (ca-tools/README.md#certificate-files).

use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, Pkcs12Writer, PrivateKeyChain,
};
use zeroize::Zeroizing;

use super::algorithms::{PBE_SHA1_3DES, PBES2, Required, SHA1, SHA256, examine};
use super::contents::{ContainerRefusal, Contents};
use super::file_password::FilePassword;

/// A dialect.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum P12 {
    /// 3DES and SHA-1: what every system reads. The drawn password is what protects the file.
    Compat,
    /// AES-256 with PBKDF2-HMAC-SHA256, MAC by SHA-256.
    Modern,
}

/// Rounds for a modern file: the password has 70 bits, so these need not slow a phone down.
const MODERN_ROUNDS: u32 = 10_000;
/// What the systems that need this dialect write themselves.
const COMPAT_ROUNDS: u32 = 2_048;

/// Writes key, certificate and chain into one file, and makes sure that it uses what its dialect
/// says and nothing else.
///
/// The library keeps a copy of the key that it does not wipe; it lives as long as this call.
///
/// The name that browsers show is the subject; the key's friendly name is the common name alike.
///
/// # Errors
/// The file could not be written, or came out in another dialect.
pub fn p12(
    contents: &Contents<'_>,
    dialect: P12,
    password: &FilePassword,
) -> Result<Zeroizing<Vec<u8>>, ContainerRefusal> {
    let unwritable = |error: p12_keystore::error::Error| ContainerRefusal::Unwritable(error.to_string());
    let certificates = [contents.issued.der(), contents.issuing.der(), contents.root.der()];
    let chain =
        certificates.into_iter().map(Certificate::from_der).collect::<Result<Vec<_>, _>>().map_err(unwritable)?;
    let key = p12_keystore::PrivateKey::from_der(contents.key.pkcs8()).map_err(unwritable)?;
    let mut store = KeyStore::new();
    let entry = PrivateKeyChain::new(contents.issued.fingerprint().as_bytes().as_slice(), key, chain);
    store.add_entry(contents.issued.common_name(), KeyStoreEntry::PrivateKeyChain(entry));
    let (writer, required) = in_dialect(store.writer(password.reveal()), dialect);
    let file = Zeroizing::new(writer.write().map_err(unwritable)?);
    examine(&file, required)?;
    Ok(file)
}

fn in_dialect<'a, 'b>(writer: Pkcs12Writer<'a, 'b>, dialect: P12) -> (Pkcs12Writer<'a, 'b>, Required) {
    match dialect {
        P12::Compat => (
            writer
                .encryption_algorithm(EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc)
                .encryption_iterations(COMPAT_ROUNDS)
                .mac_algorithm(MacAlgorithm::HmacSha1)
                .mac_iterations(COMPAT_ROUNDS),
            Required { cipher: PBE_SHA1_3DES, mac: SHA1 },
        ),
        P12::Modern => (
            writer
                .encryption_algorithm(EncryptionAlgorithm::PbeWithHmacSha256AndAes256)
                .encryption_iterations(MODERN_ROUNDS)
                .mac_algorithm(MacAlgorithm::HmacSha256)
                .mac_iterations(MODERN_ROUNDS),
            Required { cipher: PBES2, mac: SHA256 },
        ),
    }
}

#[cfg(test)]
mod tests {
    use certs::KeyKind;

    use super::*;
    use crate::sign::test_support::Rehearsal;

    /// A file as the library writes it with these settings.
    fn written(cipher: EncryptionAlgorithm, mac: MacAlgorithm) -> Vec<u8> {
        let rehearsal = Rehearsal::new();
        let (key, issued) = rehearsal.issue(KeyKind::P256);
        let mut store = KeyStore::new();
        let key = p12_keystore::PrivateKey::from_der(key.pkcs8()).unwrap();
        let chain = PrivateKeyChain::new("1", key, [Certificate::from_der(issued.der()).unwrap()]);
        store.add_entry("key", KeyStoreEntry::PrivateKeyChain(chain));
        store.writer("password").encryption_algorithm(cipher).mac_algorithm(mac).write().unwrap()
    }

    #[test]
    fn a_file_in_a_mixed_dialect_is_not_handed_out() {
        use EncryptionAlgorithm::{
            PbeWithHmacSha256AndAes256, PbeWithShaAnd3KeyTripleDesCbc, PbeWithShaAnd40BitRc4Cbc,
        };
        let compat = Required { cipher: PBE_SHA1_3DES, mac: SHA1 };
        let refused = |cipher, mac| examine(&written(cipher, mac), compat);
        let uses = |oid: &str| Err(ContainerRefusal::Algorithm(oid.to_owned()));
        assert_eq!(refused(PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha1), Ok(()));
        assert_eq!(refused(PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha1), uses("1.2.840.113549.1.5.13"));
        assert_eq!(refused(PbeWithShaAnd40BitRc4Cbc, MacAlgorithm::HmacSha1), uses("1.2.840.113549.1.12.1.6"));
        assert_eq!(refused(PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha256), uses("2.16.840.1.101.3.4.2.1"));
        let modern = Required { cipher: PBES2, mac: SHA256 };
        assert_eq!(examine(&written(PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256), modern), Ok(()));
        let three_des = examine(&written(PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha256), modern);
        assert_eq!(three_des, uses("1.2.840.113549.1.12.1.3"));
    }

    #[test]
    fn what_is_no_pkcs12_file_is_not_handed_out() {
        let whole = written(EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha1);
        let compat = Required { cipher: PBE_SHA1_3DES, mac: SHA1 };
        for cut in 0..whole.len() {
            assert!(examine(&whole[..cut], compat).is_err(), "cut after {cut}");
        }
    }
}
