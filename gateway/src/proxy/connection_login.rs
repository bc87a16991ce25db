//! A connection to a backend is nobody's: whoever asks next may be another person.
//!
//! NTLM and Negotiate log in the connection instead of the request (RFC 4559 §6): what comes over it afterwards counts as
//! the first one's. Through a pool that is the login of one person in the hands of another. So neither the question nor
//! the answer goes through, and nobody is logged in at a backend in this way.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderName, WWW_AUTHENTICATE};

/// The schemes that count for a connection.
const SCHEMES: [&[u8]; 4] = [b"kerberos", b"nego2", b"negotiate", b"ntlm"];

/// Whether a request would log in the connection over which it goes.
pub(super) fn is_sent(headers: &HeaderMap) -> bool {
    any(headers, &AUTHORIZATION)
}

/// Whether an answer asks for that, be it beside other schemes.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    any(headers, &WWW_AUTHENTICATE)
}

fn any(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.get_all(name).iter().any(|value| outside_quotes(value.as_bytes()).any(of_connection))
}

/// A part of a list begins with a scheme, or is a parameter of the one before (RFC 9110 §11.6.1).
fn of_connection(part: &[u8]) -> bool {
    let part = part.trim_ascii_start();
    let end = part.iter().position(|byte| b" \t=".contains(byte)).unwrap_or(part.len());
    let word = &part[..end];
    part.get(end) != Some(&b'=') && SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(word))
}

/// The parts of a list; a comma within quotes ends none.
fn outside_quotes(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    value.split(move |&byte| {
        let was_escaped = std::mem::take(&mut escaped);
        match byte {
            b'\\' => escaped = quoted && !was_escaped,
            b'"' if !was_escaped => quoted = !quoted,
            _ => {}
        }
        byte == b',' && !quoted
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_login_of_the_connection_is_found_among_others() {
        for (values, found) in [
            (&["NTLM"][..], true),
            (&["Negotiate"], true),
            (&["negotiate oYH1MIHyoAMKAQ=="], true),
            (&["nTLM\tTlRMTVNTUAAB"], true),
            (&["Basic realm=\"x\", NTLM"], true),
            (&["Basic realm=\"x\"", "Negotiate"], true),
            (&["Basic realm=\"a\\\", b\", Negotiate"], true),
            (&["Kerberos"], true),
            (&["Basic realm=\"NTLM, Negotiate\""], false),
            (&["Basic realm=\"\\\", NTLM\""], false),
            (&["Digest ntlm=1, negotiate=\"x\""], false),
            (&["Bearer NTLM"], false),
            (&["NTLMish"], false),
            (&["Basic TlRMTQ=="], false),
            (&[""], false),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(value));
                headers.append(AUTHORIZATION, HeaderValue::from_static(value));
            }
            assert_eq!((is_wanted(&headers), is_sent(&headers)), (found, found), "{values:?}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }
}
