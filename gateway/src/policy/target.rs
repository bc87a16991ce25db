//! Which part of a request line is the path?
//!
//! HTTP/1.1 knows four forms (RFC 9112 §3.2). One leads on: a path. A whole URL is read as its path, and
//! its authority is then compared like a Host; in HTTP/2 every request looks like that.

use http::uri::{PathAndQuery, Scheme};
use http::{Method, Uri};

/// Why a request's target leads nowhere.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, thiserror::Error)]
pub enum TargetFault {
    /// `OPTIONS *`.
    #[error("the target is \"*\"")]
    Asterisk,
    /// `CONNECT`, also the extended one of RFC 8441: a tunnel to anywhere.
    #[error("CONNECT is not offered")]
    Connect,
    /// A URL of another scheme than https.
    #[error("the target's scheme is not https")]
    NotHttps,
    /// A URL without a path.
    #[error("the target has no path")]
    NoPath,
}

/// The path and query that a request asks for. Its authority, if it has one, is for
/// [`crate::tls::host`] to judge, its path for [`super::path`].
///
/// # Errors
/// A target that is not a path, nor a URL with one.
pub fn path_of<'a>(method: &Method, uri: &'a Uri) -> Result<&'a PathAndQuery, TargetFault> {
    if *method == Method::CONNECT {
        return Err(TargetFault::Connect);
    }
    if uri.scheme().is_some_and(|scheme| *scheme != Scheme::HTTPS) {
        return Err(TargetFault::NotHttps);
    }
    let path = uri.path_and_query().ok_or(TargetFault::NoPath)?;
    if path.as_str() == "*" {
        return Err(TargetFault::Asterisk);
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_or_a_url_with_one_leads_on() {
        for (method, target, expected) in [
            ("GET", "/rooms?x", Ok("/rooms?x")),
            ("GET", "https://host/rooms?x", Ok("/rooms?x")),
            ("GET", "https://host", Ok("/")),
            ("GET", "http://host/rooms", Err(TargetFault::NotHttps)),
            ("GET", "ftp://host/rooms", Err(TargetFault::NotHttps)),
            ("OPTIONS", "*", Err(TargetFault::Asterisk)),
            ("CONNECT", "host:443", Err(TargetFault::Connect)),
            ("CONNECT", "https://host/chat", Err(TargetFault::Connect)),
            ("GET", "host:443", Err(TargetFault::NoPath)),
        ] {
            let (method, uri): (Method, Uri) = (method.parse().unwrap(), target.parse().unwrap());
            assert_eq!(path_of(&method, &uri).map(PathAndQuery::as_str), expected, "{method} {target}");
        }
    }
}
