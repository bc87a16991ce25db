//! What an answer says for the whole site, and not for itself, is the gateway's to say.
//!
//! A site has one address, one certificate and one login, and behind it more than one backend. So where else it may be
//! found (`Alt-Svc`), for how long it must be reached by TLS (`Strict-Transport-Security`) and that its cookies be
//! forgotten, which would end the gateway's own session (`Clear-Site-Data`), comes from no backend. Nor does what the
//! gateway says under its own name.

use http::HeaderMap;
use http::header::{ALT_SVC, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY};

use super::reserved;

pub(super) const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// What a backend may have cleared: what it stored itself, and what reloads.
const CLEARABLE: [&[u8]; 3] = [b"\"cache\"", b"\"storage\"", b"\"executionContexts\""];

/// Drops from a backend's answer what is not its own to say.
pub(super) fn drop_from(headers: &mut HeaderMap) {
    headers.remove(ALT_SVC);
    headers.remove(STRICT_TRANSPORT_SECURITY);
    clear_less(headers);
    let ours: Vec<HeaderName> = headers.keys().filter(|name| reserved::is_ours(name.as_str())).cloned().collect();
    for name in &ours {
        headers.remove(name);
    }
}

fn clear_less(headers: &mut HeaderMap) {
    if !headers.contains_key(CLEAR_SITE_DATA) {
        return;
    }
    let mut kept = Vec::new();
    for value in headers.get_all(CLEAR_SITE_DATA) {
        for each in value.as_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii) {
            if CLEARABLE.contains(&each) {
                kept.extend_from_slice(if kept.is_empty() { b"" } else { b", " });
                kept.extend_from_slice(each);
            }
        }
    }
    // It was made of parts of header values, so it is one; if not, nothing is passed on.
    match HeaderValue::from_bytes(&kept) {
        Ok(kept) if !kept.is_empty() => drop(headers.insert(CLEAR_SITE_DATA, kept)),
        Ok(_) | Err(_) => drop(headers.remove(CLEAR_SITE_DATA)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_for_the_whole_site_comes_from_no_backend() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("alt-svc", "h3=\":443\""),
            ("alt-svc", "clear"),
            ("strict-transport-security", "max-age=0"),
            ("gateway-ref", "forged"),
            ("gateway_assertion", "forged"),
            ("gateway~x", "forged"),
            ("x-gateway", "its own"),
            ("x-user", "its own"),
        ] {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        drop_from(&mut headers);
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["x-gateway", "x-user"]);
    }

    #[test]
    fn a_backend_clears_no_cookies() {
        for (said, kept) in [
            (&["\"cookies\""][..], None),
            (&["\"*\""], None),
            (&["\"cache\", \"cookies\", \"storage\""], Some("\"cache\", \"storage\"")),
            (&["\"cache\"", "\"cookies\"", "\"storage\""], Some("\"cache\", \"storage\"")),
            (&["\"cache\",\"*\""], Some("\"cache\"")),
            (&["cookies"], None),
            (&["\"cookies \", \"COOKIES\", \"new\""], None),
            (&["\"storage\""], Some("\"storage\"")),
        ] {
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append(CLEAR_SITE_DATA, HeaderValue::from_static(value));
            }
            drop_from(&mut headers);
            let told: Vec<_> = headers.get_all(CLEAR_SITE_DATA).iter().collect();
            assert_eq!(told, kept.into_iter().collect::<Vec<_>>(), "{said:?}");
        }
    }
}
