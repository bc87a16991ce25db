//! `/office/training`: which 研修会 there were, and who attended.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use pages::Locale;
use serde_json::Value as Json;

use super::super::page::{Frame, page};
use super::super::spoken::{locale, say};
use super::Person;
use super::sight::{frame, sight_of, silent};
use super::told::word;
use crate::desk::state::Desk;
use crate::ledger::{Entry, Sight};
use crate::refusal::Unavailable;

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
        let moment = |field: &str| word(field, text(field), &[]);
        let attended = match entry.get("people") {
            Some(_) => match locale() {
                Locale::Japanese | Locale::EasyJapanese => {
                    format!("{}人のうち{}人", number("people"), number("attended"))
                }
                Locale::English => format!("{} of {}", number("attended"), number("people")),
            },
            None if text("attended_on").is_empty() => {
                say("受講の記録なし", "まだ出ていません", "no record of attending").to_owned()
            }
            None => match locale() {
                Locale::Japanese => format!("{}に受講", moment("attended_on")),
                Locale::EasyJapanese => format!("{}に出ました", moment("attended_on")),
                Locale::English => format!("attended on {}", moment("attended_on")),
            },
        };
        let [before, after] = [say("", "", "Year from April "), say("年度", "年度", "")];
        let year = format!("{before}{}{after}", number("year"));
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
            page(
                StatusCode::OK,
                &TrainingPage {
                    frame: frame(&desk, &person, say("研修会", "研修会", "Trainings")), sight, lines
                },
            )
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
