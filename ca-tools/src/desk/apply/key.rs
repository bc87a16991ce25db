//! The key that signs the links of mails: 32 random octets in a file beside the CA's keys, made at the first start.
//!
//! Whoever has it can pretend to have confirmed a mail address, and knows the code of a renewal that was asked for after the
//! end, though not its number; what a pick-up tells (the file's password, 利用停止コード) takes it, the number and the code
//! together. Desks that share a registry share it. Without it the links of the last day open nothing more, and new ones are
//! asked for.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

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
        let fault = |why: String| KeyFault(path.display().to_string(), why);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                let mut octets = Zeroizing::new([0; LENGTH]);
                SystemRandom::new().fill(&mut *octets).map_err(|_| fault("no random numbers".to_owned()))?;
                file.write_all(&*octets).and_then(|()| file.sync_all()).map_err(|why| fault(why.to_string()))?;
                Ok(Self::of(&*octets))
            }
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {
                let file = std::fs::File::open(&path).map_err(|why| fault(why.to_string()))?;
                let mode = file.metadata().map_err(|why| fault(why.to_string()))?.mode();
                if mode & 0o077 != 0 {
                    return Err(fault(format!("mode {:o}: others may read it; chmod 600", mode & 0o777)));
                }
                let mut octets = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
                file.take(LENGTH as u64 + 1).read_to_end(&mut octets).map_err(|why| fault(why.to_string()))?;
                if octets.len() != LENGTH {
                    return Err(fault("is no key; remove it, and a new one is made".to_owned()));
                }
                Ok(Self::of(&octets))
            }
            Err(why) => Err(fault(why.to_string())),
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

/// Why there is no key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}: {1}")]
pub struct KeyFault(String, String);
