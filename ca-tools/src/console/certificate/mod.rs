//! A certificate: where it stands, what came before and after it, where it was seen.

mod show;

use axum::Router;
use axum::routing::get;

use crate::desk::Desk;

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/console/certificates/{serial}", get(show::show))
}
