//! Is a person in front of a browser reading, or another program?

use crate::quality::wishes;

/// Who reads our answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reader {
    /// A person: HTML.
    Browser,
    /// A program: `application/problem+json` (RFC 9457).
    Program,
}

impl Reader {
    /// By `Accept` (RFC 9110 §12.5.1): a browser names `text/html` when it opens a page. Whoever does
    /// not name it is a program, also with `*/*` (curl, `fetch`) or no header. Where HTML and JSON
    /// are both named, the heavier wish; alike, HTML.
    #[must_use]
    pub fn of(accept: Option<&str>) -> Self {
        let (mut html, mut json) = (0, 0);
        for (range, weight) in wishes(accept.unwrap_or_default()) {
            let is = |name: &str| range.eq_ignore_ascii_case(name);
            if is("text/html") || is("application/xhtml+xml") || is("text/*") {
                html = weight.max(html);
            } else if is("application/problem+json") || is("application/json") || is("application/*") {
                json = weight.max(json);
            }
        }
        if html > 0 && html >= json { Self::Browser } else { Self::Program }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_names_html_is_a_browser() {
        use Reader::{Browser, Program};
        for (accept, expected) in [
            (None, Program),
            (Some(""), Program),
            (Some("*/*"), Program),
            (Some("text/html"), Browser),
            (Some("TEXT/HTML"), Browser),
            (Some("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"), Browser),
            (Some("text/html, application/xhtml+xml, image/jxr, */*"), Browser),
            (Some("application/json"), Program),
            (Some("application/problem+json"), Program),
            (Some("application/json, text/plain, */*"), Program),
            (Some("application/json, text/javascript, */*; q=0.01"), Program),
            (Some("application/json;q=0.5, text/html"), Browser),
            (Some("application/json, text/html;q=0.5"), Program),
            (Some("application/json, text/html"), Browser),
            (Some("text/html;q=0"), Program),
            (Some("text/html;q=0, */*"), Program),
            (Some("image/avif,image/webp,*/*;q=0.8"), Program),
            (Some("text/css,*/*;q=0.1"), Program),
            (Some("text/event-stream"), Program),
        ] {
            assert_eq!(Reader::of(accept), expected, "{accept:?}");
        }
    }
}
