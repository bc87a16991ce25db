//! A token of the gateway's (RFC 7519, ES256): did its key sign it, and is this its time?

use certs::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::de::DeserializeOwned;

/// How far two machines' clocks may stand apart, in seconds.
pub(super) const SKEW: i64 = 5;
/// The gateway never signs for longer, in seconds.
const LONGEST_LIFE: i64 = 60;

/// The name of the key that a token says it was signed with. Nothing in it is believed yet.
///
/// # Errors
/// Not a token, or not an ES256 one (`none` included), or one that demands what nobody here knows
/// (`crit`, RFC 7515 §4.1.11).
pub(crate) fn key_name(token: &str) -> Result<String, AssertionRefusal> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| AssertionRefusal::Malformed)?;
    if header.alg != Algorithm::ES256 || header.crit.is_some() {
        return Err(AssertionRefusal::Malformed);
    }
    header.kid.ok_or(AssertionRefusal::Malformed)
}

/// Is this its time? The gateway signs for a minute at most.
pub(super) fn lives(iat: i64, exp: i64, now: Timestamp) -> Result<(), AssertionRefusal> {
    let now = now.unix();
    if iat > now.saturating_add(SKEW) || !(0..=LONGEST_LIFE).contains(&exp.saturating_sub(iat)) {
        return Err(AssertionRefusal::Lifetime);
    }
    if exp.saturating_add(SKEW) <= now {
        return Err(AssertionRefusal::Expired);
    }
    Ok(())
}

/// The library's own checks of time and audience are off: they read the clock themselves.
pub(super) fn signed<Claims: DeserializeOwned>(token: &str, key: &DecodingKey) -> Result<Claims, AssertionRefusal> {
    let mut only_signature = Validation::new(Algorithm::ES256);
    only_signature.validate_exp = false;
    only_signature.validate_aud = false;
    only_signature.required_spec_claims.clear();
    let token = jsonwebtoken::decode(token, key, &only_signature).map_err(|why| {
        if matches!(why.kind(), jsonwebtoken::errors::ErrorKind::InvalidSignature) {
            AssertionRefusal::Signature
        } else {
            AssertionRefusal::Malformed
        }
    })?;
    Ok(token.claims)
}

/// Why an assertion is not believed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AssertionRefusal {
    /// Too old.
    #[error("the assertion has expired")]
    Expired,
    /// Signed for longer than the gateway does, or in the future.
    #[error("the assertion's times cannot be the gateway's")]
    Lifetime,
    /// Not an ES256 token with our claims.
    #[error("the assertion cannot be read")]
    Malformed,
    /// There is none.
    #[error("there is no assertion")]
    Missing,
    /// Of another issuer, or for another audience.
    #[error("the assertion is not this gateway's, or not for the desk")]
    NotForUs,
    /// Without both factors.
    #[error("the assertion does not state both factors")]
    OneFactor,
    /// For another method, path, query or body.
    #[error("the assertion was made for another request")]
    OtherRequest,
    /// Not signed by the gateway.
    #[error("the assertion's signature does not verify")]
    Signature,
    /// The gateway does not list the key, or cannot be asked.
    #[error("the assertion's key is not among the gateway's")]
    UnknownKey,
}
