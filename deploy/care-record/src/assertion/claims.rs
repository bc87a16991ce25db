//! What does a `Gateway-Assertion` say? The claims as they are spelled (RFC 7519 §4, RFC 8705 §3.1).

use serde::Deserialize;

/// The claims of one assertion, read and not yet believed.
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    /// The gateway that says so.
    pub iss: String,
    /// The upstream it says so to.
    pub aud: String,
    /// Login ID of the system user.
    pub sub: String,
    /// Seconds since 1970.
    pub iat: u64,
    /// Seconds since 1970.
    pub exp: u64,
    /// Number of the user's office.
    pub office: String,
    /// Number of the device.
    pub device: String,
    /// Operator roles; empty for care workers.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The room this request is for.
    pub room: Option<String>,
    /// Both factors by name: `pwd`, `swk` or `hwk`, `mfa` (RFC 8176).
    pub amr: Vec<String>,
    /// The certificate of the connection.
    pub cnf: Confirmation,
    /// Method, where the assertion is made for one request.
    pub htm: Option<String>,
    /// Path, where the assertion is made for one request.
    pub htp: Option<String>,
    /// base64url of the query's SHA-256; absent without a query.
    pub htq: Option<String>,
    /// base64url of the body's SHA-256, where its length is known and at most [`super::binding::BODY_LIMIT`].
    pub htb: Option<String>,
}

/// RFC 8705 §3.1.
#[derive(Debug, Clone, Deserialize)]
pub struct Confirmation {
    /// base64url of the certificate's SHA-256.
    #[serde(rename = "x5t#S256")]
    pub x5t_s256: String,
}
