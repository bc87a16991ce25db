//! Letters, the newest first, page by page.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::export_form::ExportForm;
use super::super::frame::{Frame, page};
use super::super::line::LetterLine;
use super::super::may::Right;
use super::super::missing::silent;
use super::super::operator::Operator;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::ledger::MailFilter;

/// How many a page shows.
const MOST: usize = 50;

/// Its states: word and what people call it.
const STATES: [(&str, &str); 5] = [
    ("queued", "送信待ち"),
    ("sent", "送信済み"),
    ("refused", "送信先が断った"),
    ("given_up", "7日間試してあきらめた"),
    ("dropped", "不要になった"),
];

#[derive(Template)]
#[template(path = "console/letter/list.html")]
struct LettersPage<'a> {
    frame: Frame<'a>,
    state: &'static str,
    about: String,
    /// Within so many days they ended.
    days: Option<i64>,
    letters: Vec<LetterLine>,
    more: Option<String>,
    export: ExportForm,
}

impl LettersPage<'_> {
    fn states(&self) -> [(&'static str, &'static str); 5] {
        STATES
    }

    /// Where those of this state are.
    fn of_state(&self, state: &str) -> String {
        address(&Narrowed { state, about: &self.about, days: None }, None)
    }
}

/// What an address asks for.
struct Narrowed<'a> {
    state: &'a str,
    about: &'a str,
    days: Option<i64>,
}

/// `GET /console/operations/letters?state=…&about=…&days=…&after=…`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    let state = state(query.get("state"));
    // Whoever sees no person does not search by one either.
    let about = Some(query.get("about").trim().to_owned()).filter(|about| !about.is_empty());
    let about = about.filter(|about| operator.may().has(Right::Read) || about.starts_with("DEV-"));
    let before = query.get("after").parse().ok();
    let days = query.get("days").parse().ok().filter(|days| (1..=4_000).contains(days));
    let ended_since = days.map(|days: i64| now().plus(-days * 86_400).unix());
    let filter = MailFilter { state, about: about.clone(), ended_since };
    let most = u32::try_from(MOST + 1).unwrap_or(u32::MAX);
    let found = match desk.writer().ledger().letters_before(filter, before, most).await {
        Ok(found) => found,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let reads = operator.may().has(Right::Read);
    let mut letters: Vec<_> = found.iter().map(LetterLine::of).collect();
    if !reads {
        letters = letters.into_iter().map(LetterLine::without_people).collect();
    }
    let more = letters.len() > MOST;
    letters.truncate(MOST);
    let (state, about) = (state.unwrap_or_default(), about.unwrap_or_default());
    let last = letters.last().map(|letter| letter.number);
    let narrowed = Narrowed { state, about: &about, days };
    let more = last.filter(|_| more).map(|last| address(&narrowed, Some(last)));
    let frame = Frame::of(&desk, &operator, now(), "メール");
    let export = ExportForm::uncounted("/console/operations/letters", address(&narrowed, None));
    let export = if reads { export } else { export.without_people() };
    page(StatusCode::OK, &LettersPage { frame, state, about, days, letters, more, export })
}

/// A state in which letters are, by its word.
pub(in crate::console) fn state(word: &str) -> Option<&'static str> {
    STATES.iter().find(|(known, _)| *known == word).map(|(known, _)| *known)
}

fn address(asked: &Narrowed<'_>, after: Option<i64>) -> String {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let (days, after) = (number(asked.days), number(after));
    let fields = [("state", asked.state), ("about", asked.about), ("days", &days), ("after", &after)];
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields.into_iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() {
        "/console/operations/letters".to_owned()
    } else {
        format!("/console/operations/letters?{query}")
    }
}
