//! What the backend is told of who asks: a signed statement, good for a minute.

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certs::{Fingerprint, Timestamp};
use http::HeaderValue;
use registry::Assurance;
use serde::Serialize;

/// Seconds from `iat` to `exp`.
const LASTS: i64 = 60;

/// The keys that sign assertions (ES256, RFC 7518 §3.4): the present one, and the next, which is only published.
#[derive(Debug)]
pub struct Keys {
    issuer: String,
    key: EcdsaKeyPair,
    head: String,
    jwks: String,
}

/// A key that cannot sign assertions.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("is no P-256 key in PKCS#8")]
pub struct KeyRefusal;

/// What an assertion states (gateway/README.md#the-assertion).
#[derive(Debug, Serialize)]
pub struct Claims<'a> {
    /// The upstream.
    pub aud: &'a str,
    /// The login ID.
    pub sub: &'a str,
    /// The person's office.
    pub office: &'a str,
    /// The device's number.
    pub device: String,
    /// Operator roles.
    pub roles: Vec<&'static str>,
    /// The room, where the route is a room's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<&'a str>,
    /// The factors (RFC 8176).
    pub amr: [&'static str; 3],
    /// The certificate of this very connection (RFC 8705 §3.1).
    pub cnf: Confirmation,
    /// The very request, where the route binds it.
    #[serde(flatten)]
    pub request: Option<RequestBinding>,
}

/// `cnf`.
#[derive(Debug, Serialize)]
pub struct Confirmation {
    /// base64url of SHA-256 over the certificate's DER.
    #[serde(rename = "x5t#S256")]
    pub thumbprint: String,
}

/// The request that an assertion was made for.
#[derive(Clone, Debug, Serialize)]
pub struct RequestBinding {
    /// Method.
    pub htm: String,
    /// Path.
    pub htp: String,
    /// base64url SHA-256 of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub htq: Option<String>,
    /// base64url SHA-256 of the body, where its length was known and small.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub htb: Option<String>,
}

#[derive(Serialize)]
struct SignedClaims<'a, C> {
    iss: &'a str,
    iat: i64,
    exp: i64,
    #[serde(flatten)]
    claims: &'a C,
}

impl Keys {
    /// Reads the keys' PKCS#8 DER.
    ///
    /// # Errors
    /// [`KeyRefusal`] where one is no P-256 key.
    pub fn new(issuer: String, key: &[u8], next: Option<&[u8]>) -> Result<Self, KeyRefusal> {
        let read = |der| EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| KeyRefusal);
        let key = read(key)?;
        let mut public = vec![jwk(&key)];
        if let Some(next) = next {
            public.push(jwk(&read(next)?));
        }
        let kid = &public[0].1;
        let head = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"ES256","typ":"JWT","kid":"{kid}"}}"#));
        let keys: Vec<_> = public.iter().map(|(jwk, _)| jwk.as_str()).collect();
        let jwks = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        Ok(Self { issuer, key, head, jwks })
    }

    /// The public keys (RFC 7517 §5).
    #[must_use]
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    /// Signs `claims`, those of an assertion or another statement of the gateway's, as of `now`.
    ///
    /// # Errors
    /// [`SigningFailed`]; there is then nothing to send, and the request is refused.
    pub fn sign(&self, claims: &impl Serialize, now: Timestamp) -> Result<HeaderValue, SigningFailed> {
        let statement = SignedClaims { iss: &self.issuer, iat: now.unix(), exp: now.unix() + LASTS, claims };
        let statement = serde_json::to_vec(&statement).map_err(|_| SigningFailed)?;
        let mut token = String::with_capacity(self.head.len() + statement.len() * 4 / 3 + 96);
        token.push_str(&self.head);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&statement, &mut token);
        let signature = self.key.sign(&SystemRandom::new(), token.as_bytes()).map_err(|_| SigningFailed)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
        let mut value = HeaderValue::from_maybe_shared(token).map_err(|_| SigningFailed)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// The library could not sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an assertion could not be signed")]
pub struct SigningFailed;

impl Confirmation {
    /// Of this certificate.
    #[must_use]
    pub fn of(fingerprint: Fingerprint) -> Self {
        Self { thumbprint: URL_SAFE_NO_PAD.encode(fingerprint.as_bytes()) }
    }
}

/// `amr` of two factors, the first kept so.
#[must_use]
pub fn factors(assurance: Assurance) -> [&'static str; 3] {
    match assurance {
        Assurance::Swk => ["pwd", "swk", "mfa"],
        Assurance::Hwk => ["pwd", "hwk", "mfa"],
    }
}

/// base64url SHA-256, as the bindings state it.
#[must_use]
pub fn digest_of(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, octets))
}

/// The key as JWK, and its thumbprint (RFC 7638) as its name.
fn jwk(key: &EcdsaKeyPair) -> (String, String) {
    let point = key.public_key().as_ref();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..65]));
    let kid = digest_of(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#).as_bytes());
    let jwk = format!(r#"{{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"{kid}","x":"{x}","y":"{y}"}}"#);
    (jwk, kid)
}
