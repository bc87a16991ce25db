//! Our cookies are between the browser and us: no backend sees them, none sets them.

use http::HeaderMap;
use http::header::{COOKIE, HeaderValue, SET_COOKIE};

/// The cookies of the gateway and of the desk.
const OURS: [&[u8]; 3] = [b"__Host-session", b"__Host-device", b"__Host-notice"];

/// Cuts our cookies out of a request's; the others stay byte for byte, in one line (RFC 9113 §8.2.3).
pub(super) fn cut(headers: &mut HeaderMap) {
    let mut lines = headers.get_all(COOKIE).into_iter();
    let (first, more) = (lines.next(), lines.next());
    let Some(first) = first else { return };
    if more.is_none() && !pairs(first).any(is_ours) {
        return;
    }
    let mut kept = Vec::new();
    for line in headers.get_all(COOKIE) {
        for pair in pairs(line).filter(|pair| !is_ours(pair)) {
            if kept.is_empty() {
                kept.extend_from_slice(pair.trim_ascii_start());
            } else {
                kept.extend_from_slice(if pair.starts_with(b" ") { b";" } else { b"; " });
                kept.extend_from_slice(pair);
            }
        }
    }
    // It was made of parts of header values, so it is one; if not, nothing is passed on.
    match HeaderValue::from_bytes(&kept) {
        Ok(kept) if !kept.is_empty() => drop(headers.insert(COOKIE, kept)),
        Ok(_) | Err(_) => drop(headers.remove(COOKIE)),
    }
}

/// Drops an answer's cookies of our names; gives back how many there were.
pub(super) fn refuse(headers: &mut HeaderMap) -> usize {
    let ours = |line: &HeaderValue| pairs(line).next().is_some_and(is_ours);
    let refused = headers.get_all(SET_COOKIE).into_iter().filter(|line| ours(line)).count();
    if refused > 0 {
        let kept: Vec<HeaderValue> =
            headers.get_all(SET_COOKIE).into_iter().filter(|line| !ours(line)).cloned().collect();
        headers.remove(SET_COOKIE);
        for line in kept {
            headers.append(SET_COOKIE, line);
        }
    }
    refused
}

fn pairs(line: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    line.as_bytes().split(|&byte| byte == b';')
}

/// Whether a pair has one of our names, read as leniently as anyone does: letters of either case, `.`,
/// space and `[` for `_` (PHP), and a cookie without a name whose value looks like a pair of ours, which
/// is sent back as one.
fn is_ours(pair: &[u8]) -> bool {
    let pair = pair.trim_ascii();
    let pair = pair.strip_prefix(b"=").unwrap_or(pair).trim_ascii_start();
    let name = pair.split(|&byte| byte == b'=').next().unwrap_or(pair).trim_ascii_end();
    let folded = |byte: &u8| if b". [".contains(byte) { b'_' } else { byte.to_ascii_lowercase() };
    OURS.iter().any(|ours| name.len() == ours.len() && name.iter().map(folded).eq(ours.iter().map(folded)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_cookies_are_cut_and_the_others_stay_byte_for_byte() {
        for (sent, forwarded) in [
            (&["a=1; __Host-session=x; b=2"][..], Some("a=1; b=2")),
            (&["__Host-session=x; b=2"], Some("b=2")),
            (&["a=1; __Host-device=x"], Some("a=1")),
            (&["__Host-notice=x; a=1"], Some("a=1")),
            (&["a=1;__Host-session=x;b=2"], Some("a=1; b=2")),
            (&["__Host-session=x"], None),
            (&["__Host-session=x; __Host-device=y; __Host-session=z"], None),
            (&["__host-SESSION=x; a=1"], Some("a=1")),
            (&["..Host-session=x; a=1"], Some("a=1")),
            (&["=__Host-session=x; a=1"], Some("a=1")),
            (&["__Host-session ; a=1"], Some("a=1")),
            (&["__Host-session = x; a=1"], Some("a=1")),
            (&["a=\"x; __Host-session=y\""], Some("a=\"x")),
            (&["a=1", "__Host-session=x", "b=2"], Some("a=1; b=2")),
            (&["a=1", "b=2"], Some("a=1; b=2")),
            (&["a=1;b=2;  c"], Some("a=1;b=2;  c")),
            (
                &["__Host-sessions=x; my__Host-session=y; a=__Host-session"],
                Some("__Host-sessions=x; my__Host-session=y; a=__Host-session"),
            ),
            (&[""], Some("")),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in sent {
                headers.append(COOKIE, HeaderValue::from_str(line).unwrap());
            }
            cut(&mut headers);
            assert_eq!(headers.get(COOKIE).map(|line| line.to_str().unwrap()), forwarded, "{sent:?}");
            assert!(headers.get_all(COOKIE).iter().count() <= 1, "{sent:?}");
        }
    }

    #[test]
    fn a_backend_sets_no_cookie_of_ours() {
        let mut headers = HeaderMap::new();
        for line in [
            "a=1; Path=/",
            "__Host-session=x; Secure; Path=/",
            "__HOST-device=x",
            "=__Host-session=x; Secure",
            "__Host-session; Secure",
            " __Host-session =x",
            "b=__Host-session=x; Comment=__Host-session=y",
        ] {
            headers.append(SET_COOKIE, HeaderValue::from_str(line).unwrap());
        }
        assert_eq!(refuse(&mut headers), 5);
        let kept: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(kept, ["a=1; Path=/", "b=__Host-session=x; Comment=__Host-session=y"]);
        assert_eq!(refuse(&mut HeaderMap::new()), 0);
    }
}
