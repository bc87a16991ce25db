//! How is the reader of this request spoken to? Known once, at the door; every page of the answer asks here.
//!
//! It is of the request and not of any act: nothing is decided by it, so it is no argument of what decides.

use std::fmt::Display;

use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use certs::Timestamp;
use pages::{Locale, Text, calendar};

use crate::application::Day;
use crate::refusal::Refusal;
use crate::words::for_people;

#[derive(Clone, Debug)]
struct Spoken {
    locale: Locale,
    /// Path and query of a page that was opened.
    here: Option<String>,
}

tokio::task_local! {
    static SPOKEN: Spoken;
}

/// Answers the request in the way its reader chose.
pub(super) async fn speak(request: Request, next: Next) -> Response {
    let opened = matches!(*request.method(), Method::GET | Method::HEAD);
    let here = request.uri().path_and_query().filter(|_| opened).map(|here| here.as_str().to_owned());
    let spoken = Spoken { locale: Locale::of(request.headers()), here };
    SPOKEN.scope(spoken, next.run(request)).await
}

/// How the reader is spoken to; in Japanese where nobody asked.
pub(crate) fn locale() -> Locale {
    SPOKEN.try_with(|spoken| spoken.locale).unwrap_or_default()
}

/// One of three texts, by how the reader is spoken to.
pub(crate) fn say(japanese: &'static str, easy: &'static str, english: &'static str) -> &'static str {
    locale().pick(japanese, easy, english)
}

/// What a sentence says to the reader.
pub(crate) fn read(text: &Text) -> String {
    text.read(locale().language()).to_owned()
}

/// Why not, as a sentence of a page.
pub(crate) fn why_not(refusal: &Refusal) -> String {
    sentence(&for_people(refusal))
}

/// What is said beside a command, too: there it begins with a small letter and has no full stop.
pub(crate) fn sentence(text: &Text) -> String {
    let text = read(text);
    match locale() {
        Locale::Japanese | Locale::EasyJapanese => text,
        Locale::English => {
            let first = text.chars().next().map(|sign| sign.to_uppercase().to_string()).unwrap_or_default();
            let rest = text.get(text.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
            format!("{first}{rest}.")
        }
    }
}

/// A name with its number, in the reader's brackets.
pub(crate) fn numbered(name: impl Display, number: impl Display) -> String {
    match locale() {
        Locale::Japanese | Locale::EasyJapanese => format!("{name}（{number}）"),
        Locale::English => format!("{name} ({number})"),
    }
}

/// Names, one after the other.
pub(crate) fn listed(names: &[String]) -> String {
    names.join(say("、", "、", ", "))
}

/// A day as the reader's calendar writes it.
pub(crate) fn day(at: Timestamp) -> String {
    calendar::day(locale().language(), at)
}

/// The same of a day of a form.
pub(crate) fn date(day: Day) -> String {
    day.read(locale().language())
}

/// A moment as the reader's calendar writes it.
pub(crate) fn minute(at: Timestamp) -> String {
    calendar::minute(locale().language(), at)
}

/// Path and query at which the page was opened; nothing where it answers what was sent.
pub(crate) fn here() -> Option<String> {
    SPOKEN.try_with(|spoken| spoken.here.clone()).ok().flatten()
}

/// What is answered to a reader of this kind.
#[cfg(test)]
pub(crate) async fn spoken<R>(locale: Locale, answer: impl Future<Output = R>) -> R {
    SPOKEN.scope(Spoken { locale, here: None }, answer).await
}
