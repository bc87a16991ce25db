//! No spelling of a reserved name passes, and nothing else is touched.

use http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

use super::reserved::{HeaderSanitizer, NotAName, is_reserved};

const RESERVED: [&str; 45] = [
    "Gateway-Assertion",
    "Gateway-X",
    "Client-Cert",
    "Client-Cert-Chain",
    "Client-Certificate",
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-User",
    "X-Forwarded",
    "X-Real-IP",
    "X-Request-Id",
    "X-SSL-Client-Verify",
    "SSL-Client-Cert",
    "X-Client-Cert",
    "X-Client-IP",
    "X-Remote-User",
    "X-Remote-Addr",
    "Remote-User",
    "X-Original-URL",
    "X-Original-Forwarded-For",
    "X-Rewrite-URL",
    "Proxy",
    "Proxy-Authorization",
    "Proxy-User",
    "Proxy-Connection",
    "ProxyUser",
    "X-User",
    "X-User-Id",
    "X-User-Agent",
    "X-Username",
    "X-Device",
    "X-Device-Id",
    "X-Auth",
    "X-Auth-Request-User",
    "X-Authenticated-User",
    "X-Authorization",
    "X-Webauth-User",
    "True-Client-IP",
    "CF-Connecting-IP",
    "Fastly-Client-IP",
    "X-Cluster-Client-IP",
    "X-Client-DN",
    "X-Remote-Groups",
    "X-Original-Method",
    "X-SSL-Cipher",
];

const FREE: [&str; 30] = [
    "accept",
    "accept-language",
    "authorization",
    "cache-control",
    "client",
    "client-version",
    "content-length",
    "content-type",
    "cookie",
    "forwarded-by-post",
    "gate",
    "host",
    "if-none-match",
    "origin",
    "referer",
    "remote",
    "sec-fetch-site",
    "user-agent",
    "x",
    "x-csrf-token",
    "x-requested-with",
    "x-forward",
    "xx-forwarded-for",
    "x-webauthn",
    "x-usr",
    "x-cluster",
    "cf-ray",
    "true",
    "fastly-debug",
    "sslmode",
];

#[test]
fn the_names_a_backend_believes_are_reserved_and_no_others() {
    for name in RESERVED {
        assert!(is_reserved(name), "{name}");
    }
    for name in FREE {
        assert!(!is_reserved(name), "{name}");
    }
}

/// Every character of a name that is no letter or digit (RFC 9110 §5.6.2), and a space, which some readers let pass.
const FOLDED: [char; 16] = ['-', '_', '.', ' ', '!', '#', '$', '%', '&', '\'', '*', '+', '^', '`', '|', '~'];

const NAMES: &str = "[a-zA-Z_.~-]{1,12}|[xX][-_.!][fF]orwarded[-_.#][a-zA-Z]{1,4}|[gG]ateway[-_.~]assertion\
    |[xX][-_|](user|device|auth)[-_.a-z]{0,4}|[cC]onnection|[pP]roxy|[kK]eep[-_]alive|[cC]ontent[_.]length|te|TE|[cC]ookie";

