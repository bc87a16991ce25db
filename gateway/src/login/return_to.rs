//! Where to go after the login: a path of this site, never anywhere else (gateway/README.md#its-own-paths).

use std::fmt;

/// A path and query that a browser can only take as one of the site that sent it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReturnTo(String);

/// Longer ones are not worth returning to; a `Location` has to fit into everybody's header limit.
const LONGEST: usize = 2048;

impl ReturnTo {
    /// Takes a path if it is safe to go to, and `/` otherwise: people should not be stopped by a broken bookmark.
    ///
    /// Safe: starts with one `/` that neither `/` nor `\` follows; visible ASCII only, as browsers cut out tabs and line
    /// breaks and turn `\` into `/`; no dot segment in any spelling; not under `/.gateway/`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        if is_safe(text) { Self(text.to_owned()) } else { Self::default() }
    }

    /// As it stands in `Location`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ReturnTo {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_safe(text: &str) -> bool {
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let Some(inside) = path.strip_prefix('/') else { return false };
    visible
        && text.len() <= LONGEST
        && !inside.starts_with('/')
        && !inside.split('/').any(is_dots)
        && !path_name(inside).eq_ignore_ascii_case(".gateway")
}

/// `.` and `..`, also escaped: browsers resolve `%2e` like a dot.
fn is_dots(segment: &str) -> bool {
    matches!(path_name(segment).as_str(), "." | "..")
}

/// The first segment with escaped dots spelled out.
fn path_name(path: &str) -> String {
    path.split('/').next().unwrap_or_default().replace("%2e", ".").replace("%2E", ".")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    #[test]
    fn a_path_of_this_site_is_kept() {
        for path in [
            "/",
            "/rooms/r-1/",
            "/rooms/r-1/?page=2&q=%E9%80%A3",
            "/a#b",
            "/a?next=https://b.example//c",
            "/..a/",
            "/.gateway%2e",
        ] {
            assert_eq!(ReturnTo::read(path).as_str(), path);
        }
    }

    #[test]
    fn whatever_leads_elsewhere_leads_home() {
        for text in [
            "",
            "rooms",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\r\nSet-Cookie: a=b",
            "https://evil.example/",
            "javascript:alert(1)",
            " /rooms",
            "/rooms\0",
            "/a\\b",
            "/連絡帳",
            "/.gateway/logout",
            "/.gateway",
            "/.gateway?x",
            "/.Gateway/logout",
            "/%2egateway/logout",
            "/a/../.gateway/logout",
            "/%2E%2e/x",
            "/..//evil.example",
            "/./x",
        ] {
            assert_eq!(ReturnTo::read(text).as_str(), "/", "{text:?}");
        }
        assert_eq!(ReturnTo::read(&format!("/{}", "a".repeat(LONGEST))).as_str(), "/");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

        /// A browser resolves `Location` against the page (WHATWG URL, which the `url` crate implements).
        #[test]
        fn no_text_ever_leads_to_another_site_or_to_our_own_pages(
            text in r"(?s)([/\\.?#@:%\t\r\n ]|%2[efEF]|%5c|//|\.\.|\.gateway|evil\.example|https|[a-z]|.){0,24}"
        ) {
            let base = Url::parse("https://care.example.jp/.gateway/login").unwrap();
            let there = base.join(ReturnTo::read(&text).as_str()).unwrap();
            prop_assert_eq!(there.origin(), base.origin());
            prop_assert_eq!(there.username(), "");
            let first = there.path_segments().and_then(|mut segments| segments.next()).unwrap_or_default();
            prop_assert!(!first.to_ascii_lowercase().replace("%2e", ".").eq(".gateway"), "{}", there);
            prop_assert!(!there.path().starts_with("//"), "{}", there);
        }
    }
}
