//! Paper for those without mail: what is registered, boxes to tick, until when, and where it goes. One office a sheet.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::fact::{named, text};
use super::super::frame::{Frame, page};
use super::super::may::Right;
use super::super::missing::silent;
use super::super::operator::Operator;
use super::{campaign_of, office_path, path_of, sheet_of};
use crate::application::Detail;
use crate::calendar::day;
use crate::campaign::{OfficeSheet, RowStanding, RowSubject, StepKind};
use crate::clock::now;
use crate::config::Contact;
use crate::desk::{Desk, called, evidence};
use crate::ledger::{CampaignView, Entry};
use crate::refusal::Refusal;

#[derive(Template)]
#[template(path = "console/campaign/paper.html")]
struct Papers<'a> {
    frame: Frame<'a>,
    number: String,
    due: String,
    /// What follows where nobody answers.
    steps: String,
    /// The day of the opening.
    date: String,
    city: &'a Contact,
    papers: Vec<PaperSheet>,
    back: String,
    returns: &'static str,
}

/// One office's.
struct PaperSheet {
    office: String,
    contact: String,
    people: Vec<PaperRow>,
    devices: Vec<PaperRow>,
    /// A label, and what is known.
    details: Vec<(&'static str, String)>,
}

/// A row with its boxes.
struct PaperRow {
    called: String,
    evidence: String,
}

impl PaperSheet {
    /// For the template: a caption, what a row is of, the rows.
    fn groups(&self) -> [(&'static str, &'static str, &[PaperRow]); 2] {
        [("利用者", "氏名とID", &self.people), ("端末", "端末", &self.devices)]
    }
}

/// `GET /console/campaigns/{campaign}/paper`: of every office without mail that has something left to answer.
pub(super) async fn all(State(desk): State<Desk>, Path(typed): Path<String>, operator: Operator) -> Response {
    let view = match campaign_of(&desk, &operator, (&typed, Right::Read)).await {
        Ok(view) => view,
        Err(answer) => return answer,
    };
    match without_mail(&desk, &view).await {
        Ok(found) => shown((&desk, &operator), &view, (found, (path_of(view.campaign.no), "現況届のページへ戻る"))),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

/// `GET /console/campaigns/{campaign}/offices/{office}/paper`.
pub(super) async fn one(
    State(desk): State<Desk>,
    Path((typed, office)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let found = match campaign_of(&desk, &operator, (&typed, Right::Read)).await {
        Ok(view) => sheet_of(&desk, &operator, (&view, &office)).await.map(|sheet| (view, sheet)),
        Err(answer) => Err(answer),
    };
    let (view, sheet) = match found {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let back = office_path(view.campaign.no, &sheet.office);
    match desk.writer().ledger().office(&sheet.office).await {
        Ok(entry) => shown((&desk, &operator), &view, (vec![(sheet, entry)], (back, "事業所の回答へ戻る"))),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

async fn without_mail(desk: &Desk, view: &CampaignView) -> Result<Vec<(OfficeSheet, Entry)>, Refusal> {
    let ledger = desk.writer().ledger();
    let offices = ledger.offices(None).await?;
    let sheets = ledger.campaign_offices(view.campaign.no).await?;
    let open = sheets.into_iter().filter(|sheet| sheet.standings().any(|(_, stands)| stands.is_open()));
    let found = open.filter_map(|sheet| {
        let entry = offices.iter().find(|entry| text(entry, "office") == sheet.office.as_str())?;
        text(entry, "mail").is_empty().then(|| (sheet, entry.clone()))
    });
    Ok(found.collect())
}

fn shown(
    (desk, operator): (&Desk, &Operator),
    view: &CampaignView,
    (found, (back, returns)): (Vec<(OfficeSheet, Entry)>, (String, &'static str)),
) -> Response {
    let campaign = &view.campaign;
    let step = |(step, words): (StepKind, &str)| {
        campaign.dates.of_step(step).map(|day| format!("{}から{words}", day.japanese()))
    };
    let steps: Vec<_> =
        [(StepKind::Suspend, "一時停止"), (StepKind::Delete, "削除")].into_iter().filter_map(step).collect();
    let steps = if steps.is_empty() {
        String::new()
    } else {
        format!("（未回答のものは、{}します）", steps.join("、"))
    };
    let papers = Papers {
        frame: Frame::of(desk, operator, now(), format!("現況届 {} の用紙", campaign.no)),
        number: campaign.no.to_string(),
        due: campaign.dates.due.japanese(),
        steps,
        date: day(campaign.opened_at),
        city: &desk.words().contact,
        papers: found.iter().map(|(sheet, entry)| paper(sheet, entry)).collect(),
        back,
        returns,
    };
    page(StatusCode::OK, &papers)
}

fn paper(sheet: &OfficeSheet, entry: &Entry) -> PaperSheet {
    let rows = |people: bool| {
        let of = sheet.standings().filter(move |(row, stands)| {
            let over = matches!(stands, RowStanding::Ended | RowStanding::Gone);
            !over && matches!(row.subject, RowSubject::Person(_)) == people
        });
        of.map(|(row, _)| PaperRow { called: called(row), evidence: evidence(row).join("、") }).collect()
    };
    let known = |detail: Detail| {
        let known = text(entry, detail.as_str());
        (detail.label().0, if known.is_empty() { "なし".to_owned() } else { known.to_owned() })
    };
    let contact = text(entry, "contact");
    PaperSheet {
        office: named(sheet.office.as_str(), &sheet.called),
        contact: if contact.is_empty() { "カシワニネット担当者".to_owned() } else { contact.to_owned() },
        people: rows(true),
        devices: rows(false),
        details: Detail::on_forms().map(known).collect(),
    }
}
