//! Octets as lower-case hexadecimal digits, two for each; and SHA-256 (FIPS 180-4) written so.

use std::fmt::Write;

use aws_lc_rs::digest::{SHA256, digest};

/// The digits.
pub(crate) fn hex(octets: impl AsRef<[u8]>) -> String {
    let octets = octets.as_ref();
    octets.iter().fold(String::with_capacity(2 * octets.len()), |mut text, octet| {
        // A string takes whatever is written.
        let _ = write!(text, "{octet:02x}");
        text
    })
}

/// 64 digits over these octets.
pub(crate) fn sha256(octets: impl AsRef<[u8]>) -> String {
    hex(digest(&SHA256, octets.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_two_digits_each() {
        assert_eq!(hex([0, 0x0a, 0xff]), "000aff");
        assert_eq!(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
