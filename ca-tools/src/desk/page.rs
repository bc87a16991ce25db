//! A page of the desk: a template in the house's frame, with the headers without which it must not go out.

use std::sync::LazyLock;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use certs::Timestamp;
use pages::{HTML, Language, Style, headers, policy};

use super::words::CityWords;
use crate::calendar::minute;
use crate::spelling::visible;

/// What all pages have, and the desk's forms, codes and pictures.
static STYLE: LazyLock<Style> = LazyLock::new(|| Style::with(include_str!("../../templates/desk.css")));
/// No script runs.
static POLICY: LazyLock<String> = LazyLock::new(|| policy(&STYLE, None));

/// What stands around every page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    /// Whom to ask, where to go.
    pub(crate) words: &'a CityWords,
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
        STYLE.as_str()
    }

    /// The desk speaks Japanese.
    pub(crate) fn language(&self) -> Language {
        Language::Japanese
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
    answer.headers_mut().extend(headers(HTML, POLICY.as_str(), Language::Japanese));
    answer
}
