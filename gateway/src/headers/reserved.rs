//! Which headers does a backend believe, and so never get from outside?
//!
//! A backend may fold `X_Forwarded~User` into `X-Forwarded-User` (SECURITY.md#what-others-fell-to), as everything that turns headers into
//! variables does. So names are compared in lower case, and every character that is no letter or digit is read as `-`. What a client sent under such a name is
//! dropped before ours are set, so `Connection: gateway-assertion` takes nothing away.

use std::sync::Arc;

use http::HeaderMap;
use http::header::{
    ALT_SVC, AUTHORIZATION, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    COOKIE, EXPECT, HOST, HeaderName, HeaderValue, MAX_FORWARDS, RANGE, SET_COOKIE, STRICT_TRANSPORT_SECURITY, TE,
    TRAILER, WWW_AUTHENTICATE,
};

use super::our_cookies;
use super::site_wide::{self, CLEAR_SITE_DATA};

/// Reserved beyond the fixed names, which no configuration takes away.
#[derive(Clone, Debug, Default)]
pub struct HeaderSanitizer {
    more: Arc<[Name]>,
}

/// A reserved name, in lower case with hyphens.
#[derive(Clone, Debug)]
enum Name {
    Exactly(String),
    StartingWith(String),
}

/// An entry of the configuration that names no headers.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "{0:?} must be a header's name, or the first three or more characters of names and an asterisk, like \"X-Karte-*\""
)]
pub struct NotAName(pub String);

/// Headers between two neighbours, which say nothing to the one behind (RFC 9110 §7.6.1), and what a message says of its
/// own length, which is said anew: of these no other spelling passes either.
const BETWEEN_NEIGHBOURS: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "http2-settings",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// What has no place in trailers (RFC 9110 §6.5.1): framing, routing, credentials, content format.
static NOT_IN_TRAILERS: [HeaderName; 17] = [
    ALT_SVC,
    AUTHORIZATION,
    CACHE_CONTROL,
    CLEAR_SITE_DATA,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    CONTENT_RANGE,
    CONTENT_TYPE,
    COOKIE,
    EXPECT,
    HOST,
    MAX_FORWARDS,
    RANGE,
    SET_COOKIE,
    STRICT_TRANSPORT_SECURITY,
    TRAILER,
    WWW_AUTHENTICATE,
];

/// Whether a header of this name comes from the gateway or not at all.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    let is = |reserved| exactly(name, reserved);
    let starts = |reserved| starts_with(name, reserved);
    // The first letter tells most names from all of these.
    match name.as_bytes().first().copied().map(folded) {
        Some(b'x') => name.len() > 2 && folded(name.as_bytes()[1]) == b'-' && is_reserved_extension(name),
        Some(b'c') => starts("client-cert") || is("cf-connecting-ip"),
        Some(b'f') => is("forwarded") || is("fastly-client-ip"),
        Some(b'g') => is_ours(name),
        Some(b'p') => starts("proxy"),
        Some(b'r') => is("remote-user"),
        Some(b's') => starts("ssl-"),
        Some(b't') => is("true-client-ip"),
        _ => false,
    }
}

/// As [`is_reserved`], of a name that begins with `x-`; the letter behind it tells most of these from all of those.
fn is_reserved_extension(name: &str) -> bool {
    let is = |reserved| exactly(name, reserved);
    let starts = |reserved| starts_with(name, reserved);
    match folded(name.as_bytes()[2]) {
        b'a' => starts("x-auth"),
        b'c' => starts("x-client-") || is("x-cluster-client-ip"),
        b'd' => starts("x-device"),
        b'f' => starts("x-forwarded-") || is("x-forwarded"),
        b'o' => starts("x-original-"),
        b'r' => starts("x-remote-") || starts("x-rewrite-") || is("x-real-ip") || is("x-request-id"),
        b's' => starts("x-ssl-"),
        b'u' => starts("x-user"),
        b'w' => starts("x-webauth-"),
        _ => false,
    }
}

/// Whether a header of this name is the gateway's own to say, in either direction.
pub(super) fn is_ours(name: &str) -> bool {
    starts_with(name, "gateway-")
}

impl HeaderSanitizer {
    /// The fixed names, and these: a whole name, or a beginning and `*`.
    ///
    /// # Errors
    /// Every entry that is neither.
    pub fn with_more(names: &[String]) -> Result<Self, Vec<NotAName>> {
        let read = |text: &String| {
            let token = |name: &str| HeaderName::from_bytes(name.as_bytes()).is_ok() && !name.contains('*');
            let folded = |name: &str| name.bytes().map(|byte| char::from(folded(byte))).collect::<String>();
            match text.strip_suffix('*') {
                Some(start) if start.len() >= 3 && token(start) => Ok(Name::StartingWith(folded(start))),
                None if token(text) => Ok(Name::Exactly(folded(text))),
                Some(_) | None => Err(NotAName(text.clone())),
            }
        };
        let (more, wrong): (Vec<_>, Vec<_>) = names.iter().map(read).partition(Result::is_ok);
        if wrong.is_empty() {
            Ok(Self { more: more.into_iter().flatten().collect() })
        } else {
            Err(wrong.into_iter().filter_map(Result::err).collect())
        }
    }

