//! What has come in whole is handed in for an office: its deletions are done. Where a contact's own word stands alone, a clerk who
//! asked somebody else of the office says so.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, Touched, done, seen};
use super::super::fact::named;
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::operator::Operator;
use super::{campaign_of, office_path, sheet_of};
use crate::acts::CampaignAt;
use crate::campaign::{AnswerChannel, OfficeSheet, RowStanding};
use crate::clock::now;
use crate::desk::{Desk, called};
use crate::proposal;

const WORDS: &str = "提出済みにする";

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path((typed, office)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    match about(&desk, &operator, (&typed, &office)).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(
    State(desk): State<Desk>,
    Path((typed, office)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let (sheet, mut page) = match about(&desk, &operator, (&typed, &office)).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let (by, at) = (operator.by(now()), at(&sheet));
    let alone: Vec<_> = alone(&sheet).map(|row| row.subject.clone()).collect();
    if !alone.is_empty() && operator.fields().get("vouched") != "1" {
        page.wrong("vouched", "ほかの人に確かめてから、チェックを入れてください。");
        return page.mistaken();
    }
    for subject in &alone {
        if let Err(why) = desk.writer().vouch_in_campaign(&by, &at, subject).await {
            return page.brought_back(&why);
        }
    }
    let act = proposal::Act::CampaignConfirm { campaign: at.campaign, office: at.office.clone(), channel: at.channel };
    let page = match page.proposed((&desk, &operator), act).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    match desk.writer().confirm_campaign(&by, &at).await {
        Ok(confirmed) => done(&office_path(sheet.campaign, &sheet.office), confirmed.version),
        Err(why) => page.brought_back(&why),
    }
}

fn at(sheet: &OfficeSheet) -> CampaignAt {
    let channel = sheet.answered.as_ref().map_or(AnswerChannel::Paper, |last| last.channel);
    // Whoever presses here is an operator, however the answers came.
    let channel = if channel == AnswerChannel::Web { AnswerChannel::Paper } else { channel };
    CampaignAt { campaign: sheet.campaign, office: sheet.office.clone(), channel }
}

/// The rows of which there is somebody's own word alone.
fn alone(sheet: &OfficeSheet) -> impl Iterator<Item = &crate::campaign::CampaignRow> {
    sheet.standings().filter(|(_, stands)| *stands == RowStanding::OwnWordAlone).map(|(row, _)| row)
}

async fn about<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (typed, office): (&str, &str),
) -> Result<(OfficeSheet, Act<'a>), Response> {
    let view = campaign_of(desk, operator, (typed, Right::Change)).await?;
    let sheet = sheet_of(desk, operator, (&view, office)).await?;
    let (no, own) = (view.campaign.no, office_path(view.campaign.no, &sheet.office));
    let frame = Frame::of(desk, operator, now(), format!("現況届 {no} を{WORDS}"));
    let path = format!("/console/change/campaigns/{no}/offices/{}/confirm", sheet.office);
    let mut page = Act::of(frame, WORDS, path, own.clone());
    let office = Touched { what: "事業所", said: named(sheet.office.as_str(), &sheet.called), path: Some(own) };
    let goes = sheet.standings().filter(|(_, stands)| *stands == RowStanding::Goes);
    let goes = goes.map(|(row, _)| Touched { what: "削除", said: called(row), path: None });
    page.touched = std::iter::once(office).chain(goes).collect();
    page.told = vec![
        format!(
            "継続 {}件、削除 {}件で提出済みになります。",
            sheet.count(RowStanding::Continues),
            sheet.count(RowStanding::Goes)
        ),
        "削除のIDはすぐにログインできなくなり、端末の電子証明書は無効になります。元には戻せません。".to_owned(),
        "事業所の情報の変更と新しいIDは、申請として受け付けます。".to_owned(),
    ];
    let alone: Vec<_> = alone(&sheet).map(called).collect();
    page.fields = vec![Field::why(false).filled(operator), seen(desk).await];
    if alone.is_empty() {
        let refused = desk.writer().foresee_campaign_confirmation(&operator.by(now()), &at(&sheet)).await.err();
        if let Some(why) = refused {
            // Where it needs two, the page offers to ask the other.
            page.refused(&why);
            return Err(page.without_button().mistaken());
        }
    } else {
        page.told.push(format!("担当者が自分のことを継続と答えています：{}。", alone.join("、")));
        let vouched = Field::new(
            "vouched",
            "同じ事業所のほかの人に電話などで聞き、在籍していることを確かめました",
            FieldKind::Tick,
        );
        page.fields.insert(0, vouched.filled(operator));
    }
    Ok((sheet, page))
}
