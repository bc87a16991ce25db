//! Which headers does a backend believe, and so never get from outside?
//!
//! A backend may fold `X_Forwarded.User` into `X-Forwarded-User` (`PEERS.md` class 18), so names are
//! compared in lower case with `_`, `.` and space read as `-`. What a client sent under such a name is
//! dropped before ours are set, so `Connection: gateway-assertion` takes nothing away (class 19).

use std::sync::Arc;

use http::HeaderMap;
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, COOKIE,
    EXPECT, HOST, HeaderName, HeaderValue, MAX_FORWARDS, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, RANGE, SET_COOKIE,
    TE, TRAILER, TRANSFER_ENCODING, UPGRADE, WWW_AUTHENTICATE,
};

use super::our_cookies;

/// Reserved beyond the fixed names, which no configuration takes away.
#[derive(Clone, Debug, Default)]
pub struct Hygiene {
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

/// Headers between two neighbours, which say nothing to the one behind (RFC 9110 §7.6.1).
static HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("http2-settings"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// What has no place in trailers (RFC 9110 §6.5.1): framing, routing, credentials, content format.
static NOT_IN_TRAILERS: [HeaderName; 14] = [
    AUTHORIZATION,
    CACHE_CONTROL,
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
    TRAILER,
    WWW_AUTHENTICATE,
];

/// Whether a header of this name comes from the gateway or not at all.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    let is = |reserved| exactly(name, reserved);
    let starts = |reserved| starts_with(name, reserved);
    match name.as_bytes().first().copied().map(folded) {
        Some(b'x') if name.len() > 2 && folded(name.as_bytes()[1]) == b'-' => {
            starts("x-forwarded-")
                || is("x-forwarded")
                || is("x-real-ip")
                || is("x-request-id")
                || starts("x-ssl-")
                || starts("x-client-")
                || starts("x-remote-")
                || starts("x-original-")
                || starts("x-rewrite-")
        }
        Some(b'c') => starts("client-cert"),
        Some(b'f') => is("forwarded"),
        Some(b'g') => starts("gateway-"),
        Some(b'p') => starts("proxy"),
        Some(b'r') => is("remote-user"),
        Some(b's') => starts("ssl-"),
        _ => false,
    }
}

impl Hygiene {
    /// The fixed names, and these: a whole name, or a beginning and `*`.
    ///
    /// # Errors
    /// Every entry that is neither.
    pub fn with_more(names: &[String]) -> Result<Self, Vec<NotAName>> {
        let read = |text: &String| {
            let name: String = text.bytes().map(|byte| char::from(folded(byte))).collect();
            let token = |name: &str| HeaderName::from_bytes(name.as_bytes()).is_ok() && !name.contains('*');
            match name.strip_suffix('*') {
                Some(start) if start.len() >= 3 && token(start) => Ok(Name::StartingWith(start.to_owned())),
                None if token(&name) => Ok(Name::Exactly(name)),
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

    /// Drops from a backend's answer what ends at this hop, and cookies under our names; gives back how
    /// many cookies there were. An upgrade the backend agreed to is to be read off before.
    pub fn clean_answer(&self, headers: &mut HeaderMap) -> usize {
        drop_hop_by_hop(headers);
        our_cookies::refuse(headers)
    }

    /// Drops from trailers, of either direction, what is reserved and what has no place there; gives back
    /// how many reserved lines there were.
    pub fn clean_trailers(&self, trailers: &mut HeaderMap) -> usize {
        let stripped = self.drop_reserved(trailers);
        drop_hop_by_hop(trailers);
        for name in &NOT_IN_TRAILERS {
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

/// Also what `Connection` names, as RFC 9110 §7.6.1 has it.
fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let known =
        |token: &[u8]| [&b"keep-alive"[..], b"close", b"upgrade", b"te"].iter().any(|k| k.eq_ignore_ascii_case(token));
    let named: Vec<HeaderName> = tokens(headers, &CONNECTION)
        .filter(|token| !known(token))
        .filter_map(|token| HeaderName::from_bytes(token).ok())
        .collect();
    for name in &named {
        headers.remove(name);
    }
    // Few headers have a hop to end at, so looking through them costs less than looking for each of ours.
    let ended: Vec<HeaderName> = headers.keys().filter(|name| HOP_BY_HOP.contains(name)).cloned().collect();
    for name in &ended {
        headers.remove(name);
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
    match byte {
        b'_' | b'.' | b' ' => b'-',
        _ => byte.to_ascii_lowercase(),
    }
}

fn starts_with(name: &str, reserved: &str) -> bool {
    name.len() >= reserved.len() && name.bytes().map(folded).zip(reserved.bytes()).all(|(one, other)| one == other)
}

fn exactly(name: &str, reserved: &str) -> bool {
    name.len() == reserved.len() && starts_with(name, reserved)
}
