//! Which IDs and devices nobody uses.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::super::missing::silent;
use super::super::operator::Operator;
use super::shown::{AskedField, AskedReport, mistaken, settings, shown, taken};
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::sheet::PrintedReport;
use crate::spelling;
use crate::survey::{self, UNUSED_DAYS};

/// Longer ago than anything of ours.
const MOST_DAYS: i64 = 3_650;

/// `GET /console/reports/unused?days=90`.
pub(super) async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    let (asked, days) = asked(operator.fields());
    let Some(days) = days else { return mistaken((&desk, &operator), &asked, "使われていないIDと端末") };
    match report(&desk, days).await {
        Some(report) => shown((&desk, &operator), &asked, &report, Vec::new()).await,
        None => silent(&desk, &operator),
    }
}

/// `POST /console/export/reports/unused`.
pub(super) async fn take(State(desk): State<Desk>, operator: Operator) -> Response {
    let (asked, days) = asked(&Fields::of(operator.fields().get("of").as_bytes()));
    let Some(days) = days else { return mistaken((&desk, &operator), &asked, "使われていないIDと端末") };
    match report(&desk, days).await {
        Some(report) => taken((&desk, &operator), &asked, report).await,
        None => silent(&desk, &operator),
    }
}

async fn report(desk: &Desk, days: i64) -> Option<PrintedReport> {
    let found = survey::unused(&desk.writer().ledger(), &settings(desk), (days, now())).await;
    found.inspect_err(|why| tracing::warn!(%why, "the registry does not answer")).ok()
}

fn asked(fields: &Fields) -> (AskedReport, Option<i64>) {
    let typed = spelling::code(fields.get("days").trim()).unwrap_or_default();
    let typed = if typed.is_empty() { UNUSED_DAYS.to_string() } else { typed };
    let days = typed.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
    let mistake = days.is_none().then(|| format!("日数は 1 から {MOST_DAYS} までの数で書いてください。"));
    let field =
        AskedField { name: "days", label: "使われていない日数（以上）", hint: "", value: typed, mistake };
    let path = "/console/reports/unused".to_owned();
    (AskedReport { path, fields: vec![field], asked: json!({ "days": days }) }, days)
}
