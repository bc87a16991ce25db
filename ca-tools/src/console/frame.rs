//! What stands around every page of the console: navigation by role, the search field, what was just done, who is logged in.

use std::sync::LazyLock;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use certs::Timestamp;
use pages::{HTML, Language, Style, headers, policy};
use registry::Role;

use super::done::Done;
use super::may::May;
use super::operator::Operator;
use crate::calendar::minute;
use crate::desk::{CityWords, Desk};
use crate::spelling::visible;
use crate::words;

/// What all pages have, the desk's forms, and the console's tables.
static STYLE: LazyLock<Style> = LazyLock::new(|| {
    Style::with(concat!(include_str!("../../templates/desk.css"), include_str!("../../templates/console/console.css")))
});
/// Shortcuts and small help; every page works without it.
const SCRIPT: &str = include_str!("../../templates/console/console.js");
/// The script is named by its hash.
static POLICY: LazyLock<String> = LazyLock::new(|| policy(&STYLE, Some(SCRIPT)));

/// What stands around a page.
#[derive(Clone, Debug)]
pub(crate) struct Frame<'a> {
    /// Who reads.
    pub(crate) operator: &'a Operator,
    /// What they may.
    pub(crate) may: May,
    /// Whom to ask.
    pub(crate) words: &'a CityWords,
    /// When this is written.
    pub(crate) now: Timestamp,
    /// The page's one heading.
    pub(crate) heading: String,
    /// What stands in the search field.
    pub(crate) query: String,
    /// What was just done, and what came of it.
    pub(crate) done: Option<Done>,
}

impl<'a> Frame<'a> {
    /// Around a page of this heading.
    pub(crate) fn of(desk: &'a Desk, operator: &'a Operator, now: Timestamp, heading: impl Into<String>) -> Self {
        let (words, heading) = (desk.words(), heading.into());
        Self { operator, may: operator.may(), words, now, heading, query: String::new(), done: None }
    }

    /// The same, which tells what the address says was just done.
    pub(crate) async fn telling_what_was_done(mut self, desk: &Desk, query: Option<&str>) -> Self {
        self.done = Done::told(desk, query, (&self.may, self.now)).await;
        self
    }

    /// The style sheet.
    pub(crate) fn style(&self) -> &'static str {
        STYLE.as_str()
    }

    /// The script.
    pub(crate) fn script(&self) -> &'static str {
        SCRIPT
    }

    /// The console speaks Japanese.
    pub(crate) fn language(&self) -> Language {
        Language::Japanese
    }

    /// The first of three texts: a form that the console shares with the offices' pages asks for one of them.
    pub(crate) fn say(&self, japanese: &'static str, _: &'static str, _: &'static str) -> &'static str {
        japanese
    }

    /// When this is written, as a clock in Kashiwa shows it.
    pub(crate) fn moment(&self) -> String {
        minute(self.now)
    }

    /// The reader's roles, in words.
    pub(crate) fn roles(&self) -> String {
        let held = Role::ALL.into_iter().filter(|role| self.operator.rank().holds(*role));
        held.map(|role| words::said("roles", role.as_str(), &[], Language::Japanese)).collect::<Vec<_>>().join("、")
    }
}

/// A template, filled in, as an answer.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match rendered(template) {
        Some(body) => written(status, &body),
        // Writing into memory does not fail; should it, nobody is shown half a page.
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A template, filled in.
pub(crate) fn rendered(template: &impl Template) -> Option<String> {
    template.render().ok()
}

/// What was filled in, as an answer.
pub(crate) fn written(status: StatusCode, body: &str) -> Response {
    // What the registry holds is older than the rule for its signs: what is not seen is seen on every page.
    let mut answer = (status, visible(body).into_owned()).into_response();
    answer.headers_mut().extend(headers(HTML, POLICY.as_str(), Language::Japanese));
    answer
}
