//! All campaigns, the latest first.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::may::Right;
use super::super::missing::silent;
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::path_of;
use crate::calendar::day;
use crate::campaign::OfficeStage;
use crate::clock::now;
use crate::desk::Desk;
use crate::refusal::Refusal;

#[derive(Template)]
#[template(path = "console/campaign/list.html")]
struct Campaigns<'a> {
    frame: Frame<'a>,
    offers: Offers,
    rows: Vec<CampaignLine>,
}

/// A campaign as a line.
struct CampaignLine {
    number: String,
    path: String,
    label: Label,
    opened: String,
    due: String,
    confirmed: usize,
    begun: usize,
    untouched: usize,
}

/// `GET /console/campaigns`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let rows = match lines(&desk).await {
        Ok(rows) => rows,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let open = rows.iter().any(|row| row.0);
    let offers = Offers::to(operator.may()).offering_if(
        !open,
        Right::Approve,
        "現況届を始める",
        "/console/approve/campaigns/new/open".to_owned(),
    );
    let frame = Frame::of(&desk, &operator, now(), "現況届").telling_what_was_done(&desk, query.as_deref()).await;
    page(StatusCode::OK, &Campaigns { frame, offers, rows: rows.into_iter().map(|(_, line)| line).collect() })
}

/// A line of each, and whether it is open.
async fn lines(desk: &Desk) -> Result<Vec<(bool, CampaignLine)>, Refusal> {
    let ledger = desk.writer().ledger();
    let mut lines = Vec::new();
    for campaign in ledger.campaigns().await? {
        let progress = ledger.campaign_progress(campaign.no, now()).await?;
        let line = CampaignLine {
            number: campaign.no.to_string(),
            path: path_of(campaign.no),
            label: Label::of_campaign(&campaign),
            opened: day(campaign.opened_at),
            due: campaign.dates.due.japanese(),
            confirmed: progress.count(OfficeStage::Confirmed),
            begun: progress.count(OfficeStage::Begun),
            untouched: progress.count(OfficeStage::Untouched),
        };
        lines.push((campaign.closed_at.is_none(), line));
    }
    Ok(lines)
}
