//! Whatever headers a client or a backend sends: nothing reserved, nothing of ours and nothing for this
//! hop alone goes on, and the rest is as it was.
//!
//! The input is lines of `name: value`, as they stand in HTTP/1.1.
//!
//! The three files are taken in as they stand; the whole gateway would take ten minutes to build with a sanitizer.
#![no_main]

#[path = "../../../gateway/src/headers/our_cookies.rs"]
mod our_cookies;
#[allow(dead_code, reason = "names of a configuration are not asked here")]
#[path = "../../../gateway/src/headers/reserved.rs"]
mod reserved;
#[path = "../../../gateway/src/headers/site_wide.rs"]
mod site_wide;

use http::header::{CONNECTION, COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use libfuzzer_sys::fuzz_target;
use reserved::{HeaderSanitizer, is_reserved};

fuzz_target!(|input: &[u8]| {
    let mut sent = HeaderMap::new();
    for line in input.split(|&byte| byte == b'\n') {
        let mut parts = line.splitn(2, |&byte| byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else { continue };
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            sent.append(name, value);
        }
    }
    let sanitizer = HeaderSanitizer::default();
    let reserved = sent.keys().map(|name| sent.get_all(name).iter().filter(|_| folded(name.as_str())).count()).sum();

    let mut request = sent.clone();
    assert_eq!(sanitizer.clean_request(&mut request), reserved);
    assert!(request.keys().all(|name| !folded(name.as_str()) && name != CONNECTION));
    assert!(request.get_all(COOKIE).iter().all(|line| !line.as_bytes().split(|&b| b == b';').any(ours)));
    for (name, value) in request.iter().filter(|(name, _)| *name != COOKIE && *name != "te") {
        assert!(sent.get_all(name).iter().any(|one| one == value));
    }

    let mut answer = sent.clone();
    let refused = sanitizer.clean_answer(&mut answer);
    assert!(answer.get_all(SET_COOKIE).iter().all(|line| !ours(line.as_bytes())));
    assert!(refused <= sent.get_all(SET_COOKIE).iter().count());

    let mut trailers = sent;
    assert_eq!(sanitizer.clean_trailers(&mut trailers), reserved);
    assert!(trailers.keys().all(|name| !folded(name.as_str()) && name != COOKIE));
});

/// Said another way than the code says it: fold the whole name first, then look.
fn folded(name: &str) -> bool {
    let name: String =
        name.chars().map(|each| if each.is_ascii_alphanumeric() { each.to_ascii_lowercase() } else { '-' }).collect();
    let whole = [
        "forwarded",
        "x-forwarded",
        "x-real-ip",
        "x-request-id",
        "x-cluster-client-ip",
        "remote-user",
        "true-client-ip",
        "cf-connecting-ip",
        "fastly-client-ip",
    ];
    let starts = [
        "gateway-",
        "client-cert",
        "proxy",
        "ssl-",
        "x-forwarded-",
        "x-ssl-",
        "x-client-",
        "x-remote-",
        "x-original-",
        "x-rewrite-",
        "x-user",
        "x-device",
        "x-auth",
        "x-webauth-",
    ];
    let reserved = whole.contains(&name.as_str()) || starts.iter().any(|start| name.starts_with(start));
    assert_eq!(reserved, is_reserved(&name));
    reserved
}

fn ours(pair: &[u8]) -> bool {
    let pair = pair.trim_ascii();
    [&b"__Host-session="[..], b"__Host-device="].iter().any(|name| pair.starts_with(name))
}
