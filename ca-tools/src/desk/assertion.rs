//! Did the gateway say this, to us, now, of this very request?
//!
//! The gateway verified two factors; its assertion says whose they were (DESIGN §7). The desk acts
//! for that person, so an assertion that could be used for anything else than this request is none.

use aws_lc_rs::digest;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use certs::{DeviceNo, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use registry::{LoginId, OfficeNo};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// How far two machines' clocks may stand apart, in seconds.
const SKEW: i64 = 5;
/// The gateway never signs for longer, in seconds.
const LONGEST_LIFE: i64 = 60;

/// The request as it was received, and to whom it was spoken.
#[derive(Clone, Copy, Debug)]
pub struct Spoken<'a> {
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
}

/// Proof that the gateway said this of this request. Made only by [`verify`].
#[must_use]
#[derive(Debug)]
pub struct Statement {
    login_id: LoginId,
    office: OfficeNo,
    device: DeviceNo,
    certificate: String,
}

impl Statement {
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

/// The name of the key that a token says it was signed with. Nothing in it is believed yet.
///
/// # Errors
/// Not a token, or not an ES256 one (`none` included), or one that demands what nobody here knows
/// (`crit`, RFC 7515 §4.1.11).
pub(super) fn key_name(token: &str) -> Result<String, AssertionRefusal> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| AssertionRefusal::Malformed)?;
    if header.alg != Algorithm::ES256 || header.crit.is_some() {
        return Err(AssertionRefusal::Malformed);
    }
    header.kid.ok_or(AssertionRefusal::Malformed)
}

/// Believes a token, or says why not.
///
/// # Errors
/// What does not hold.
pub fn verify(
    token: &str,
    key: &DecodingKey,
    spoken: &Spoken<'_>,
    now: Timestamp,
) -> Result<Statement, AssertionRefusal> {
    let claims: Claims = signed(token, key)?;
    if claims.iss != spoken.issuer || claims.aud != spoken.audience {
        return Err(AssertionRefusal::NotForUs);
    }
    lives(claims.iat, claims.exp, now)?;
    let says = |factor: &str| claims.amr.iter().any(|named| named == factor);
    if !(says("pwd") && (says("swk") || says("hwk"))) {
        return Err(AssertionRefusal::OneFactor);
    }
    let digested = |octets: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, octets));
    let body = Some(digested(spoken.body));
    let bound = claims.htm.as_deref() == Some(spoken.method)
        && claims.htp.as_deref() == Some(spoken.path)
        && claims.htq == spoken.query.map(|query| digested(query.as_bytes()))
        && (claims.htb == body || (claims.htb.is_none() && spoken.body.is_empty()));
    if !bound {
        return Err(AssertionRefusal::OtherRequest);
    }
    Ok(Statement {
        login_id: claims.sub.parse().map_err(|_| AssertionRefusal::Malformed)?,
        office: claims.office.parse().map_err(|_| AssertionRefusal::Malformed)?,
        device: claims.device.parse().map_err(|_| AssertionRefusal::Malformed)?,
        certificate: claims.cnf.thumbprint,
    })
}

/// Is this its time? The gateway signs for a minute at most.
pub(crate) fn lives(iat: i64, exp: i64, now: Timestamp) -> Result<(), AssertionRefusal> {
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
pub(crate) fn signed<Claims: DeserializeOwned>(token: &str, key: &DecodingKey) -> Result<Claims, AssertionRefusal> {
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
