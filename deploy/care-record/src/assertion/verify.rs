//! Is this assertion the gateway's, for us, for now?

use jsonwebtoken::{Algorithm, DecodingKey, Validation, errors::ErrorKind};

use super::{AssertionRefusal, Claims};

/// How far two machines' clocks may stand apart, in seconds.
pub const SKEW: u64 = 5;
/// The gateway never signs for longer (seconds).
pub const LONGEST_LIFE: u64 = 60;

/// Whose word we take, and under which name we are spoken to.
#[derive(Debug, Clone)]
pub struct Expected {
    /// `iss` of the gateway.
    pub issuer: String,
    /// `aud`: our own name.
    pub audience: String,
}

/// Proof that the gateway said this, to us, and that it still holds. Made only by [`verify`].
#[must_use]
#[derive(Debug)]
pub struct Statement(Claims);

impl Statement {
    /// What was said.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.0
    }
}

/// The name of the key that a token says it was signed with. Nothing in it is believed yet.
///
/// # Errors
/// The token cannot be read, is not ES256, or demands an extension (`crit`) that nobody here knows (RFC 7515 §4.1.11).
pub fn key_name(token: &str) -> Result<String, AssertionRefusal> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| unreadable(token))?;
    if header.alg != Algorithm::ES256 {
        return Err(AssertionRefusal::Algorithm);
    }
    if header.crit.is_some() {
        return Err(AssertionRefusal::Malformed);
    }
    header.kid.ok_or(AssertionRefusal::Malformed)
}

/// A header whose `alg` the library has no word for (`none` is one) is told from one that is no header.
fn unreadable(token: &str) -> AssertionRefusal {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let header = token.split('.').next().unwrap_or_default();
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).unwrap_or_default();
    match serde_json::from_slice::<serde_json::Value>(&header) {
        Ok(header) if header.get("alg").is_some_and(|alg| alg != "ES256") => AssertionRefusal::Algorithm,
        Ok(_) | Err(_) => AssertionRefusal::Malformed,
    }
}

/// Believes a token, or says why not. `now` in seconds since 1970.
///
/// # Errors
/// Each claim that does not hold, by its name.
pub fn verify(token: &str, key: &DecodingKey, expected: &Expected, now: u64) -> Result<Statement, AssertionRefusal> {
    let claims = signed(token, key)?;
    if claims.iss != expected.issuer {
        return Err(AssertionRefusal::Issuer);
    }
    if claims.aud != expected.audience {
        return Err(AssertionRefusal::Audience);
    }
    if claims.iat > now.saturating_add(SKEW) || claims.exp < claims.iat || claims.exp - claims.iat > LONGEST_LIFE {
        return Err(AssertionRefusal::Lifetime);
    }
    if claims.exp.saturating_add(SKEW) <= now {
        return Err(AssertionRefusal::Expired);
    }
    let says = |factor: &str| claims.amr.iter().any(|named| named == factor);
    if !(says("pwd") && says("mfa") && (says("swk") || says("hwk"))) {
        return Err(AssertionRefusal::OneFactor);
    }
    Ok(Statement(claims))
}

/// The library's own checks of time and audience are off: they read the clock themselves.
fn signed(token: &str, key: &DecodingKey) -> Result<Claims, AssertionRefusal> {
    let mut only_signature = Validation::new(Algorithm::ES256);
    only_signature.validate_exp = false;
    only_signature.validate_aud = false;
    only_signature.required_spec_claims.clear();
    jsonwebtoken::decode(token, key, &only_signature).map(|token| token.claims).map_err(|error| {
        if matches!(error.kind(), ErrorKind::InvalidSignature) {
            AssertionRefusal::Signature
        } else {
            AssertionRefusal::Malformed
        }
    })
}
