//! `/office/readiness`: what the office must do before a day.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;

use super::super::form::Fields;
use super::super::page::{Frame, page};
use super::super::spoken::{date, say, sentence, why_not};
use super::Person;
use super::sight::{contact_of, frame, silent, stopped};
use crate::application::Day;
use crate::clock::now;
use crate::desk::state::Desk;
use crate::readiness::OfficeAsIs;
use crate::refusal::Refusal;
use crate::spelling::code;
use crate::words::{hybrid, lacking};

/// Days ahead that are looked at where nobody says another day: a certificate can be renewed from then on.
pub(super) const AHEAD: i64 = 90;

#[derive(Template)]
#[template(path = "office/readiness.html")]
struct ReadinessPage<'a> {
    frame: Frame<'a>,
    /// As it was typed.
    typed: String,
    day: Option<Day>,
    lacks: Vec<ToldLack>,
    /// How many there are; the page shows the first two hundred.
    all: usize,
    hybrid: Option<String>,
    mistake: Option<&'static str>,
}

impl ReadinessPage<'_> {
    fn date(&self, day: &Day) -> String {
        date(*day)
    }
}

/// What a page shows: who has more begins at the top.
const SHOWN: usize = 200;

/// What is missing, in words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct ToldLack {
    pub(super) lacking: String,
    pub(super) remedy: String,
}

/// What an office lacks before that day.
pub(super) fn told(office: &OfficeAsIs, by: Day, now: Timestamp) -> Vec<ToldLack> {
    let lacks = office.lacks(by.begins(), now);
    let said = lacks.iter().map(lacking);
    said.map(|said| ToldLack { lacking: sentence(&said.lacking), remedy: sentence(&said.remedy) }).collect()
}

/// A day as people type it.
fn typed(text: &str) -> Option<Day> {
    code(text).ok()?.parse().ok()
}

/// `GET /office/readiness?before=2027-04-01`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, person: Person) -> Response {
    let sight = match contact_of(&desk, &person).await {
        Ok(sight) => sight,
        Err(answer) => return answer,
    };
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    let now = now();
    let given = query.get("before").trim();
    let day = if given.is_empty() { Some(Day::of(now.plus(AHEAD * 86_400))) } else { typed(given) };
    let frame = frame(&desk, &person, say("準備の確認", "準備のたしかめ", "Readiness"));
    let Some(day) = day else {
        let mistake = Some(say(
            "日付を、2027-04-01 や 令和9年4月1日 のように入力してください。",
            "日にちを、2027-04-01 のように入力してください。",
            "Please type a day such as 2027-04-01.",
        ));
        let typed = given.to_owned();
        let asked = ReadinessPage { frame, typed, day: None, lacks: Vec::new(), all: 0, hybrid: None, mistake };
        return page(StatusCode::UNPROCESSABLE_ENTITY, &asked);
    };
    match desk.writer.ledger().office_as_is(&sight.office).await {
        Ok(office) => {
            let mut lacks = told(&office, day, now);
            let all = lacks.len();
            lacks.truncate(SHOWN);
            let shown = ReadinessPage {
                frame,
                typed: day.to_string(),
                day: Some(day),
                lacks,
                all,
                hybrid: office.hybrid_share().map(|share| sentence(&hybrid(share))),
                mistake: None,
            };
            page(StatusCode::OK, &shown)
        }
        Err(Refusal::Unavailable(why)) => silent(&desk, &person, &why),
        Err(why) => stopped(&desk, &person, (StatusCode::CONFLICT, why_not(&why))),
    }
}
