//! Did the gateway say that this device was shown to it, with a certificate that has ended?

use certs::{DeviceNo, Timestamp};
use jsonwebtoken::DecodingKey;
use serde::Deserialize;

use super::token::{AssertionRefusal, SKEW, signed};

/// `aud`: no assertion has it, and it is none.
const AUDIENCE: &str = "renewal-after-end";
/// Seconds for which the statement is believed: longer than an assertion, since a person walks from page to page with it.
const LIFE: i64 = 3_600;

#[derive(Deserialize)]
struct ShownClaims {
    iss: String,
    aud: String,
    iat: i64,
    device: String,
}

/// Believes a statement about a device; which.
pub(crate) fn device_shown(
    (token, key): (&str, &DecodingKey),
    issuer: &str,
    now: Timestamp,
) -> Result<DeviceNo, AssertionRefusal> {
    let shown: ShownClaims = signed(token, key)?;
    if shown.iss != issuer || shown.aud != AUDIENCE {
        return Err(AssertionRefusal::NotForUs);
    }
    let age = now.unix().saturating_sub(shown.iat);
    if !(-SKEW..=LIFE).contains(&age) {
        return Err(AssertionRefusal::Expired);
    }
    shown.device.parse().map_err(|_| AssertionRefusal::Malformed)
}
