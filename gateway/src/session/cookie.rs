//! Which session does a request name? At most one, and only in the one spelling we gave out.
//!
//! An ill-formed value (`*`, 10 KB, another length, another alphabet) never reaches a store: it names no session, as
//! if no cookie had come. Two values that differ are no mistake a browser makes (`__Host-` allows one host and one
//! path), so they are refused as a bad request instead of choosing one (SECURITY.md#what-others-fell-to).

use http::header::{self, HeaderMap, HeaderValue};

use super::key::CookieValue;

/// The name of our cookie (RFC 6265bis §4.1.3.2: Secure, no Domain, Path=/).
pub const NAME: &str = "__Host-session";

/// What a request's `Cookie` headers say.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Presented {
    /// No cookie of our name.
    Nothing,
    /// A cookie of our name that we never gave out; it counts as none.
    IllFormed,
    /// One value.
    Value(CookieValue),
}

/// Two cookies of our name, with different values.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("two different cookies named {NAME}")]
pub struct TwoSessions;

/// Reads our cookie from all `Cookie` headers (HTTP/2 may send one for each pair, RFC 9113 §8.2.3).
///
/// # Errors
/// [`TwoSessions`], also where one of the two is ill-formed.
pub fn presented(headers: &HeaderMap) -> Result<Presented, TwoSessions> {
    let mut found: Option<&[u8]> = None;
    for line in headers.get_all(header::COOKIE) {
        for pair in line.as_bytes().split(|byte| *byte == b';') {
            let Some(value) = value_named(pair, NAME) else { continue };
            match found {
                Some(first) if first != value => return Err(TwoSessions),
                Some(_) | None => found = Some(value),
            }
        }
    }
    Ok(match found {
        None => Presented::Nothing,
        Some(value) => CookieValue::read(value).map_or(Presented::IllFormed, Presented::Value),
    })
}

/// The value of a pair `name=value` of a `Cookie` header, if its name is this one, letter by letter.
pub(crate) fn value_named<'a>(pair: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let rest = pair.trim_ascii().strip_prefix(name.as_bytes())?.trim_ascii_start();
    Some(rest.strip_prefix(b"=")?.trim_ascii_start())
}

/// The `Set-Cookie` that gives a session to the browser (運用編13章②).
///
/// # Errors
/// Never for a value we drew; `http` cannot know that.
pub fn set(value: &CookieValue) -> Result<HeaderValue, header::InvalidHeaderValue> {
    let mut text = Vec::with_capacity(120);
    text.extend_from_slice(NAME.as_bytes());
    text.push(b'=');
    text.extend_from_slice(value.as_bytes());
    text.extend_from_slice(b"; Path=/; Secure; HttpOnly; SameSite=Lax");
    let mut header = HeaderValue::from_bytes(&text)?;
    header.set_sensitive(true);
    Ok(header)
}

/// The `Set-Cookie` that takes it away.
#[must_use]
pub fn clear() -> HeaderValue {
    HeaderValue::from_static("__Host-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const TWO: &str = "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn says(lines: &[&str]) -> Result<Presented, TwoSessions> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        presented(&headers)
    }

    fn value(text: &str) -> Result<Presented, TwoSessions> {
        Ok(Presented::Value(CookieValue::read(text.as_bytes()).unwrap()))
    }

    #[test]
    fn one_well_formed_cookie_is_found_wherever_it_stands() {
        let ours = format!("__Host-session={ONE}");
        assert_eq!(says(&[&ours]), value(ONE));
        assert_eq!(says(&["theme=dark", &format!("a=b; {ours}; c=d")]), value(ONE));
        assert_eq!(says(&[&format!("a=b;{ours};")]), value(ONE));
        assert_eq!(says(&[&ours, &ours]), value(ONE), "the same value twice is one value");
    }

    #[test]
    fn a_cookie_of_a_name_like_ours_is_not_ours() {
        for line in
            ["", ";;;", "session=x", "__Host-session2=x", "__host-session=x", "x__Host-session=y", "__Host-session"]
        {
            assert_eq!(says(&[line]), Ok(Presented::Nothing), "{line:?}");
        }
    }

    #[test]
    fn an_ill_formed_value_names_no_session() {
        let long = "A".repeat(10_000);
        let padded = format!("{ONE}=");
        let quoted = format!("\"{ONE}\"");
        let spelt_twice = format!("{}B", &ONE[..42]);
        for value in ["", "*", "?", "s:*", "../s", "%2A", &ONE[..42], &long, &padded, &quoted, &spelt_twice] {
            assert_eq!(says(&[&format!("__Host-session={value}")]), Ok(Presented::IllFormed), "{value:?}");
        }
        let mut headers = HeaderMap::new();
        let bytes = [b"__Host-session=".as_slice(), &[0xff; 43]].concat();
        headers.append(header::COOKIE, HeaderValue::from_bytes(&bytes).unwrap());
        assert_eq!(presented(&headers), Ok(Presented::IllFormed));
    }

    #[test]
    fn two_different_sessions_in_one_request_are_refused() {
        let (one, two) = (format!("__Host-session={ONE}"), format!("__Host-session={TWO}"));
        assert_eq!(says(&[&one, &two]), Err(TwoSessions));
        assert_eq!(says(&[&format!("{two}; {one}")]), Err(TwoSessions));
        assert_eq!(says(&[&format!("{one}; __Host-session=*")]), Err(TwoSessions));
        assert_eq!(says(&[&format!("__Host-session=; {one}")]), Err(TwoSessions));
    }

    #[test]
    fn what_we_give_out_we_read_back() {
        let drawn = CookieValue::draw().unwrap();
        let header = set(&drawn).unwrap();
        assert!(header.is_sensitive());
        let text = header.to_str().unwrap();
        assert!(text.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{text}");
        assert_eq!(says(&[text.split(';').next().unwrap()]), Ok(Presented::Value(drawn)));
        assert!(clear().to_str().unwrap().contains("Max-Age=0"));
    }
}
