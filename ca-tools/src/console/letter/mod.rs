//! Letters: which wait, which left, which were refused; one of them, and trying it once more. What they say is not shown, and
//! to whom they go only to who may see people.

mod list;
mod retry;
mod show;

use axum::Router;
use axum::routing::get;

use crate::desk::Desk;

pub(super) use list::state;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/operations/letters", get(list::show))
        .route("/console/operations/letters/{letter}", get(show::show))
        .route("/console/operations/letters/{letter}/retry", get(retry::ask).post(retry::retry))
}

/// Its page.
fn path_of(letter: i64) -> String {
    format!("/console/operations/letters/{letter}")
}

/// A letter's number, however it was typed.
fn spelled(typed: &str) -> Option<i64> {
    let digits = crate::ticket::fold(typed);
    (digits.len() <= 15 && digits.bytes().all(|sign| sign.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|letter| *letter > 0)
}
