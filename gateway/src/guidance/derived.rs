//! Keys for cookies, derived from the assertion keys that all gateways of a house share: they agree without a setting more,
//! and a restart voids nothing.

use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use zeroize::Zeroizing;

/// A key from which none can be derived.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("is no P-256 key in PKCS#8")]
pub struct NotDerivable;

/// HKDF-SHA256 (RFC 5869) of the private scalar; `label` keeps the keys apart.
pub(super) fn derived(pkcs8: &[u8], label: &[u8]) -> Result<Zeroizing<[u8; 32]>, NotDerivable> {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map_err(|_| NotDerivable)?;
    let secret = pair.private_key().as_be_bytes().map_err(|_| NotDerivable)?;
    let key = Salt::none(HKDF_SHA256).extract(secret.as_ref());
    let mut octets = Zeroizing::new([0; 32]);
    let filled = key.expand(&[label], HKDF_SHA256).and_then(|key| key.fill(&mut *octets));
    filled.map_err(|_| NotDerivable)?;
    Ok(octets)
}
