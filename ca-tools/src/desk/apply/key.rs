//! The key that signs the links of mails: 32 random octets in a file beside the CA's keys, made at the first start.
//!
//! Whoever has it can pretend to have confirmed a mail address, and knows the code of a renewal that was asked for after the
//! end, though not its number; what a pick-up tells (the file's password, 利用停止コード) takes it, the number and the code
//! together. Desks that share a registry share it. Without it the links of the last day open nothing more, and new ones are
//! asked for.
//!
//! The file is whole or not there. One that is empty, or nothing but zeros, was left by a machine that lost its power while
//! it was made: it never signed anything, so that another is made in its place.

use std::path::Path;

use aws_lc_rs::hmac::{self, HMAC_SHA256};

use crate::key::{KeyFileRefusal, drawn_octets, never_written};

const FILE: &str = "apply.key";

/// Signs and verifies. Does not print.
#[derive(Clone)]
pub struct ApplyKey(hmac::Key);

impl std::fmt::Debug for ApplyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApplyKey(…)")
    }
}

impl ApplyKey {
    /// The key of this directory; made where there is none.
    ///
    /// # Errors
    /// The file cannot be written or read, is open to others, or is no key.
    pub fn in_directory(directory: &Path) -> Result<Self, KeyFault> {
        let path = directory.join(FILE);
        if never_written(&path)? {
            tracing::warn!(file = %path.display(), "the key of applications is empty: a new one is made");
            std::fs::remove_file(&path).map_err(|why| KeyFileRefusal::Unwritable(path.clone(), why.to_string()))?;
        }
        Ok(Self::of(&*drawn_octets(&path)?))
    }

    fn of(octets: &[u8]) -> Self {
        Self(hmac::Key::new(HMAC_SHA256, octets))
    }

    pub(in crate::desk) fn sign(&self, said: &[u8]) -> hmac::Tag {
        hmac::sign(&self.0, said)
    }

    pub(in crate::desk) fn proves(&self, said: &[u8], proof: &[u8]) -> bool {
        hmac::verify(&self.0, said, proof).is_ok()
    }

    #[cfg(test)]
    pub(super) fn for_test(octet: u8) -> Self {
        Self::of(&[octet; 32])
    }
}

/// Why there is no key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(transparent)]
pub struct KeyFault(#[from] KeyFileRefusal);

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;
    use crate::test_support::Folder;

    #[test]
    fn a_key_is_whole_or_made_anew_and_one_that_signed_is_never_replaced() {
        let folder = Folder::new();
        let key = |folder: &Folder| ApplyKey::in_directory(folder.as_ref());
        let path = folder.path(FILE);
        let left = |octets: &[u8]| {
            std::fs::write(&path, octets).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        };
        let first = key(&folder).unwrap().sign(b"link");
        assert!(key(&folder).unwrap().proves(b"link", first.as_ref()));
        let whole = std::fs::read(&path).unwrap();
        // The power was lost while it was made.
        for lost in [&b""[..], &[0; 7], &[0; 32]] {
            left(lost);
            assert!(!key(&folder).unwrap().proves(b"link", first.as_ref()));
            assert_eq!(std::fs::read(&path).unwrap().len(), 32);
            assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        }
        for broken in [&whole[..31], &[&whole[..], b"1"].concat()] {
            left(broken);
            assert!(key(&folder).unwrap_err().to_string().contains("put it back from a backup"));
            assert_eq!(std::fs::read(&path).unwrap(), broken);
        }
        left(&whole);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(key(&folder).unwrap_err().to_string().contains("chmod 600"));
    }
}
