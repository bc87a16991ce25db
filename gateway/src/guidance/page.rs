//! What goes out: a text, and the headers without which it must not go out.

use std::sync::LazyLock;

use askama::Template;
use http::header::{HeaderMap, HeaderValue, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, VARY};
use pages::{Language, Locale, Style, furigana, policy};

/// What all pages have, and the picture of the window that asks for a certificate.
pub(super) static STYLE: LazyLock<Style> = LazyLock::new(|| Style::with(include_str!("../../templates/picker.css")));
/// Copies this page's address (KW-106); its button is hidden until it runs.
pub(super) const COPY_SCRIPT: &str = include_str!("../../templates/copy.js");
/// Shows and hides a password; its button is hidden until it runs.
pub(super) const REVEAL_SCRIPT: &str = include_str!("../../templates/reveal.js");

/// One whole answer to a reader. Its status is the refusal's, or 200.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page {
    /// HTML or problem+json.
    pub body: String,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `Content-Security-Policy`: allows what stands in this very page and nothing else.
    pub csp: &'static str,
    /// In which language it is written.
    pub language: Language,
    /// Seconds after which trying again makes sense (`Retry-After`).
    pub retry_after: Option<u64>,
}

/// Whether browsers may be told to come by TLS only from now on (RFC 6797). Not on `localhost`, where
/// it would hold for every other program on that machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StrictTransport {
    /// Say nothing.
    Off,
    /// Two years, and of every name below this one: none of them may be answered in clear either.
    On,
}

/// The scripts a page may carry.
#[derive(Clone, Copy, Debug)]
pub(super) enum Script {
    None,
    Copy,
    Reveal,
}

const TWO_YEARS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

static PLAIN: LazyLock<String> = LazyLock::new(|| policy(&STYLE, None));
static WITH_COPY: LazyLock<String> = LazyLock::new(|| policy(&STYLE, Some(COPY_SCRIPT)));
static WITH_REVEAL: LazyLock<String> = LazyLock::new(|| policy(&STYLE, Some(REVEAL_SCRIPT)));

impl Page {
    /// A template filled in. Writing into memory does not fail; should a template, its reader gets a bare page that says whom to call.
    pub(super) fn write(template: &impl Template, script: Script, locale: Locale) -> Self {
        let csp = match script {
            Script::None => PLAIN.as_str(),
            Script::Copy => WITH_COPY.as_str(),
            Script::Reveal => WITH_REVEAL.as_str(),
        };
        let body = template.render().unwrap_or_else(|_| {
            "<!doctype html><html lang=\"ja\"><meta charset=\"utf-8\"><title>カシワニネット</title><main><h1>カシワニネット</h1>\
             <p>ページを表示できませんでした。柏市 地域医療推進課へご連絡ください。</p></main></html>"
                .to_owned()
        });
        let body = match locale {
            Locale::EasyJapanese => furigana(&body),
            Locale::Japanese | Locale::English => body,
        };
        Self { body, content_type: pages::HTML, csp, language: locale.language(), retry_after: None }
    }

    pub(super) fn problem(body: String, language: Language) -> Self {
        Self { body, content_type: pages::PROBLEM, csp: pages::NO_MARKUP, language, retry_after: None }
    }

    /// Every header of the answer but its length and cookies.
    #[must_use]
    pub fn headers(&self, transport: StrictTransport) -> HeaderMap {
        let mut headers = pages::headers(self.content_type, self.csp, self.language);
        // A page rests on the certificate that was shown, and no header says which: no kept answer fits another request (RFC 9440 §2.4).
        headers.insert(VARY, HeaderValue::from_static("*"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if transport == StrictTransport::On {
            headers.insert(STRICT_TRANSPORT_SECURITY, TWO_YEARS);
        }
        headers
    }
}

#[cfg(test)]
pub(super) mod tests {
    use pages::hash;

    use super::*;

    /// What stands between `<tag>` and `</tag>`, for each of them.
    pub(crate) fn inline<'a>(html: &'a str, tag: &str) -> Vec<&'a str> {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        html.split(&open).skip(1).map(|rest| rest.split(&close).next().unwrap()).collect()
    }

    /// The promise of every HTML page: what it carries inline is what its policy names, and nothing else is there to be blocked.
    pub(crate) fn carries_only_what_its_policy_allows(page: &Page) {
        let html = &page.body;
        let directive = |name: &str| page.csp.split("; ").find_map(|part| part.strip_prefix(name)).unwrap().trim();
        for (tag, name) in [("style", "style-src"), ("script", "script-src")] {
            let blocks = inline(html, tag);
            assert_eq!(html.matches(&format!("<{tag}")).count(), blocks.len(), "a <{tag}> with attributes");
            let expected = blocks.first().map_or("'none'".to_owned(), |block| hash(block));
            assert!(blocks.len() <= 1);
            assert_eq!(directive(name), expected, "{tag}");
        }
        for forbidden in
            [" style=", " onclick", " onload", " onerror", "javascript:", "<iframe", "<base", "@import", "url("]
        {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        assert!(html.len() < 20_000, "{} bytes", html.len());
    }

    #[test]
    fn an_answer_is_never_kept_framed_or_sniffed() {
        let page = Page::problem("{}".into(), Language::English);
        let headers = page.headers(StrictTransport::Off);
        let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!(value("cache-control"), Some("no-store"));
        assert_eq!(value("content-type"), Some("application/problem+json"));
        assert_eq!(value("content-language"), Some("en"));
        assert_eq!(value("x-content-type-options"), Some("nosniff"));
        assert_eq!(value("referrer-policy"), Some("same-origin"));
        assert_eq!(value("vary"), Some("*"));
        assert_eq!((value("strict-transport-security"), value("retry-after")), (None, None));
        let headers = Page { retry_after: Some(60), ..page }.headers(StrictTransport::On);
        assert_eq!(headers["strict-transport-security"], "max-age=63072000; includeSubDomains");
        assert_eq!(headers["retry-after"], "60");
    }
}
