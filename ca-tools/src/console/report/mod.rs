//! Reports: what is looked at regularly, and what somebody asks for. Each is a page whose address is its question, printed as it
//! stands there, and a file; that it was read is an event.
//!
//! `index` lists them, `shown` is the page and the file of any. A report has a file of its own here that reads its question and
//! has it made; nothing else tells it from the others.

mod index;
mod shown;
mod unused;

use axum::Router;
use axum::routing::{get, post};

use crate::desk::Desk;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/reports", get(index::show))
        .route("/console/reports/unused", get(unused::show))
        .route("/console/export/reports/unused", post(unused::take))
}
