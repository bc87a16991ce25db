//! What can I do here? A list of links.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::page::{Frame, page};
use super::Person;
use crate::clock::now;
use crate::desk::state::Desk;

#[derive(Template)]
#[template(path = "office/index.html")]
struct Index<'a> {
    frame: Frame<'a>,
    person: &'a Person,
}

/// `GET /office/`.
pub(super) async fn show(State(desk): State<Desk>, person: Person) -> Response {
    let frame = Frame { words: &desk.words, reference: &person.reference, now: now(), heading: "手続き" };
    page(StatusCode::OK, &Index { frame, person: &person })
}
