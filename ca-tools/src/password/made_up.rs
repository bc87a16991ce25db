//! Passwords and names that we make up: readable on paper and over the telephone.

use std::fmt;

use aws_lc_rs::rand;
use zeroize::Zeroizing;

/// No 0 o, 1 l i: nobody can tell them apart in a letter.
const READABLE: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// A made-up secret. Printed only by [`MadeUp::reveal`].
#[derive(Clone)]
pub struct MadeUp(Zeroizing<String>);

impl MadeUp {
    /// An initial password or a file's password: `xxxx-xxxx-xxxx` with a letter and a digit; 59
    /// bits, of which the lock-out leaves nothing to guess.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn password() -> Result<Self, RandomRefusal> {
        loop {
            let drawn = readable(12)?;
            if drawn.bytes().any(|b| b.is_ascii_digit()) && drawn.bytes().any(|b| b.is_ascii_alphabetic()) {
                let groups = [&drawn[..4], &drawn[4..8], &drawn[8..]].join("-");
                return Ok(Self(Zeroizing::new(groups)));
            }
        }
    }

    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MadeUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MadeUp(…)")
    }
}

/// So many readable characters, each drawn evenly.
pub(crate) fn readable(length: usize) -> Result<Zeroizing<String>, RandomRefusal> {
    // Bytes beyond the last whole multiple of 31 would favour the first characters.
    const FAIR: u8 = 248;
    let mut drawn = Zeroizing::new(String::with_capacity(length));
    while drawn.len() < length {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        rand::fill(bytes.as_mut()).map_err(|_| RandomRefusal)?;
        let missing = length - drawn.len();
        let fair = bytes.iter().filter(|byte| **byte < FAIR).take(missing);
        drawn.extend(fair.map(|byte| char::from(READABLE[usize::from(*byte) % READABLE.len()])));
    }
    Ok(drawn)
}

/// No randomness.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the system has no randomness to give")]
pub struct RandomRefusal;

#[cfg(test)]
mod tests {
    use super::super::{Profile, Surroundings, judge};
    use super::*;

    #[test]
    fn a_made_up_password_is_readable_and_keeps_to_every_profile() {
        for _ in 0..50 {
            let made_up = MadeUp::password().unwrap();
            assert!(!made_up.reveal().contains(['0', 'O', 'o', '1', 'l', 'i', 'I']), "{}", made_up.reveal());
            for profile in Profile::ALL {
                assert_eq!(judge(profile, made_up.reveal(), &Surroundings::default()), Ok(()));
            }
        }
        assert!(!format!("{:?}", MadeUp::password().unwrap()).contains('-'));
    }
}
