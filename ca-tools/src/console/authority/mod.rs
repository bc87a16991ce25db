//! The certification authorities: which of them sign, until when. One is taken out of use, one more is proposed; its keys are
//! made where the others are, by command.

mod add;
mod list;
mod retire;

use axum::Router;
use axum::routing::get;

use crate::desk::Desk;

const PATH: &str = "/console/authorities";

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route(PATH, get(list::list))
        .route("/console/custody/authorities/new/add-issuing", get(add::ask).post(add::propose))
        .route("/console/custody/authorities/{fingerprint}/retire", get(retire::ask).post(retire::retire))
}
