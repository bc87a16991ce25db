//! How is a password kept? As Argon2id, and never otherwise.
//!
//! m = 19 MiB, t = 2, p = 1: OWASP's choice, 19 ms here. A hash says its own parameters, so that
//! raising them does not lock anybody out.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

use super::made_up::readable;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The PHC string of this password, with a salt of its own.
///
/// # Errors
/// The system has no randomness or no memory to give.
pub fn hash(password: &str) -> Result<String, HashRefusal> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|why| HashRefusal(why.to_string()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hashed = argon2.hash_password(password.as_bytes()).map_err(|why| HashRefusal(why.to_string()))?;
    Ok(hashed.to_string())
}

/// The hash of a password that nobody knows: it is judged as any other, in the same time.
///
/// # Errors
/// As [`hash`].
pub(crate) fn nobodys() -> Result<String, HashRefusal> {
    hash(&readable(40).map_err(|_| HashRefusal::no_randomness())?)
}

/// Is this the password that was hashed? A text that is no hash matches nothing.
#[must_use]
pub fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

/// The same where there may be nothing to match: an answer takes as long as one where there is.
#[must_use]
pub(crate) fn matches_if_any(password: &str, hash: Option<&str>) -> bool {
    static NOBODYS: LazyLock<String> = LazyLock::new(|| self::hash("nobody's").unwrap_or_default());
    matches(password, hash.unwrap_or(&NOBODYS)) && hash.is_some()
}

/// A password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashRefusal(String);

impl HashRefusal {
    pub(crate) fn no_randomness() -> Self {
        Self("the system has no random numbers".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_says_its_parameters_and_matches_its_password_alone() {
        let kept = hash("さくら-2026").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(matches("さくら-2026", &kept));
        assert!(!matches("さくら-2027", &kept));
        assert!(!matches("さくら-2026", "さくら-2026"));
        assert_ne!(hash("さくら-2026").unwrap(), kept);
    }
}