proptest! {
    #[test]
    fn every_spelling_of_a_reserved_name_is_reserved(
        name in prop::sample::select(&RESERVED[..]),
        spelling in prop::collection::vec((any::<bool>(), 0..FOLDED.len()), 40),
    ) {
        let spelt: String = name.chars().zip(spelling).map(|(letter, (upper, dash))| match letter {
            '-' => FOLDED[dash],
            letter if upper => letter.to_ascii_uppercase(),
            letter => letter.to_ascii_lowercase(),
        }).collect();
        prop_assert!(is_reserved(&spelt), "{spelt}");
    }

    #[test]
    fn whatever_a_client_sends_no_reserved_name_reaches_the_backend(
        lines in prop::collection::vec((NAMES, "[ -~]{0,30}"), 0..20),
    ) {
        let mut headers = HeaderMap::new();
        for (name, value) in &lines {
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let before = headers.clone();
        let sanitizer = HeaderSanitizer::default();
        let reserved = before.iter().filter(|(name, _)| is_reserved(name.as_str())).count();
        prop_assert_eq!(sanitizer.clean_request(&mut headers), reserved);
        prop_assert!(headers.keys().all(|name| !is_reserved(name.as_str()) && name != "connection"));
        for (name, value) in &headers {
            let own = name == "te" || name == COOKIE;
            prop_assert!(own || before.get_all(name).iter().any(|sent| sent == value), "{name} was changed");
        }
        let mut trailers = before;
        prop_assert_eq!(sanitizer.clean_trailers(&mut trailers), reserved);
        prop_assert!(trailers.keys().all(|name| !is_reserved(name.as_str())));
    }
}

#[test]
fn reserved_lines_are_counted_each() {
    let mut headers = sent(&[
        ("x-forwarded-for", "1.2.3.4"),
        ("x-forwarded-for", "5.6.7.8"),
        ("X_Forwarded_User", "root"),
        ("accept", "*/*"),
    ]);
    assert_eq!(HeaderSanitizer::default().clean_request(&mut headers), 3);
    assert_eq!(headers, sent(&[("accept", "*/*")]));
}

#[test]
fn what_ends_at_this_hop_and_what_connection_names_is_dropped() {
    let mut headers = sent(&[
        ("connection", "keep-alive, X-Hop , gateway-assertion,"),
        ("connection", "Upgrade"),
        ("keep-alive", "timeout=5"),
        ("x-hop", "1"),
        ("x-stays", "1"),
        ("upgrade", "websocket"),
        ("http2-settings", "AAMAAABk"),
        ("transfer-encoding", "chunked"),
        ("te", "gzip, Trailers"),
        ("trailer", "digest"),
    ]);
    assert_eq!(HeaderSanitizer::default().clean_request(&mut headers), 0);
    assert_eq!(headers, sent(&[("x-stays", "1"), ("te", "trailers"), ("trailer", "digest")]));
    // Ours are set after this, so a Connection that named them has nothing left to say.
    headers.insert("gateway-assertion", HeaderValue::from_static("ours"));
    assert_eq!(headers["gateway-assertion"], "ours");
}

#[test]
fn what_ends_at_this_hop_and_what_is_framing_passes_in_no_spelling() {
    let mut headers = sent(&[
        ("connection", "X_Mine, close"),
        ("x-mine", "1"),
        ("x.mine", "2"),
        ("keep_alive", "timeout=5"),
        ("transfer.encoding", "chunked"),
        ("content_length", "5"),
        ("content-length", "0"),
        ("content_type", "its own"),
        ("http2~settings", "AAMAAABk"),
        ("x-stays", "1"),
    ]);
    assert_eq!(HeaderSanitizer::default().clean_request(&mut headers), 0);
    assert_eq!(headers, sent(&[("content-length", "0"), ("content_type", "its own"), ("x-stays", "1")]));
}

#[test]
fn an_answer_loses_what_ends_at_this_hop_and_keeps_the_rest() {
    let mut headers = sent(&[
        ("connection", "close, x-hop"),
        ("x-hop", "1"),
        ("transfer-encoding", "chunked"),
        ("proxy-authenticate", "Basic"),
        ("set-cookie", "__Host-session=x"),
        ("set-cookie", "a=1"),
        ("x-request-id", "the backend's own"),
    ]);
    assert_eq!(HeaderSanitizer::default().clean_answer(&mut headers), 1);
    assert_eq!(headers, sent(&[("set-cookie", "a=1"), ("x-request-id", "the backend's own")]));
}

#[test]
fn trailers_carry_no_identity_and_no_framing() {
    let mut trailers = sent(&[
        ("gateway_assertion", "forged"),
        ("cookie", "a=1"),
        ("authorization", "Bearer x"),
        ("content-length", "0"),
        ("host", "elsewhere"),
        ("content_length", "5"),
        ("set_cookie", "a=1"),
        ("alt-svc", "clear"),
        ("strict-transport-security", "max-age=0"),
        ("clear-site-data", "\"*\""),
        ("gateway~ref", "forged"),
        ("digest", "sha-256=x"),
    ]);
    assert_eq!(HeaderSanitizer::default().clean_trailers(&mut trailers), 2);
    assert_eq!(trailers, sent(&[("digest", "sha-256=x")]));
}

#[test]
fn a_configuration_reserves_more_and_never_less() {
    let sanitizer = HeaderSanitizer::with_more(&["X-Karte-*".into(), "staff_no".into()]).unwrap();
    for name in ["x-karte-user", "X_KARTE.USER", "x!karte~user", "Staff-No", "gateway-assertion"] {
        assert!(sanitizer.is_reserved(name), "{name}");
    }
    for name in ["x-karte", "staff-now", "staff"] {
        assert!(!sanitizer.is_reserved(name), "{name}");
    }
    let wrong = ["", "*", "x-*", "a*b", "a b:", "名前"].map(str::to_owned);
    let told = HeaderSanitizer::with_more(&[&wrong[..], &["fine".to_owned()]].concat()).unwrap_err();
    assert_eq!(told, wrong.map(NotAName));
}

fn sent(lines: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    headers
}
