//! What was done in the windows of a work plan, as far as the desk was told. All lines are in the gateways' files, which a
//! command reads (`ca-tools report maintenance`), by the same report.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::super::missing::silent;
use super::super::operator::Operator;
use super::shown::{AskedField, AskedReport, mistaken, shown, taken};
use crate::access::{AccessAsked, AccessRows, AccessWhom, MaintenanceAsked, maintenance_report};
use crate::desk::{Desk, Fields};
use crate::refusal::Unavailable;
use crate::sheet::PrintedReport;
use crate::spelling;

const TITLE: &str = "保守作業照合";

/// `GET /console/reports/maintenance?plan=W-2026-12`.
pub(super) async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    match asked(&desk, operator.fields()).await {
        Ok((form, Some(report))) => shown((&desk, &operator), &form, &report, Vec::new()).await,
        Ok((form, None)) => mistaken((&desk, &operator), &form, TITLE),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

/// `POST /console/export/reports/maintenance`.
pub(super) async fn take(State(desk): State<Desk>, operator: Operator) -> Response {
    match asked(&desk, &Fields::of(operator.fields().get("of").as_bytes())).await {
        Ok((form, Some(report))) => taken((&desk, &operator), &form, report).await,
        Ok((form, None)) => mistaken((&desk, &operator), &form, TITLE),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

/// The report of the plan that was asked for; none where none was, or there is none of that number.
async fn asked(desk: &Desk, fields: &Fields) -> Result<(AskedReport, Option<PrintedReport>), Unavailable> {
    let ledger = desk.writer().ledger();
    let plan = spelling::line(fields.get("plan")).unwrap_or_default();
    let windows = if plan.is_empty() { Vec::new() } else { ledger.windows_of_plan(&plan).await? };
    let mistake = (!plan.is_empty() && windows.is_empty())
        .then(|| "この作業計画の時間帯はありません。番号を確かめてください。".to_owned());
    let field = AskedField { name: "plan", label: "作業計画書の番号", hint: "", value: plan.clone(), mistake };
    let path = "/console/reports/maintenance".to_owned();
    let form = AskedReport { path, fields: vec![field], asked: json!({ "plan": plan }) };
    if windows.is_empty() {
        return Ok((form, None));
    }
    let mut all = AccessRows::default();
    for planned in &windows {
        let person = planned.login_id.parse().ok();
        let (from, until) = (planned.window.from, planned.window.until);
        let asked = AccessAsked { whom: AccessWhom { person, ..AccessWhom::default() }, from, until };
        all = all.and(AccessRows::told(&asked, &ledger).await?);
    }
    let called = ledger.called_then(&all.names()).await?;
    Ok((form, Some(maintenance_report(&MaintenanceAsked { plan, windows }, &all, &called))))
}
