//! Whatever stands in the `Cookie` headers: at most one session, in the one spelling we gave out, never a panic.
//!
//! The two files are taken in as they stand; the whole gateway would take ten minutes to build with a sanitizer.
#![no_main]

#[path = "../../../gateway/src/session/cookie.rs"]
mod cookie;
#[allow(dead_code, reason = "the cookie needs half of it")]
#[path = "../../../gateway/src/session/key.rs"]
mod key;

use cookie::Presented;
use http::header::{COOKIE, HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

/// Another session's value, well-formed.
const ANOTHER: &str = "__Host-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fuzz_target!(|bytes: &[u8]| {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(8) {
        let Ok(line) = HeaderValue::from_bytes(line) else { return };
        headers.append(COOKIE, line);
    }
    let named = bytes.windows(cookie::NAME.len()).filter(|part| *part == cookie::NAME.as_bytes()).count();
    let presented = cookie::presented(&headers);
    match &presented {
        Ok(Presented::Nothing) => {}
        Ok(Presented::IllFormed) => assert!(named > 0),
        Ok(Presented::Value(value)) => {
            assert!(named > 0);
            let given = cookie::set(value).expect("base64url fits a header");
            let pair = given.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
            let secret = &pair[cookie::NAME.len() + 1..];
            assert!(bytes.windows(secret.len()).any(|part| part == secret), "what was read was sent");
            let again = HeaderMap::from_iter([(COOKIE, HeaderValue::from_bytes(pair).expect("it is one already"))]);
            assert_eq!(cookie::presented(&again), presented);
        }
        Err(cookie::TwoSessions) => assert!(named > 1),
    }

    // Beside another session's cookie nothing is chosen: none was there, the very same was, or both are refused.
    headers.append(COOKIE, HeaderValue::from_static(ANOTHER));
    let another = key::CookieValue::read(&ANOTHER.as_bytes()[cookie::NAME.len() + 1..]).map(Presented::Value);
    let both = cookie::presented(&headers);
    match presented {
        Ok(Presented::Nothing) => assert_eq!(both.ok(), another),
        Ok(one) if Some(&one) == another.as_ref() => assert_eq!(both, Ok(one)),
        Ok(_) | Err(_) => assert_eq!(both, Err(cookie::TwoSessions)),
    }
});
