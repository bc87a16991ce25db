//! What is printed of an incident: the paper for the mayor, and extracts that were sealed. That either was read, or taken
//! along, stands in the record before it is.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::super::missing::{nothing, silent};
use super::super::operator::Operator;
use super::super::report::{AskedReport, OfferedAct, printed, taken};
use super::{found, path_of};
use crate::access::{extract_of, paper_of};
use crate::clock::now;
use crate::desk::Desk;
use crate::incident::IncidentNo;
use crate::refusal::Refusal;
use crate::sheet::PrintedReport;

/// What is printed, as it was asked for, and the incident that it is of.
struct IncidentSheet {
    asked: AskedReport,
    report: PrintedReport,
    back: OfferedAct,
}

/// `GET /console/incidents/{incident}/paper`.
pub(super) async fn paper(State(desk): State<Desk>, Path(typed): Path<String>, operator: Operator) -> Response {
    match the_paper(&desk, &operator, &typed).await {
        Ok(IncidentSheet { asked, report, back }) => printed((&desk, &operator), (&asked, back), &report),
        Err(answer) => answer,
    }
}

/// `POST /console/export/incidents/{incident}/paper`.
pub(super) async fn take_paper(State(desk): State<Desk>, Path(typed): Path<String>, operator: Operator) -> Response {
    match the_paper(&desk, &operator, &typed).await {
        Ok(IncidentSheet { asked, report, .. }) => taken((&desk, &operator), &asked, report).await,
        Err(answer) => answer,
    }
}

/// `GET /console/incidents/{incident}/extracts/{extract}`.
pub(super) async fn extract(
    State(desk): State<Desk>,
    Path((typed, number)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    match the_extract(&desk, &operator, (&typed, &number)).await {
        Ok(IncidentSheet { asked, report, back }) => printed((&desk, &operator), (&asked, back), &report),
        Err(answer) => answer,
    }
}

/// `POST /console/export/incidents/{incident}/extracts/{extract}`.
pub(super) async fn take_extract(
    State(desk): State<Desk>,
    Path((typed, number)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    match the_extract(&desk, &operator, (&typed, &number)).await {
        Ok(IncidentSheet { asked, report, .. }) => taken((&desk, &operator), &asked, report).await,
        Err(answer) => answer,
    }
}

async fn the_paper(desk: &Desk, operator: &Operator, typed: &str) -> Result<IncidentSheet, Response> {
    let (no, _) = found(desk, operator, typed).await?;
    let report =
        paper_of(&desk.writer().ledger(), no, now()).await.map_err(|refusal| gone(desk, operator, &refusal))?;
    let noted = desk.writer().take_paper(&operator.by(now()), no).await;
    noted.map_err(|refusal| gone(desk, operator, &refusal))?;
    Ok(sheet(no, "/paper", report))
}

async fn the_extract(
    desk: &Desk,
    operator: &Operator,
    (typed, number): (&str, &str),
) -> Result<IncidentSheet, Response> {
    let (no, _) = found(desk, operator, typed).await?;
    let number: i64 = number.parse().map_err(|_| nothing(desk, operator, "この号の抽出はありません。"))?;
    let report = extract_of(&desk.writer().ledger(), (no, number), now()).await;
    let report = report.map_err(|refusal| gone(desk, operator, &refusal))?;
    let noted = desk.writer().read_extract(&operator.by(now()), no, number).await;
    noted.map_err(|refusal| gone(desk, operator, &refusal))?;
    Ok(sheet(no, &format!("/extracts/{number}"), report))
}

fn sheet(no: IncidentNo, below: &str, report: PrintedReport) -> IncidentSheet {
    let asked = json!({ "incident": no.to_string() });
    let asked = AskedReport { path: format!("{}{below}", path_of(no)), fields: Vec::new(), asked };
    let back = OfferedAct { words: format!("事故・障害 {no} へ"), path: path_of(no) };
    IncidentSheet { asked, report, back }
}

fn gone(desk: &Desk, operator: &Operator, refusal: &Refusal) -> Response {
    if let Refusal::Unknown(..) = refusal {
        return nothing(desk, operator, "この号の抽出はありません。");
    }
    tracing::warn!(%refusal, "the registry does not answer");
    silent(desk, operator)
}