    /// As [`is_reserved`], with the names of the configuration.
    #[must_use]
    pub fn is_reserved(&self, name: &str) -> bool {
        is_reserved(name)
            || self.more.iter().any(|more| match more {
                Name::Exactly(reserved) => exactly(name, reserved),
                Name::StartingWith(start) => starts_with(name, start),
            })
    }

    /// Drops from a request what is reserved, what ends at this hop, and our cookies; to be called before
    /// ours are set. Gives back how many reserved lines there were. Of `TE`, `trailers` stays: we pass
    /// them on.
    pub fn clean_request(&self, headers: &mut HeaderMap) -> usize {
        let stripped = self.drop_reserved(headers);
        let trailers = tokens(headers, &TE).any(|token| token.eq_ignore_ascii_case(b"trailers"));
        drop_hop_by_hop(headers);
        if trailers {
            headers.insert(TE, HeaderValue::from_static("trailers"));
        }
        our_cookies::cut(headers);
        stripped
    }

    /// Drops from a backend's answer what ends at this hop, what is said for the whole site, and cookies under our names;
    /// gives back how many cookies there were. An upgrade the backend agreed to is to be read off before.
    pub fn clean_answer(&self, headers: &mut HeaderMap) -> usize {
        drop_hop_by_hop(headers);
        site_wide::drop_from(headers);
        our_cookies::refuse(headers)
    }

    /// Drops from trailers, of either direction, what is reserved and what has no place there; gives back
    /// how many reserved lines there were.
    pub fn clean_trailers(&self, trailers: &mut HeaderMap) -> usize {
        let stripped = self.drop_reserved(trailers);
        drop_hop_by_hop(trailers);
        let misplaced = |name: &&HeaderName| NOT_IN_TRAILERS.iter().any(|each| exactly(name.as_str(), each.as_str()));
        let misplaced: Vec<HeaderName> = trailers.keys().filter(misplaced).cloned().collect();
        for name in &misplaced {
            trailers.remove(name);
        }
        stripped
    }

    fn drop_reserved(&self, headers: &mut HeaderMap) -> usize {
        // Allocates nothing until there is something to drop.
        let reserved: Vec<HeaderName> =
            headers.keys().filter(|name| self.is_reserved(name.as_str())).cloned().collect();
        let mut stripped = 0;
        for name in reserved {
            stripped += headers.get_all(&name).iter().count();
            headers.remove(&name);
        }
        stripped
    }
}

/// Also what `Connection` names, as RFC 9110 §7.6.1 has it; in whatever spelling, for what ends here must not begin again
/// behind a reader that folds it.
fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let known =
        |token: &[u8]| [&b"keep-alive"[..], b"close", b"upgrade", b"te"].iter().any(|k| k.eq_ignore_ascii_case(token));
    let named: Vec<String> = tokens(headers, &CONNECTION)
        .filter(|token| !token.is_empty() && !known(token))
        .map(|token| token.iter().map(|&byte| char::from(folded(byte))).collect())
        .collect();
    // Few headers have a hop to end at, so looking through them costs less than looking for each of ours.
    let ends = |name: &&HeaderName| ends_here(name.as_str()) || named.iter().any(|named| exactly(name.as_str(), named));
    let ended: Vec<HeaderName> = headers.keys().filter(ends).cloned().collect();
    for name in &ended {
        headers.remove(name);
    }
}

/// Whether a header of this name says something to the next one on the way only.
fn ends_here(name: &str) -> bool {
    match name.as_bytes().first().copied().map(folded) {
        Some(b'c' | b'h' | b'k' | b'p' | b't' | b'u') => {
            BETWEEN_NEIGHBOURS.iter().any(|each| exactly(name, each))
                || (exactly(name, "content-length") && name != CONTENT_LENGTH.as_str())
        }
        _ => false,
    }
}

fn tokens<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h [u8]> {
    headers
        .get_all(name)
        .into_iter()
        .flat_map(|value| value.as_bytes().split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
}

/// A byte of a name as the most lenient backend reads it.
const fn folded(byte: u8) -> u8 {
    FOLDED[byte as usize]
}

const FOLDED: [u8; 256] = {
    let mut folded = [b'-'; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            folded[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    folded
};

fn starts_with(name: &str, reserved: &str) -> bool {
    name.len() >= reserved.len() && name.bytes().zip(reserved.bytes()).all(|(one, other)| folded(one) == other)
}

fn exactly(name: &str, reserved: &str) -> bool {
    name.len() == reserved.len() && starts_with(name, reserved)
}
