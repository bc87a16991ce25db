//! A text closed under a key: AES-256-GCM (NIST SP 800-38D), with a nonce drawn for each and put before it.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

/// Closes it; `about` is not in it and has to be the same when it is opened. `None` where the system gives no random numbers.
pub(crate) fn seal(key: &[u8; 32], about: &[u8], said: &[u8]) -> Option<Vec<u8>> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let mut closed = Zeroizing::new(said.to_vec());
    let nonce = key.seal_in_place_append_tag(Aad::from(about), &mut *closed).ok()?;
    Some([nonce.as_ref().as_slice(), closed.as_slice()].concat())
}

/// What was closed under this key about this, or nothing.
pub(crate) fn open(key: &[u8; 32], about: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, closed) = sealed.split_at_checked(NONCE_LEN)?;
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut said = Zeroizing::new(closed.to_vec());
    let length = key.open_in_place(nonce, Aad::from(about), &mut said).ok()?.len();
    said.truncate(length);
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_opens_it_and_only_as_what_it_was_sealed() {
        let sealed = seal(&[1; 32], b"file", b"secret").unwrap();
        assert_eq!(open(&[1; 32], b"file", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(open(&[2; 32], b"file", &sealed), None);
        assert_eq!(open(&[1; 32], b"page", &sealed), None);
        let mut flipped = sealed.clone();
        flipped[NONCE_LEN] ^= 1;
        for broken in [&[][..], &[0; 3], &sealed[..sealed.len() - 1], &flipped] {
            assert_eq!(open(&[1; 32], b"file", broken), None, "{broken:?}");
        }
        assert_ne!(seal(&[1; 32], b"file", b"secret").unwrap(), sealed, "no two are alike");
    }
}
