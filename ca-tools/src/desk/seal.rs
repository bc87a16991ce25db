//! What the desk gives away and takes back unread.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use zeroize::Zeroizing;

use super::state::Desk;
use crate::aead;

impl Desk {
    /// A key for this purpose alone, out of the desk's.
    pub(super) fn secret(&self, purpose: &str) -> Option<Zeroizing<[u8; 32]>> {
        let tag = self.apply_key.as_ref()?.sign(purpose.as_bytes());
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(tag.as_ref());
        Some(secret)
    }
}

/// Closes it under this key, for an address or a column; `about` has to be the same when it is opened. `None` where the system
/// gives no random numbers.
pub(super) fn seal(key: &[u8; 32], about: &str, said: &[u8]) -> Option<String> {
    Some(BASE64.encode(aead::seal(key, about.as_bytes(), said)?))
}

/// What was closed under this key about this, or nothing.
pub(super) fn opened(key: &[u8; 32], about: &str, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
    aead::open(key, about.as_bytes(), &BASE64.decode(sealed).ok()?)
}
