//! What operations look after: gateways, letters that did not arrive, lists and certificates of the house's own that end. No
//! person is named here.

mod overview;
mod retire;
mod show;

use axum::Router;
use axum::routing::get;

use crate::desk::Desk;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/operations/", get(overview::show))
        .route("/console/operations", get(overview::slash))
        .route("/console/operations/gateways", get(overview::slash))
        .route("/console/operations/gateways/{gateway}", get(show::show))
        .route("/console/custody/gateways/{gateway}/retire", get(retire::ask).post(retire::retire))
}

/// Its page. A gateway's name is what its own configuration says.
fn path_of(gateway: &str) -> String {
    let name: String = url::form_urlencoded::byte_serialize(gateway.as_bytes()).collect();
    format!("/console/operations/gateways/{}", name.replace('+', "%20"))
}
