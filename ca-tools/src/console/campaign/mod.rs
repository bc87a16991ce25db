//! 現況届: how far each campaign is, what each office answered, and what is done about those that did not.
//!
//! `list` shows all of them, `show` one with its pictures, `picture` draws them; `office` is what one office said. `open` begins one,
//! `act` reminds, closes, proposes a step and takes it back. `type_in` takes down what came on paper, `table` what comes back as a
//! file, and sends the file out; `confirm` hands in what has come in whole. `paper` is printed for those without mail.

mod act;
mod confirm;
mod list;
mod office;
mod open;
mod paper;
mod picture;
mod show;
mod table;
mod type_in;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use registry::OfficeNo;

use super::label::{Label, Tone};
use super::may::Right;
use super::missing::{not_yours, nothing, silent};
use super::office as offices;
use super::operator::Operator;
use crate::campaign::{CampaignNo, OfficeSheet, OfficeStage, RowStanding};
use crate::desk::Desk;
use crate::ledger::CampaignView;
use crate::refusal::Refusal;

/// How far offices are, those first of which most is left.
const STAGES: [OfficeStage; 3] = [OfficeStage::Untouched, OfficeStage::Begun, OfficeStage::Confirmed];

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/campaigns", get(list::show))
        .route("/console/campaigns/{campaign}", get(show::show))
        .route("/console/campaigns/{campaign}/paper", get(paper::all))
        .route("/console/campaigns/{campaign}/offices/{office}", get(office::show))
        .route("/console/campaigns/{campaign}/offices/{office}/paper", get(paper::one))
        .route("/console/approve/campaigns/new/open", get(open::ask).post(open::act))
        .route("/console/approve/campaigns/{campaign}/close", get(act::ask_close).post(act::close))
        .route("/console/change/campaigns/{campaign}/{act}", get(act::ask).post(act::act))
        .route("/console/change/campaigns/{campaign}/offices/{office}/answer", get(type_in::ask).post(type_in::act))
        .route("/console/change/campaigns/{campaign}/offices/{office}/confirm", get(confirm::ask).post(confirm::act))
        .route("/console/change/campaigns/{campaign}/import", get(table::ask).post(table::act))
        .route("/console/export/campaigns/{campaign}/{office}", post(table::send))
}

fn path_of(no: CampaignNo) -> String {
    format!("/console/campaigns/{no}")
}

fn office_path(no: CampaignNo, office: &OfficeNo) -> String {
    format!("{}/offices/{office}", path_of(no))
}

/// The campaign of an address, for somebody who has this right.
async fn campaign_of(
    desk: &Desk,
    operator: &Operator,
    (typed, right): (&str, Right),
) -> Result<CampaignView, Response> {
    if !operator.may().has(right) {
        return Err(not_yours(desk, operator, right));
    }
    let missing = || nothing(desk, operator, "この番号の現況届はありません。番号は C-2026 の形です。");
    let no = CampaignNo::typed(typed).map_err(|_| missing())?;
    match desk.writer().ledger().campaign(no).await {
        Ok(view) => Ok(view),
        Err(Refusal::Campaign(_)) => Err(missing()),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            Err(silent(desk, operator))
        }
    }
}

/// What an office of it said.
async fn sheet_of(
    desk: &Desk,
    operator: &Operator,
    (view, typed): (&CampaignView, &str),
) -> Result<OfficeSheet, Response> {
    let missing = || nothing(desk, operator, "この現況届に、この番号の事業所はありません。");
    let office = offices::typed(typed).ok_or_else(missing)?;
    match desk.writer().ledger().campaign_office(view.campaign.no, &office).await {
        Ok(sheet) => Ok(sheet),
        Err(Refusal::Campaign(_)) => Err(missing()),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            Err(silent(desk, operator))
        }
    }
}

impl Label {
    /// How a campaign stands.
    fn of_campaign(view: &crate::campaign::Campaign) -> Self {
        if view.closed_at.is_some() { Self::new("終了", Tone::Calm) } else { Self::new("受付中", Tone::Care) }
    }

    /// How far an office is.
    fn of_stage(stage: OfficeStage) -> Self {
        let tone = match stage {
            OfficeStage::Untouched => Tone::Stop,
            OfficeStage::Begun => Tone::Care,
            OfficeStage::Confirmed => Tone::Calm,
        };
        Self::new(stage.japanese(), tone)
    }

    /// What a row counts for.
    fn of_row(stands: RowStanding) -> Self {
        let tone = match stands {
            RowStanding::Unanswered => Tone::Stop,
            RowStanding::OwnWordAlone | RowStanding::Goes => Tone::Care,
            RowStanding::Continues | RowStanding::Ended | RowStanding::Gone => Tone::Calm,
        };
        Self::new(stands.japanese(), tone)
    }
}
