//! The key that signs the links of mails: 32 random octets in a file beside the CA's keys, made at the first start.
//!
//! Whoever has it can pretend to have confirmed a mail address, and knows the code of a renewal that was asked for after the
//! end, though not its number. Without it the links of the last day open nothing more, and new ones are asked for.
//!
//! The file is whole or not there. One that is empty, or nothing but zeros, was left by a machine that lost its power while
//! it was made: it never signed anything, so that another is made in its place.

use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::issuance::{Output, OutputRefusal, Overwrite};

const FILE: &str = "apply.key";
const LENGTH: usize = 32;

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
        match found(&path)? {
            Found::Key(key) => Ok(*key),
            Found::Nothing => match made(&path, Overwrite::Refuse) {
                // Another desk was quicker.
                Err(OutputRefusal::AlreadyThere(_)) => match found(&path)? {
                    Found::Key(key) => Ok(*key),
                    Found::Nothing | Found::NeverWritten => {
                        Err(fault(&path, "is no key; remove it, and a new one is made"))
                    }
                },
                made => made.map_err(|why| KeyFault(path.display().to_string(), why.to_string())),
            },
            Found::NeverWritten => {
                tracing::warn!(file = %path.display(), "a key that was never written is made anew");
                made(&path, Overwrite::Replace).map_err(|why| KeyFault(path.display().to_string(), why.to_string()))
            }
        }
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
        Self::of(&[octet; LENGTH])
    }
}

enum Found {
    Key(Box<ApplyKey>),
    NeverWritten,
    Nothing,
}

fn found(path: &Path) -> Result<Found, KeyFault> {
    let failed = |why: std::io::Error| fault(path, &why.to_string());
    let mut file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(why) => return Err(failed(why)),
    };
    let mode = file.metadata().map_err(failed)?.mode();
    if mode & 0o077 != 0 {
        return Err(fault(path, &format!("mode {:o}: others may read it; chmod 600", mode & 0o777)));
    }
    let mut octets = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
    (&mut file).take(LENGTH as u64 + 1).read_to_end(&mut octets).map_err(failed)?;
    if octets.iter().all(|octet| *octet == 0) {
        return Ok(Found::NeverWritten);
    }
    if octets.len() != LENGTH {
        return Err(fault(
            path,
            "is no key; remove it, and a new one is made (links of the last day open nothing more)",
        ));
    }
    Ok(Found::Key(Box::new(ApplyKey::of(&octets))))
}

fn made(path: &Path, overwrite: Overwrite) -> Result<ApplyKey, OutputRefusal> {
    let out = Output::at(path, overwrite)?;
    let mut octets = Zeroizing::new([0; LENGTH]);
    let drawn = SystemRandom::new().fill(&mut *octets);
    drawn.map_err(|_| OutputRefusal::Unwritable(path.to_owned(), "no random numbers".to_owned()))?;
    out.finish(&*octets)?;
    Ok(ApplyKey::of(&*octets))
}

fn fault(path: &Path, why: &str) -> KeyFault {
    KeyFault(path.display().to_string(), why.to_owned())
}

/// Why there is no key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}: {1}")]
pub struct KeyFault(String, String);

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::program::Folder;

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
        for lost in [&b""[..], &[0; 7], &[0; LENGTH]] {
            left(lost);
            assert!(!key(&folder).unwrap().proves(b"link", first.as_ref()));
            assert_eq!(std::fs::read(&path).unwrap().len(), LENGTH);
            assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        }
        for broken in [&whole[..31], &[&whole[..], b"1"].concat()] {
            left(broken);
            assert!(key(&folder).unwrap_err().to_string().contains("remove it, and a new one is made"));
            assert_eq!(std::fs::read(&path).unwrap(), broken);
        }
        left(&whole);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(key(&folder).unwrap_err().to_string().contains("chmod 600"));
    }
}
