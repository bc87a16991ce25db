//! The record: what was done, by whom, to whom.

mod export;
mod filter;
mod list;
mod show;

pub(super) use filter::Asked;

use axum::Router;
use axum::routing::get;

use crate::desk::Desk;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/audit", get(list::show))
        .route("/console/audit/export", get(export::ask))
        .route("/console/audit/{version}", get(show::show))
}
