//! The password of one file, drawn for it alone.

use std::fmt;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

/// Told over the telephone and typed on a phone's keyboard: one case, nothing that looks like
/// something else (no 0, 1, l, o). Thirty-two signs, so that five random bits choose one fairly.
const SIGNS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Signs drawn: 70 bits. 3DES and SHA-1 in a compat file leave it to them alone.
const DRAWN: usize = 14;
/// Hyphens stand after these.
const GROUPS: [usize; 2] = [5, 9];

/// A file's password: 14 signs in three groups, 16 characters. It does not print and is wiped when dropped.
pub struct FilePassword(Zeroizing<String>);

impl FilePassword {
    /// Draws a password.
    ///
    /// # Errors
    /// No random numbers from the system.
    pub fn draw() -> Result<Self, super::ContainerRefusal> {
        let mut random = Zeroizing::new([0_u8; DRAWN]);
        SystemRandom::new().fill(random.as_mut_slice()).map_err(|_| super::ContainerRefusal::NoRandomness)?;
        Ok(Self::of(&random))
    }

    /// The password that these octets choose: as good as they are.
    pub(crate) fn of(octets: &[u8; DRAWN]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(DRAWN + GROUPS.len()));
        for (place, octet) in octets.iter().enumerate() {
            if GROUPS.contains(&place) {
                text.push('-');
            }
            text.push(char::from(SIGNS[usize::from(octet % 32)]));
        }
        Self(text)
    }

    /// The password, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FilePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FilePassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_file_password_can_be_told_over_the_telephone_and_not_guessed() {
        let mut seen = HashSet::new();
        let mut signs = HashSet::new();
        for _ in 0..500 {
            let password = FilePassword::draw().unwrap();
            let text = password.reveal().to_owned();
            assert_eq!(text.len(), 16);
            assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [5, 4, 5]);
            assert!(!text.contains(['0', 'O', '1', 'l', 'I', 'o']), "{text}");
            signs.extend(text.bytes());
            assert!(seen.insert(text));
            assert_eq!(format!("{password:?}"), "FilePassword(…)");
        }
        // Every sign comes up, and the hyphen: 14 of them at 5 bits each are 70 bits.
        assert_eq!(signs.len(), 33);
    }
}
