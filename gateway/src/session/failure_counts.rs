//! Small counts that both stores keep for the login: read, decided on elsewhere, and written back only if nobody was
//! faster. So the rule stands in one place (`login::lockout`) and is atomic in either store. Counts that belong together are
//! written together: all of them, or none.

use std::fmt::Write as _;

use certs::{DeviceNo, Timestamp};

/// Whose count.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct CountKey(String);

impl CountKey {
    /// Of an ID as it was typed, whether or not it exists. The store sees its SHA-256.
    #[must_use]
    pub fn of_id(typed: &str) -> Self {
        Self(named("f:", typed))
    }

    /// Of a device.
    #[must_use]
    pub fn of_device(device: DeviceNo) -> Self {
        Self(format!("g:{device}"))
    }

    /// As the store knows it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A prefix and the SHA-256 of a name, in hex.
pub(super) fn named(prefix: &str, name: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, name.as_bytes());
    let mut text = String::with_capacity(prefix.len() + 64);
    text.push_str(prefix);
    for byte in digest.as_ref() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// One write: `new` takes the place of `old` if `old` is still what the store has. Empty means nothing.
#[derive(Clone, Copy, Debug)]
pub struct Swap<'a> {
    /// Whose count.
    pub key: &'a CountKey,
    /// What was read.
    pub old: &'a [u8],
    /// What shall stand there.
    pub new: &'a [u8],
    /// Now.
    pub now: Timestamp,
    /// For how many seconds it matters.
    pub keep: i64,
}
