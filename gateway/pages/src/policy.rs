//! What may a page load and run? What stands in it, and nothing else.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Style;

/// For an answer that is no page: nothing of it is shown as one.
pub const NO_MARKUP: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The `Content-Security-Policy` of a page with this style and at most this script. Nothing is loaded from anywhere; the style
/// and script that stand in the page are named by their SHA-256 (CSP Level 3 §2.3.1). Our own mark is a `data:` image.
#[must_use]
pub fn policy(style: &Style, script: Option<&str>) -> String {
    let style = hash(style.as_str());
    let script = script.map_or("'none'".to_owned(), hash);
    format!(
        "default-src 'none'; style-src {style}; script-src {script}; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// By what a policy names this text.
#[must_use]
pub fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_allows_nothing_that_is_not_named() {
        let style = Style::with(".own{}");
        let plain = policy(&style, None);
        assert!(plain.starts_with(&format!("default-src 'none'; style-src {}; ", hash(style.as_str()))));
        assert!(
            plain.contains(
                "script-src 'none'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            )
        );
        assert!(!plain.contains("unsafe"));
        assert_ne!(policy(&style, Some("a()")), policy(&style, Some("b()")));
        assert_ne!(plain, policy(&Style::with(""), None), "each program names its own sheet");
    }
}
