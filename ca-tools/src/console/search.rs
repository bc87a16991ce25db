//! Where is it? One exact hit opens at once; of several there is a list, whose address can be sent to a colleague.

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::frame::{Frame, page};
use super::missing::silent;
use super::operator::Operator;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::search::Hit;

/// Before what is asked.
const SEARCH: &str = "/console/search?";

#[derive(Template)]
#[template(path = "console/search.html")]
struct SearchPage<'a> {
    frame: Frame<'a>,
    hits: &'a [Hit],
    total: usize,
    kept: usize,
    /// There are more than that many.
    cut: bool,
    /// Where the next page goes on.
    next: Option<String>,
    first: bool,
}

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/console/search", get(show))
}

/// `GET /console/search?q=…`.
async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let query = Fields::of(query.unwrap_or_default().as_bytes());
    let (typed, after) = (query.get("q").trim().to_owned(), query.get("after"));
    let found = match desk.search().find(&typed).await {
        Ok(found) => found,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    if let Some(one) = found.one().filter(|_| after.is_empty()) {
        return Redirect::to(&one.path()).into_response();
    }
    let mut frame = Frame::of(&desk, &operator, now(), "検索");
    let (hits, next) = found.page(after);
    let next = next.map(|after| {
        let mut address = url::form_urlencoded::Serializer::for_suffix(SEARCH.to_owned(), SEARCH.len());
        address.append_pair("q", &typed).append_pair("after", &after).finish()
    });
    frame.query = typed;
    let (total, kept, cut) = (found.total(), found.kept(), found.cut());
    page(StatusCode::OK, &SearchPage { frame, hits, total, kept, cut, next, first: after.is_empty() })
}
