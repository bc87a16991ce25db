//! One campaign: its days, how far it is as pictures, the steps, the offices by how far they are.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;
use registry::OfficeNo;

use super::super::fact::{Fact, named};
use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::may::{May, Right};
use super::super::missing::silent;
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::elsewhere;
use super::super::timeline::{Timeline, told};
use super::picture::{ProgressPicture, class};
use super::{STAGES, campaign_of, office_path, path_of};
use crate::calendar::{day, minute};
use crate::campaign::{
    CampaignNo, CampaignProgress, CampaignStep, OfficeProgress, OfficeStage, RowStanding, StepKind, StepState,
};
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::ledger::CampaignView;
use crate::rows::SubjectKind;

/// Offices of a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "console/campaign/show.html")]
struct CampaignPage<'a> {
    frame: Frame<'a>,
    label: Label,
    offers: Offers,
    facts: Vec<Fact>,
    picture: ProgressPicture,
    steps: Vec<StepLine>,
    /// Words, address, whether it is chosen.
    choices: Vec<(String, String, bool)>,
    offices: Vec<OfficeLine>,
    total: usize,
    next: Option<String>,
    first: Option<String>,
    timeline: Timeline,
}

impl CampaignPage<'_> {
    fn class(&self, stage: &OfficeStage) -> &'static str {
        class(*stage)
    }
}

/// A step, as a line.
struct StepLine {
    words: &'static str,
    day: String,
    said: String,
    ways: Vec<(&'static str, String)>,
}

/// An office, as a line.
struct OfficeLine {
    path: String,
    called: String,
    label: Label,
    answered: usize,
    rows: usize,
    /// Of 99 pixels.
    part: usize,
    last: String,
    held: usize,
    /// No step is taken against it.
    keeps_house: bool,
}

/// `GET /console/campaigns/{campaign}?stage=untouched&after=1272200001`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(typed): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let view = match campaign_of(&desk, &operator, (&typed, Right::Read)).await {
        Ok(view) => view,
        Err(answer) => return answer,
    };
    let (no, at) = (view.campaign.no, now());
    if let Some(ours) = elsewhere(&typed, &no.to_string(), &path_of(no), query.as_deref()) {
        return ours;
    }
    let progress = match desk.writer().ledger().campaign_progress(no, at).await {
        Ok(progress) => progress,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let timeline = match told(&desk, &operator, (SubjectKind::Campaign, &no.to_string())).await {
        Ok(timeline) => timeline,
        Err(answer) => return answer,
    };
    let asked = Fields::of(query.as_deref().unwrap_or_default().as_bytes());
    let stage = STAGES.into_iter().find(|stage| stage.as_str() == asked.get("stage"));
    let listed: Vec<_> = progress.offices.iter().filter(|office| stage.is_none_or(|one| one == office.stage)).collect();
    let from = listed.partition_point(|office| office.office.as_str() <= asked.get("after"));
    let shown: Vec<_> = listed.iter().skip(from).take(PAGE).collect();
    let at_stage = |stage: Option<OfficeStage>| {
        let of = stage.map(|stage| format!("?stage={}", stage.as_str())).unwrap_or_default();
        format!("{}{of}", path_of(no))
    };
    let more = |last: &OfficeNo| {
        let here = at_stage(stage);
        format!("{here}{}after={last}#offices", if here.contains('?') { '&' } else { '?' })
    };
    let next = shown.last().filter(|_| listed.len() > from + PAGE).map(|last| more(&last.office));
    let frame = Frame::of(&desk, &operator, at, format!("現況届 {no}"));
    let page_of = CampaignPage {
        frame: frame.telling_what_was_done(&desk, query.as_deref()).await,
        label: Label::of_campaign(&view.campaign),
        offers: offers(&view, operator.may()),
        facts: facts(&view, &progress),
        picture: ProgressPicture::of(&view.campaign, &progress),
        steps: steps(&view, operator.may(), at),
        choices: choices(&progress, stage, &at_stage),
        offices: shown.iter().map(|office| line(no, office)).collect(),
        total: listed.len(),
        next,
        first: (from > 0).then(|| format!("{}#offices", at_stage(stage))),
        timeline,
    };
    page(StatusCode::OK, &page_of)
}

fn choices(
    progress: &CampaignProgress,
    chosen: Option<OfficeStage>,
    at_stage: &impl Fn(Option<OfficeStage>) -> String,
) -> Vec<(String, String, bool)> {
    let all = (format!("すべて（{}）", progress.offices.len()), at_stage(None), chosen.is_none());
    let each = STAGES.map(|stage| {
        let words = format!("{}（{}）", stage.japanese(), progress.count(stage));
        (words, at_stage(Some(stage)), chosen == Some(stage))
    });
    std::iter::once(all).chain(each).collect()
}

