//! SHA-256 (FIPS 180-4), written in 64 lower-case hexadecimal digits.

use aws_lc_rs::digest::{SHA256, digest};

/// The digits over these octets.
pub(crate) fn sha256(octets: impl AsRef<[u8]>) -> String {
    hex::encode(digest(&SHA256, octets.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_nothing_is_the_standards() {
        assert_eq!(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
