//! What waits today.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::frame::{Frame, page};
use super::operator::Operator;
use crate::clock::now;
use crate::desk::Desk;

#[derive(Template)]
#[template(path = "console/today.html")]
struct Today<'a> {
    frame: Frame<'a>,
}

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/console/", get(show)).route("/console", get(slash))
}

async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    let frame = Frame::of(&desk, &operator, now(), "今日の仕事");
    page(StatusCode::OK, &Today { frame })
}

async fn slash() -> Response {
    Redirect::to("/console/").into_response()
}
