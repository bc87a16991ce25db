//! Does a gateway of ours say so, now, of this very batch?

use aws_lc_rs::digest;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use certs::Timestamp;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;

use super::token::{AssertionRefusal, lives, signed};

/// `aud`: nobody's who takes assertions, so that neither passes for the other.
const AUDIENCE: &str = "desk-reports";

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
    htb: String,
}

/// Believes a statement about a batch; the name of the gateway that made it.
pub(crate) fn gateway_of(
    token: &str,
    key: &DecodingKey,
    issuer: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<String, AssertionRefusal> {
    let claims: Claims = signed(token, key)?;
    if claims.iss != issuer || claims.aud != AUDIENCE {
        return Err(AssertionRefusal::NotForUs);
    }
    lives(claims.iat, claims.exp, now)?;
    if claims.htb != BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, body)) {
        return Err(AssertionRefusal::OtherRequest);
    }
    Ok(claims.sub)
}
