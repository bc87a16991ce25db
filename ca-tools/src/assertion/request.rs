//! Did the gateway say this, to us, now, of this very request?
//!
//! The gateway verified two factors; its assertion says whose they were (gateway/README.md#the-assertion). The desk acts
//! for that person, so an assertion that could be used for anything else than this request is none.

use aws_lc_rs::digest;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use certs::{DeviceNo, Timestamp};
use jsonwebtoken::DecodingKey;
use registry::{LoginId, OfficeNo};
use serde::Deserialize;

use super::token::{AssertionRefusal, lives, signed};

/// The request as it was received, and to whom it was received.
#[derive(Clone, Copy, Debug)]
pub struct ReceivedRequest<'a> {
    /// `iss` of the gateway.
    pub issuer: &'a str,
    /// `aud`: our own name.
    pub audience: &'a str,
    /// Its method.
    pub method: &'a str,
    /// Its path.
    pub path: &'a str,
    /// Its query.
    pub query: Option<&'a str>,
    /// Its body.
    pub body: &'a [u8],
    /// Whether it may be longer than a gateway binds.
    pub long: LongBody,
}

/// Proof that the gateway said this of this request. Made only by [`verify`].
#[must_use]
#[derive(Debug)]
pub struct VerifiedAssertion {
    login_id: LoginId,
    office: OfficeNo,
    device: DeviceNo,
    certificate: String,
}

impl VerifiedAssertion {
    /// Who asks.
    #[must_use]
    pub fn login_id(&self) -> &LoginId {
        &self.login_id
    }

    /// Of which office.
    #[must_use]
    pub fn office(&self) -> &OfficeNo {
        &self.office
    }

    /// On which device.
    #[must_use]
    pub fn device(&self) -> DeviceNo {
        self.device
    }

    /// With which certificate: base64url SHA-256 of its DER (RFC 8705 `x5t#S256`).
    #[must_use]
    pub fn certificate(&self) -> &str {
        &self.certificate
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
    amr: Vec<String>,
    office: String,
    device: String,
    cnf: Confirmation,
    htm: Option<String>,
    htp: Option<String>,
    htq: Option<String>,
    htb: Option<String>,
}

#[derive(Deserialize)]
struct Confirmation {
    #[serde(rename = "x5t#S256")]
    thumbprint: String,
}

/// What holds of a body that is longer than a gateway binds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum LongBody {
    /// Nothing here is so long.
    #[default]
    Bound,
    /// A file that is only looked at: what is done about it afterwards is asked for by a request of its own, which is bound.
    OnlyLookedAt,
}

impl LongBody {
    /// Longer than this no body is bound, by what gateways promise.
    const MOST_BOUND: usize = 64 << 10;

    fn may_be_unbound(self, body: &[u8]) -> bool {
        body.is_empty() || (self == Self::OnlyLookedAt && body.len() > Self::MOST_BOUND)
    }
}

/// Believes a token, or says why not.
///
/// # Errors
/// What does not hold.
pub fn verify(
    token: &str,
    key: &DecodingKey,
    received: &ReceivedRequest<'_>,
    now: Timestamp,
) -> Result<VerifiedAssertion, AssertionRefusal> {
    let claims: Claims = signed(token, key)?;
    if claims.iss != received.issuer || claims.aud != received.audience {
        return Err(AssertionRefusal::NotForUs);
    }
    lives(claims.iat, claims.exp, now)?;
    let says = |factor: &str| claims.amr.iter().any(|named| named == factor);
    if !(says("pwd") && (says("swk") || says("hwk"))) {
        return Err(AssertionRefusal::OneFactor);
    }
    let digested = |octets: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, octets));
    let body = Some(digested(received.body));
    let bound = claims.htm.as_deref() == Some(received.method)
        && claims.htp.as_deref() == Some(received.path)
        && claims.htq == received.query.map(|query| digested(query.as_bytes()))
        && (claims.htb == body || (claims.htb.is_none() && received.long.may_be_unbound(received.body)));
    if !bound {
        return Err(AssertionRefusal::OtherRequest);
    }
    Ok(VerifiedAssertion {
        login_id: claims.sub.parse().map_err(|_| AssertionRefusal::Malformed)?,
        office: claims.office.parse().map_err(|_| AssertionRefusal::Malformed)?,
        device: claims.device.parse().map_err(|_| AssertionRefusal::Malformed)?,
        certificate: claims.cnf.thumbprint,
    })
}