fn line(no: CampaignNo, office: &OfficeProgress) -> OfficeLine {
    let rows = office.rows.values().sum::<usize>() - office.count(RowStanding::Gone);
    let open = office.count(RowStanding::Unanswered) + office.count(RowStanding::OwnWordAlone);
    let answered = rows.saturating_sub(open);
    OfficeLine {
        path: office_path(no, &office.office),
        called: named(office.office.as_str(), &office.called),
        label: Label::of_stage(office.stage),
        answered,
        rows,
        part: (answered * 99).checked_div(rows).unwrap_or_default(),
        last: office
            .answered
            .as_ref()
            .map_or(String::new(), |last| format!("{}（{}）", minute(last.at), last.channel.japanese())),
        held: office.held,
        keeps_house: office.keeps_house,
    }
}

fn facts(view: &CampaignView, progress: &CampaignProgress) -> Vec<Fact> {
    let campaign = &view.campaign;
    let opened_by = campaign.opened_by.as_str();
    let mut facts = vec![
        Fact::new("開始", format!("{}、{opened_by}", minute(campaign.opened_at)))
            .leading(format!("/console/people/{opened_by}")),
        Fact::new("期限", campaign.dates.due.japanese()),
    ];
    if !campaign.dates.reminders.is_empty() {
        let days = campaign.dates.reminders.iter().map(|one| {
            let sent = if view.reminded.contains(one) { "（送信済み）" } else { "" };
            format!("{}{sent}", one.japanese())
        });
        facts.push(Fact::new("お知らせをもう一度送る日", days.collect::<Vec<_>>().join("、")));
    }
    if let Some(at) = campaign.closed_at {
        facts.push(Fact::new("終了", minute(at)));
    }
    let each = RowStanding::ALL.map(|stands| (stands, progress.rows(stands)));
    let rows: Vec<_> = each
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(stands, count)| format!("{} {count}件", short(*stands)))
        .collect();
    facts.push(Fact::new("利用者と端末", if rows.is_empty() { "ありません".to_owned() } else { rows.join("、") }));
    facts
}

/// A standing without what is to be done about it.
fn short(stands: RowStanding) -> &'static str {
    let words = stands.japanese();
    words.split_once('（').map_or(words, |(short, _)| short)
}

fn offers(view: &CampaignView, may: May) -> Offers {
    let no = view.campaign.no;
    let change = |act: &str| format!("/console/change/campaigns/{no}/{act}");
    let open = view.campaign.closed_at.is_none();
    Offers::to(may)
        .offering_if(open, Right::Change, "戻ってきた表を取り込む", change("import"))
        .offering_if(open, Right::Change, "答えていない事業所にもう一度知らせる", change("remind"))
        .offering(Right::Read, "メールのない事業所の用紙を印刷する", format!("{}/paper", path_of(no)))
        .offering_if(open, Right::Approve, "現況届を終わる", format!("/console/approve/campaigns/{no}/close"))
}

/// The steps with what can be done about each.
fn steps(view: &CampaignView, may: May, now: Timestamp) -> Vec<StepLine> {
    let campaign = &view.campaign;
    let stands =
        |step: StepKind| view.steps.iter().rev().find(|one| one.step == step && one.state != StepState::Undone);
    let last = view.steps.iter().rev().find(|one| one.state != StepState::Undone);
    let line = |step: &StepKind| {
        let mut ways = Vec::new();
        let open = campaign.closed_at.is_none() && may.has(Right::Change);
        if open && campaign.may_step(*step, &view.steps, now).is_ok() {
            ways.push(("提案する", format!("/console/change/campaigns/{}/{}", campaign.no, step.as_str())));
        }
        if open && last.is_some_and(|last| last.step == *step) {
            ways.push(("取り消す", format!("/console/change/campaigns/{}/undo", campaign.no)));
        }
        StepLine {
            words: step.japanese(),
            day: campaign
                .dates
                .of_step(*step)
                .map_or("行わない".to_owned(), |day| format!("{}から", day.japanese())),
            said: match (stands(*step), view.steps.iter().rev().find(|one| one.step == *step)) {
                (Some(taken), _) => done(taken),
                (None, Some(undone)) => done(undone),
                (None, None) => "まだ行っていません".to_owned(),
            },
            ways,
        }
    };
    StepKind::ALL.iter().map(line).collect()
}

fn done(step: &CampaignStep) -> String {
    let touches = match step.step {
        StepKind::Warn => format!("{}か所", step.touches.len()),
        StepKind::Suspend | StepKind::Delete => format!("{}件", step.touches.len()),
    };
    let taken = format!("{}：{}に{}が承認（{touches}）", step.state.japanese(), minute(step.taken_at), step.taken_by);
    match (&step.undone, step.until) {
        (Some((by, at)), _) => format!("{taken}。{}に{by}が取消し", minute(*at)),
        (None, Some(until)) if step.state == StepState::Waiting => format!("{taken}。{}に削除", day(until)),
        (None, _) => taken,
    }
}
