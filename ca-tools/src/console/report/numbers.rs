//! How many there are of what.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::super::missing::silent;
use super::super::operator::Operator;
use super::shown::{AskedReport, settings, shown, taken};
use crate::clock::now;
use crate::desk::Desk;
use crate::sheet::PrintedReport;
use crate::survey;

/// `GET /console/reports/numbers`.
pub(super) async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    match report(&desk).await {
        Some(report) => shown((&desk, &operator), &asked(), &report, Vec::new()).await,
        None => silent(&desk, &operator),
    }
}

/// `POST /console/export/reports/numbers`.
pub(super) async fn take(State(desk): State<Desk>, operator: Operator) -> Response {
    match report(&desk).await {
        Some(report) => taken((&desk, &operator), &asked(), report).await,
        None => silent(&desk, &operator),
    }
}

async fn report(desk: &Desk) -> Option<PrintedReport> {
    let found = survey::numbers(&desk.writer().ledger(), &settings(desk), now()).await;
    found.inspect_err(|why| tracing::warn!(%why, "the registry does not answer")).ok()
}

fn asked() -> AskedReport {
    AskedReport { path: "/console/reports/numbers".to_owned(), fields: Vec::new(), asked: json!({}) }
}
