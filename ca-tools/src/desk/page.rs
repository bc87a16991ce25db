//! A page of the desk: a template in the house's frame, with the headers without which it must not go out.

use std::sync::LazyLock;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use certs::Timestamp;
use pages::{HTML, Language, Locale, LocaleLink, Style, calendar, furigana, headers, policy};

use super::spoken;
use super::words::CityWords;
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

    /// How the reader is spoken to.
    pub(crate) fn locale(&self) -> Locale {
        spoken::locale()
    }

    /// In which language.
    pub(crate) fn language(&self) -> Language {
        self.locale().language()
    }

    /// Whom to ask.
    pub(crate) fn whom(&self) -> String {
        let city = self.words.contact.name.as_str();
        match (self.locale(), city) {
            (Locale::Japanese, "") => "解決しないときは、柏市へご連絡ください。".to_owned(),
            (Locale::Japanese, city) => format!("解決しないときは、{city}へご連絡ください。"),
            (Locale::EasyJapanese, "") => "わからないときは、柏市へ電話してください。".to_owned(),
            (Locale::EasyJapanese, city) => format!("わからないときは、{city}へ電話してください。"),
            (Locale::English, "") => "If this does not help, please contact Kashiwa City.".to_owned(),
            (Locale::English, city) => format!("If this does not help, please contact {city}."),
        }
    }

    /// One of three texts.
    pub(crate) fn say(&self, japanese: &'static str, easy: &'static str, english: &'static str) -> &'static str {
        self.locale().pick(japanese, easy, english)
    }

    /// The bracket before a number that stands behind its name.
    pub(crate) fn opens(&self) -> &'static str {
        self.say("（", "（", " (")
    }

    /// The bracket after it.
    pub(crate) fn closes(&self) -> &'static str {
        self.say("）", "）", ")")
    }

    /// The switch of languages.
    pub(crate) fn switch(&self) -> Vec<LocaleLink> {
        pages::switch(self.locale(), spoken::here().as_deref())
    }

    /// When this is written, as a clock in Kashiwa shows it.
    pub(crate) fn moment(&self) -> String {
        calendar::minute(self.language(), self.now)
    }
}

/// A template, filled in, as an answer.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    let Ok(body) = template.render() else {
        // Writing into memory does not fail; should it, nobody is shown half a page.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // What the registry holds is older than the rule for its signs: what is not seen is seen on every page.
    let body = visible(&body);
    let locale = spoken::locale();
    let body = match locale {
        Locale::EasyJapanese => furigana(&body),
        Locale::Japanese | Locale::English => body.into_owned(),
    };
    let mut answer = (status, body).into_response();
    answer.headers_mut().extend(headers(HTML, POLICY.as_str(), locale.language()));
    answer
}
