//! Was this assertion made for this very request? Asked where it says so (`request_binding` of a route).

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::{AssertionRefusal, Claims};

/// Bodies longer than this carry no digest (64 KiB).
pub const BODY_LIMIT: u64 = 64 * 1024;

/// What an assertion says about the request it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// Made for one request whose body is not digested.
    Head,
    /// Made for one request with this body: base64url of its SHA-256.
    HeadAndBody(String),
    /// Made for a session, not for one request.
    None,
}

/// The line of a request that a binding covers.
#[derive(Debug, Clone, Copy)]
pub struct RequestLine<'a> {
    /// As received.
    pub method: &'a str,
    /// As received, escapes untouched.
    pub path: &'a str,
    /// Without the question mark.
    pub query: Option<&'a str>,
    /// Length of the body where the request states one.
    pub body_length: Option<u64>,
}

/// Holds the request against the claims; what is left to check is the body.
///
/// # Errors
/// The part that differs. A request of a stated small length whose assertion has no `htb` is refused too: the
/// body could be anybody's.
pub fn of(claims: &Claims, line: RequestLine<'_>) -> Result<Binding, AssertionRefusal> {
    if claims.htm.is_none() && claims.htp.is_none() && claims.htq.is_none() && claims.htb.is_none() {
        return Ok(Binding::None);
    }
    if claims.htm.as_deref() != Some(line.method) {
        return Err(AssertionRefusal::Method);
    }
    if claims.htp.as_deref() != Some(line.path) {
        return Err(AssertionRefusal::Path);
    }
    let query = line.query.filter(|query| !query.is_empty()).map(|query| digested(query.as_bytes()));
    let said = claims.htq.clone().filter(|said| *said != digested(b""));
    if said != query {
        return Err(AssertionRefusal::Query);
    }
    match (&claims.htb, line.body_length) {
        (Some(digest), _) => Ok(Binding::HeadAndBody(digest.clone())),
        (None, Some(1..=BODY_LIMIT)) => Err(AssertionRefusal::Body),
        (None, Some(_) | None) => Ok(Binding::Head),
    }
}

/// base64url without padding of the SHA-256.
#[must_use]
pub fn digested(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, bytes))
}
