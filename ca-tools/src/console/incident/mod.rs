//! Incidents: what happened, who was stopped, what was reached, until when what is to be reported.
//!
//! `list` and `show` are their pages, `open` begins one, `press` adds to it, `printed` are the paper for the mayor and the
//! extracts that were sealed. The access logs lie at the gateways: an extract is made by command there, and read here.

mod list;
mod open;
mod press;
mod printed;
mod show;

pub(super) use open::moment;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use super::missing::{nothing, silent};
use super::operator::Operator;
use crate::desk::Desk;
use crate::incident::IncidentNo;
use crate::ledger::Entry;
use crate::refusal::Refusal;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/incidents", get(list::show))
        .route("/console/incidents/{incident}", get(show::show))
        .route("/console/incidents/{incident}/paper", get(printed::paper))
        .route("/console/incidents/{incident}/extracts/{extract}", get(printed::extract))
        .route("/console/export/incidents/{incident}/paper", post(printed::take_paper))
        .route("/console/export/incidents/{incident}/extracts/{extract}", post(printed::take_extract))
        .route("/console/change/incidents/new/open", get(open::ask).post(open::act))
        .route("/console/change/incidents/{incident}/{act}", get(press::ask).post(press::act))
}

/// Its page.
fn path_of(no: IncidentNo) -> String {
    format!("/console/incidents/{no}")
}

/// The incident of this number.
async fn found(desk: &Desk, operator: &Operator, typed: &str) -> Result<(IncidentNo, Entry), Response> {
    let missing = || nothing(desk, operator, "この番号の事故・障害の記録はありません。");
    let no = IncidentNo::typed(typed).map_err(|_| missing())?;
    match desk.writer().ledger().incident(no).await {
        Ok(entry) => Ok((no, entry)),
        Err(Refusal::Unknown(..)) => Err(missing()),
        Err(refusal) => {
            tracing::warn!(%refusal, "the registry does not answer");
            Err(silent(desk, operator))
        }
    }
}
