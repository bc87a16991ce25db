//! A ticket: where it stands, whom it serves, what can be done. Its number and its code are shown once, by `handed`.

mod handed;
mod kill;
mod show;

use axum::Router;
use axum::routing::get;

use crate::desk::Desk;

pub(super) use handed::{Handed, handed};

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/tickets/{ticket}", get(show::show))
        .route("/console/change/tickets/{ticket}/kill", get(kill::ask).post(kill::kill))
}

/// Its page.
fn path_of(ticket: &str) -> String {
    format!("/console/tickets/{ticket}")
}
