//! By what name does a person ask about a request, and by what name do machines?
//!
//! A page shows a short [`Reference`] that can be read out on the telephone; the backend gets the
//! whole [`RequestId`], of which the reference is a part: from either, the line is found.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;

use http::HeaderValue;

use super::escape;

/// 128 bits that name one request. Printed as 32 lower-case hex digits.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct RequestId([u8; 16]);

/// 40 bits of a request's id, written like `K7P3-W9QX`.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Reference([u8; 9]);

/// 32 characters none of which is taken for another: no 0 and O, no 1 and I.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

thread_local! {
    static DRAW: (RandomState, std::cell::Cell<u64>) = (RandomState::new(), std::cell::Cell::new(0));
}

impl RequestId {
    /// A new id: a keyed hash (SipHash) of a counter, under a key that the system drew for this
    /// thread. Nobody who saw some ids can tell another; no draw can fail or wait.
    #[must_use]
    pub fn draw() -> Self {
        DRAW.with(|(key, counter)| {
            let count = counter.get();
            counter.set(count.wrapping_add(2));
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&key.hash_one(count).to_le_bytes());
            bytes[8..].copy_from_slice(&key.hash_one(count.wrapping_add(1)).to_le_bytes());
            Self(bytes)
        })
    }

    /// An id that is known already.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The short code for people.
    #[must_use]
    pub fn reference(&self) -> Reference {
        let mut bits = self.0[..5].iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let mut text = *b"0000-0000";
        for place in [8, 7, 6, 5, 3, 2, 1, 0] {
            text[place] = ALPHABET[(bits & 31) as usize];
            bits >>= 5;
        }
        Reference(text)
    }

    /// The id as `X-Request-Id` carries it.
    #[must_use]
    pub fn header_value(&self) -> HeaderValue {
        HeaderValue::from_str(&self.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

impl Reference {
    pub(super) const fn as_bytes(&self) -> &[u8; 9] {
        &self.0
    }
}

impl FromStr for Reference {
    type Err = ReferenceRefusal;

    /// As people type it: small letters, without the hyphen or with spaces instead.
    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        let mut text = *b"0000-0000";
        let mut places = [0, 1, 2, 3, 5, 6, 7, 8].into_iter();
        for b in typed.bytes().filter(|b| !matches!(b, b'-' | b' ')) {
            let letter = b.to_ascii_uppercase();
            if !ALPHABET.contains(&letter) {
                return Err(ReferenceRefusal);
            }
            text[places.next().ok_or(ReferenceRefusal)?] = letter;
        }
        if places.next().is_some() { Err(ReferenceRefusal) } else { Ok(Self(text)) }
    }
}

/// Not eight letters and digits of the alphabet.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a reference is eight letters and digits like K7P3-W9QX, without 0, O, 1 and I")]
pub struct ReferenceRefusal;

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(32);
        escape::hex(&mut text, &self.0);
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reference({self})")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_requests_have_one_id_whichever_thread_drew_it() {
        let draw = || (0..10_000).map(|_| RequestId::draw()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(draw)).collect();
        let ids: HashSet<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(ids.len(), 40_000);
    }

    #[test]
    fn a_reference_is_found_however_it_was_read_out() {
        let reference = RequestId::from_bytes([0xff, 0, 0xff, 0, 7, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]).reference();
        assert_eq!(reference.to_string(), "ZW2H-Y229");
        for typed in ["ZW2H-Y229", "zw2hy229", "ZW2H Y229", "z w 2 h y 2 2 9"] {
            assert_eq!(typed.parse(), Ok(reference), "{typed}");
        }
        for typed in ["", "ZW2H-Y22", "ZW2H-Y2290", "ZW2H-Y22O", "ZW2H-Y22\n", "ZW2H-Y22９"] {
            assert_eq!(typed.parse::<Reference>(), Err(ReferenceRefusal), "{typed}");
        }
    }

    #[test]
    fn an_id_is_a_header_value() {
        assert_eq!(RequestId::from_bytes([0xab; 16]).header_value(), "ab".repeat(16));
    }
}
