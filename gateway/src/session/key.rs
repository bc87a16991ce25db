//! The secret a browser keeps, and what a store may know of it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 43 characters of base64url carry 256 bits (OWASP asks 64; 運用編13章②: no session is hijacked).
const LENGTH: usize = 43;

/// The value of `__Host-session`: 32 random bytes as base64url. Whoever has it is the person, so it is never
/// printed, logged or stored; a store knows its [`SessionKey`].
#[derive(Clone, Eq, PartialEq)]
pub struct CookieValue([u8; LENGTH]);

impl CookieValue {
    /// The value of 32 bytes that nobody can guess.
    ///
    /// # Errors
    /// The machine has no randomness to give.
    pub fn draw() -> Result<Self, NoRandomness> {
        let mut secret = [0; 32];
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| NoRandomness)?;
        let mut text = [0; LENGTH];
        URL_SAFE_NO_PAD.encode_slice(secret, &mut text).map_err(|_| NoRandomness)?;
        Ok(Self(text))
    }

    /// Takes a value from a request if it is one that [`Self::draw`] could have made: exact length, base64url
    /// without padding, and no second spelling of the same bits.
    #[must_use]
    pub fn read(text: &[u8]) -> Option<Self> {
        let text: [u8; LENGTH] = text.try_into().ok()?;
        let mut secret = [0; 33];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut secret).ok()?;
        (length == 32).then_some(Self(text))
    }

    /// What a store may know.
    #[must_use]
    pub fn key(&self) -> SessionKey {
        SessionKey::of(&self.0)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CookieValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CookieValue(…)")
    }
}

/// The machine has no randomness to give.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no randomness for a new session")]
pub struct NoRandomness;

/// SHA-256 of the cookie's value: what Redis, logs and caches know a session by. Printed as 64 lower-case hex digits.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct SessionKey([u8; 32]);

impl SessionKey {
    fn of(text: &[u8]) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text);
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }

    /// Its first 8 hex digits, as they stand in the access line.
    #[must_use]
    pub fn short(&self) -> [u8; 8] {
        let mut digits = [0; 8];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair[0] = HEX[usize::from(byte >> 4)];
            pair[1] = HEX[usize::from(byte & 15)];
        }
        digits
    }

    /// Its first octets, at most 32.
    #[must_use]
    pub fn first_octets<const N: usize>(&self) -> [u8; N] {
        std::array::from_fn(|at| self.0[at])
    }

    /// Which of so many shards it lies in.
    pub(super) fn shard(&self, shards: usize) -> usize {
        usize::from(self.0[0]) % shards
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// A digest is as random as any hash of it would be.
impl Hash for SessionKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [_, _, _, _, _, _, _, _, a, b, c, d, e, f, g, h, ..] = self.0;
        state.write_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
    }
}

impl fmt::Display for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKey({self})")
    }
}

impl FromStr for SessionKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fingerprint: certs::Fingerprint = text.parse().map_err(|_| NotAKey)?;
        Ok(Self(*fingerprint.as_bytes()))
    }
}

/// Not 64 lower-case hex digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a session key is 64 lower-case hex digits")]
pub struct NotAKey;

/// Takes the eight bytes a [`SessionKey`] gives as they are.
#[derive(Debug, Default)]
pub(super) struct Taken(u64);

impl Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = word;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_value_is_read_back_and_no_two_are_alike() {
        let (one, two) = (CookieValue::draw().unwrap(), CookieValue::draw().unwrap());
        assert_eq!(CookieValue::read(one.as_bytes()), Some(one.clone()));
        assert_ne!(one.key(), two.key());
    }

    #[test]
    fn a_second_spelling_of_the_same_bits_is_no_value() {
        let mut text = [b'A'; LENGTH];
        assert!(CookieValue::read(&text).is_some());
        text[LENGTH - 1] = b'B';
        assert_eq!(CookieValue::read(&text), None, "the last character carries two bits that must be zero");
        assert_eq!(CookieValue::read(&[b'A'; LENGTH + 1]), None);
        assert_eq!(CookieValue::read(&[b'A'; LENGTH - 1]), None);
    }

    #[test]
    fn a_key_is_read_back_as_it_was_printed_and_the_secret_is_not_printed() {
        let value = CookieValue::draw().unwrap();
        let key = value.key();
        assert_eq!(key.to_string().parse(), Ok(key));
        assert!(key.to_string().as_bytes().starts_with(&key.short()));
        let octets = key.first_octets::<4>().map(|octet| format!("{octet:02x}")).concat();
        assert_eq!(octets.as_bytes(), key.short());
        assert_eq!(format!("{value:?}"), "CookieValue(…)");
    }
}
