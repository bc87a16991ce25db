//! Who says so? The gateway, by the key that signs its assertions, of this very batch and for a minute.

use certs::Timestamp;
use http::HeaderValue;
use serde::Serialize;

use crate::proxy::{Keys, SigningFailed, digest_of};

/// `aud`: no upstream's, so that no report passes for an assertion, nor the other way round.
const AUDIENCE: &str = "desk-reports";

#[derive(Serialize)]
struct Statement<'a> {
    aud: &'static str,
    sub: &'a str,
    htb: String,
}

/// The value of `Gateway-Report`.
pub(super) fn sign(keys: &Keys, gateway: &str, body: &[u8], now: Timestamp) -> Result<HeaderValue, SigningFailed> {
    keys.sign(&Statement { aud: AUDIENCE, sub: gateway, htb: digest_of(body) }, now)
}
