//! A page of the desk: a template in the house's frame, with the headers without which it must not go out.

use std::sync::LazyLock;

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use certs::Timestamp;

use super::words::HouseWords;
use crate::calendar::minute;
use crate::spelling::visible;

/// The one style sheet, inline in every page.
const STYLE: &str = include_str!("../../templates/style.css");

/// Nothing is loaded from anywhere and no script runs; the style is named by its SHA-256 (CSP Level 3 §2.3.1).
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// What stands around every page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    /// Whom to ask, where to go.
    pub(crate) words: &'a HouseWords,
    /// The support code of this request; empty where there is none.
    pub(crate) reference: &'a str,
    /// When this is written.
    pub(crate) now: Timestamp,
    /// The page's one heading.
    pub(crate) heading: &'a str,
}

impl Frame<'_> {
    /// The style sheet.
    pub(crate) fn style(&self) -> &'static str {
        STYLE
    }

    /// When this is written, as a clock in Kashiwa shows it.
    pub(crate) fn moment(&self) -> String {
        minute(self.now)
    }
}

/// A template, filled in, as an answer.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    let Ok(body) = template.render() else {
        // Writing into memory does not fail; should it, nobody is shown half a page.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // What the registry holds is older than the rule for its signs: what is not seen is seen on every page.
    let mut answer = (status, visible(&body).into_owned()).into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_LANGUAGE, "ja"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}
