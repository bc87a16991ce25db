//! 現況届 of an office, on the page of its contact: each ID and each device goes on or goes, what of the office changed, who is new.
//!
//! ```text
//! GET   ──► form, with what was said so far     who is no contact: how far it is, and what only they can say
//! POST  ──► rest    the rows that nobody touched, filled in on the page; nothing is written
//!       ──► save    written, to be gone on with
//!       ──► check   everything once more, and whom it touches
//!       ──► send    written and handed in
//!       ──► vouch   somebody else stands for what the contact says of themselves
//! ```
//! `asked` is what a request is about, `typed` what its form says, `forms` what is written beside the answers, `line` a row as a page
//! has it, `said` sentences with a number in them, `pages` what is read; `act` does it.

mod act;
mod asked;
mod forms;
mod line;
mod pages;
mod said;
mod typed;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;

use super::Person;
use crate::desk::Fields;
use crate::desk::state::Desk;

pub(crate) use line::{AnswerLine, called, evidence, field as row_field, named as named_of};
pub(crate) use typed::{Chosen, answers_of, chosen, left, lines, with_the_rest};

use asked::ReportAsked;
use said::PATH;

pub(super) fn routes() -> Router<Desk> {
    Router::new().route(PATH, get(show).post(act::act))
}

/// `GET /office/campaign`; `?told=saved|sent` says what was just done, `?correct=1` opens what was handed in once more.
async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, person: Person) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    match ReportAsked::of(&desk, &person).await {
        Ok(asked) => asked.shown(&query),
        Err(answer) => answer,
    }
}
