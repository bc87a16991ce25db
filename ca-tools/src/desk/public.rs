//! Which paths does the public door have? One table for each theme.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};

use super::form::Fields;
use super::pickup::{self, PickupVisit};
use super::state::Desk;
use super::visitor::Visitor;
use super::{after_end, lost};

/// `/pickup`.
pub(super) fn pickup() -> Router<Desk> {
    Router::new()
        .route("/pickup", get(show).post(form))
        .route("/pickup/ready", get(ready))
        .route("/pickup/told", get(told))
        .route("/pickup/file", post(file))
        .route("/pickup/other", post(other))
        .route("/pickup/request", post(request))
        .route("/pickup/renew", get(after_end::show).post(after_end::ask))
        .route("/pickup/renew/asked", get(after_end::asked))
}

/// `/lost`.
pub(super) fn lost() -> Router<Desk> {
    Router::new().route("/lost", get(lost::show).post(lost::report)).route("/lost/stopped", get(lost::told))
}

fn visit<'a>(desk: &'a Desk, visitor: &'a Visitor) -> PickupVisit<'a> {
    PickupVisit {
        desk,
        base: "",
        source: &visitor.source,
        reference: &visitor.reference,
        agent: &visitor.agent,
        request: visitor.request.as_deref(),
    }
}

async fn show(State(desk): State<Desk>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    pickup::show(visit(&desk, &visitor), &Fields::of(query.unwrap_or_default().as_bytes()))
}

async fn form(State(desk): State<Desk>, visitor: Visitor, body: Bytes) -> Response {
    pickup::form(visit(&desk, &visitor), &Fields::of(&body)).await
}

async fn ready(State(desk): State<Desk>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    pickup::ready(visit(&desk, &visitor), &Fields::of(query.unwrap_or_default().as_bytes())).await
}

async fn told(State(desk): State<Desk>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    pickup::told(visit(&desk, &visitor), &Fields::of(query.unwrap_or_default().as_bytes()))
}

async fn file(State(desk): State<Desk>, visitor: Visitor, body: Bytes) -> Response {
    pickup::file(visit(&desk, &visitor), &Fields::of(&body)).await
}

async fn other(State(desk): State<Desk>, visitor: Visitor, body: Bytes) -> Response {
    pickup::other(visit(&desk, &visitor), &Fields::of(&body)).await
}

async fn request(State(desk): State<Desk>, visitor: Visitor, body: Bytes) -> Response {
    pickup::request(visit(&desk, &visitor), &Fields::of(&body)).await
}
