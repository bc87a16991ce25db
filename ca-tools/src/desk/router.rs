//! Which path leads where: one table for each of the two doors. A path of the one is none of the other.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::json;

use super::state::Desk;
use super::{apply, metrics, office, password, public, reports, spoken};

/// Two passwords and their names: nothing longer is a form of ours.
const LARGEST_BODY: usize = 16 * 1024;
/// A batch of a gateway is 256 KiB, or one long line.
const LARGEST_REPORT: usize = 4 << 20;
/// An office's application for many people, a request for a certificate.
const LARGEST_FORM: usize = 64 * 1024;

/// For gateways that verified two factors; with the operators' pages.
pub(super) fn private(desk: &Desk, console: Router<Desk>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route(metrics::PATH, get(metrics::metrics))
        .route(password::PATH, post(password::change))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        // Of the console's own site: whoever types its name alone.
        .route("/", get(|| async { Redirect::to("/console/") }))
        .merge(office::routes().layer(from_fn(spoken::speak)))
        .merge(console)
        .merge(reported())
        .with_state(desk.clone())
}

/// For whoever comes through the help site.
pub(super) fn public(desk: &Desk) -> Router {
    Router::new()
        .merge(public::pickup())
        .merge(public::lost())
        .merge(apply::routes())
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(from_fn(spoken::speak))
        .with_state(desk.clone())
}

/// Of gateways: some hundred access lines at a time.
fn reported() -> Router<Desk> {
    Router::new().route(reports::PATH, post(reports::taken)).layer(DefaultBodyLimit::max(LARGEST_REPORT))
}

async fn healthz(State(desk): State<Desk>) -> Response {
    match desk.writer.ledger().version().await {
        Ok(version) => axum::Json(json!({ "version": version })).into_response(),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, axum::Json(json!({ "refused": "registry_unavailable" }))).into_response()
        }
    }
}
