//! What the desk gives away and takes back unread: AES-256-GCM (NIST SP 800-38D), a nonce drawn for each.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use zeroize::Zeroizing;

use super::serve::Desk;

const NONCE: usize = 12;

impl Desk {
    /// A key for this purpose alone, out of the desk's.
    pub(super) fn secret(&self, purpose: &str) -> Option<Zeroizing<[u8; 32]>> {
        let tag = self.apply_key.as_ref()?.sign(purpose.as_bytes());
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(tag.as_ref());
        Some(secret)
    }
}

/// Seals under this key; `about` is not in it and has to be the same when it is opened. `None` where the system gives no
/// random numbers.
pub(super) fn seal(key: &[u8; 32], about: &str, said: &[u8]) -> Option<String> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let mut sealed = said.to_vec();
    let nonce = key.seal_in_place_append_tag(Aad::from(about.as_bytes()), &mut sealed).ok()?;
    Some(BASE64.encode([nonce.as_ref().as_slice(), &sealed].concat()))
}

/// What was sealed under this key about this, or nothing.
pub(super) fn opened(key: &[u8; 32], about: &str, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let octets = BASE64.decode(sealed).ok()?;
    let (nonce, sealed) = octets.split_at_checked(NONCE)?;
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut said = Zeroizing::new(sealed.to_vec());
    let length = key.open_in_place(nonce, Aad::from(about.as_bytes()), &mut said).ok()?.len();
    said.truncate(length);
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_opens_it_and_only_as_what_it_was_sealed() {
        let sealed = seal(&[1; 32], "file", b"secret").unwrap();
        assert_eq!(opened(&[1; 32], "file", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(opened(&[2; 32], "file", &sealed), None);
        assert_eq!(opened(&[1; 32], "page", &sealed), None);
        for broken in ["", "AAAA", "%", &sealed[..sealed.len() - 2], &format!("A{}", &sealed[1..])] {
            assert!(opened(&[1; 32], "file", broken).is_none() || *broken == sealed, "{broken}");
        }
        assert_ne!(seal(&[1; 32], "file", b"secret").unwrap(), sealed, "no two are alike");
    }
}
