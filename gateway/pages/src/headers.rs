//! With which headers must a page go out?

use http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::Language;

/// A page.
pub const HTML: &str = "text/html; charset=utf-8";
/// The same for a program (RFC 9457).
pub const PROBLEM: &str = "application/problem+json";

/// Those of every page: it is never kept, framed or sniffed, and tells no other site where it stood.
#[must_use]
pub fn headers(content_type: &'static str, policy: &'static str, language: Language) -> HeaderMap {
    // Room for what a program adds.
    let mut headers = HeaderMap::with_capacity(12);
    for (name, value) in [
        (CONTENT_TYPE, content_type),
        (CONTENT_LANGUAGE, language.tag()),
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NO_MARKUP;

    #[test]
    fn a_page_is_never_kept_framed_or_sniffed() {
        let headers = headers(PROBLEM, NO_MARKUP, Language::English);
        for (name, value) in [
            ("cache-control", "no-store"),
            ("content-type", "application/problem+json"),
            ("content-language", "en"),
            ("content-security-policy", NO_MARKUP),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(headers[name], value, "{name}");
        }
        assert_eq!(headers.len(), 7);
    }
}
