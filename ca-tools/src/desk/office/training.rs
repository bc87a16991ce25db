//! `/office/training`: which 研修会 there were, and who attended.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value as Json;

use super::super::page::{Frame, page};
use super::Person;
use super::sight::{frame, sight_of, silent};
use crate::desk::state::Desk;
use crate::language::Language;
use crate::ledger::{Entry, Sight};
use crate::refusal::Unavailable;
use crate::words::said;

#[derive(Template)]
#[template(path = "office/training.html")]
struct TrainingPage<'a> {
    frame: Frame<'a>,
    sight: Sight,
    lines: Vec<TrainingLine>,
}

/// A training, as its line has it.
struct TrainingLine {
    year: String,
    held: String,
    place: String,
    attended: String,
}

impl TrainingLine {
    fn of(entry: &Entry) -> Self {
        let number = |field: &str| entry.get(field).and_then(Json::as_i64).unwrap_or_default();
        let text = |field: &str| entry.get(field).and_then(Json::as_str).unwrap_or_default();
        let moment = |field: &str| said(field, text(field), &[], Language::Japanese);
        let attended = match entry.get("people") {
            Some(_) => format!("{}人のうち{}人", number("people"), number("attended")),
            None if text("attended_on").is_empty() => "受講の記録なし".to_owned(),
            None => format!("{}に受講", moment("attended_on")),
        };
        let year = format!("{}年度", number("year"));
        Self { year, held: moment("held_on"), place: text("place").to_owned(), attended }
    }
}

/// `GET /office/training`.
pub(super) async fn show(State(desk): State<Desk>, person: Person) -> Response {
    let sight = match sight_of(&desk, &person).await {
        Ok(sight) => sight,
        Err(answer) => return answer,
    };
    match found(&desk, &sight).await {
        Ok(entries) => {
            let lines = entries.iter().map(TrainingLine::of).collect();
            page(StatusCode::OK, &TrainingPage { frame: frame(&desk, &person, "研修会"), sight, lines })
        }
        Err(why) => silent(&desk, &person, &why),
    }
}

async fn found(desk: &Desk, sight: &Sight) -> Result<Vec<Entry>, Unavailable> {
    let ledger = desk.writer.ledger();
    if sight.contact {
        ledger.training_of_office(&sight.office).await
    } else {
        ledger.training_of_person(&sight.person).await
    }
}
