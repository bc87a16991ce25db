//! What is done to a campaign as a whole: who has not answered is reminded; a step against them is proposed with the list it would
//! touch, or taken back; the campaign is closed.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::act::{Act, Field, Touched, done, once, seen};
use super::super::fact::named;
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::nothing;
use super::super::operator::Operator;
use super::super::proposal::propose_from;
use super::{STAGES, campaign_of, path_of};
use crate::campaign::{CampaignProgress, OfficeStage, StepKind, StepState};
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::CampaignView;
use crate::proposal::Outlook;
use crate::refusal::Refusal;

/// So many of those that a step touches stand on the page; all of them stand in the proposal.
const NAMED: usize = 200;

/// What is done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum CampaignAct {
    Remind,
    Propose(StepKind),
    Undo,
    Close,
}

impl CampaignAct {
    fn of(word: &str) -> Option<Self> {
        match word {
            "remind" => Some(Self::Remind),
            "undo" => Some(Self::Undo),
            step => step.parse().ok().map(Self::Propose),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Propose(step) => step.as_str(),
            Self::Undo => "undo",
            Self::Close => "close",
        }
    }

    fn right(self) -> Right {
        match self {
            Self::Remind | Self::Propose(_) | Self::Undo => Right::Change,
            Self::Close => Right::Approve,
        }
    }

    fn area(self) -> &'static str {
        if self.right() == Right::Approve { "approve" } else { "change" }
    }

    fn button(self) -> &'static str {
        match self {
            Self::Remind => "もう一度知らせる",
            Self::Propose(_) => "もう1人の承認を求める",
            Self::Undo => "段階を取り消す",
            Self::Close => "現況届を終わる",
        }
    }
}

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path((typed, word)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    match CampaignAct::of(&word) {
        Some(act) => asked(&desk, &operator, (&typed, act)).await,
        None => nothing(&desk, &operator, "この操作はありません。"),
    }
}

pub(super) async fn act(
    State(desk): State<Desk>,
    Path((typed, word)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    match CampaignAct::of(&word) {
        Some(act) => pressed(&desk, &operator, (&typed, act)).await,
        None => nothing(&desk, &operator, "この操作はありません。"),
    }
}

pub(super) async fn ask_close(State(desk): State<Desk>, Path(typed): Path<String>, operator: Operator) -> Response {
    asked(&desk, &operator, (&typed, CampaignAct::Close)).await
}

pub(super) async fn close(State(desk): State<Desk>, Path(typed): Path<String>, operator: Operator) -> Response {
    pressed(&desk, &operator, (&typed, CampaignAct::Close)).await
}

async fn asked(desk: &Desk, operator: &Operator, (typed, act): (&str, CampaignAct)) -> Response {
    match about((desk, operator), (typed, act)).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

async fn pressed(desk: &Desk, operator: &Operator, (typed, act): (&str, CampaignAct)) -> Response {
    let (view, page) = match about((desk, operator), (typed, act)).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let (no, by, writer) = (view.campaign.no, operator.by(now()), desk.writer());
    let version = match act {
        CampaignAct::Propose(step) => {
            return match writer.campaign_step(&by, no, step).await {
                Ok(act) => propose_from(page, (desk, operator), &act).await,
                Err(why) => page.brought_back(&why),
            };
        }
        CampaignAct::Remind => {
            let made = async {
                match writer.remind_campaign(&by, no).await {
                    Ok(reminded) => Ok(format!("{}?done={}", path_of(no), reminded.version)),
                    Err(why) => Err(page.brought_back(&why)),
                }
            };
            return match once(desk, operator, made).await {
                Ok(place) => Redirect::to(&place).into_response(),
                Err(answer) => answer,
            };
        }
        CampaignAct::Undo => writer.undo_campaign_step(&by, no).await.map(|undone| undone.version),
        CampaignAct::Close => writer.close_campaign(&by, no).await,
    };
    match version {
        Ok(version) => done(&path_of(no), version),
        Err(why) => page.brought_back(&why),
    }
}

/// The page of an act, with whom it touches.
async fn about<'a>(
    (desk, operator): (&'a Desk, &'a Operator),
    (typed, act): (&str, CampaignAct),
) -> Result<(CampaignView, Act<'a>), Response> {
    let view = campaign_of(desk, operator, (typed, act.right())).await?;
    let no = view.campaign.no;
    let progress = desk.writer().ledger().campaign_progress(no, now()).await.map_err(|why| {
        tracing::warn!(%why, "the registry does not answer");
        super::silent(desk, operator)
    })?;
    let heading = match act {
        CampaignAct::Propose(step) => format!("{no}：{}を提案する", step.japanese()),
        CampaignAct::Remind | CampaignAct::Undo | CampaignAct::Close => format!("{no}：{}", act.button()),
    };
    let frame = Frame::of(desk, operator, now(), heading);
    let path = format!("/console/{}/campaigns/{no}/{}", act.area(), act.word());
    let mut page = Act::of(frame, act.button(), path, path_of(no));
    page.touched = vec![Touched { what: "現況届", said: no.to_string(), path: Some(path_of(no)) }];
    let why = matches!(act, CampaignAct::Propose(_) | CampaignAct::Undo);
    page.fields = vec![Field::why(why).filled(operator), seen(desk).await, Field::once()];
    match act {
        CampaignAct::Propose(step) => page = proposing((desk, operator), page, (&view, step)).await?,
        CampaignAct::Remind => page.told = reminding(&progress),
        CampaignAct::Close => page.told = closing(&progress),
        CampaignAct::Undo => match undoing(&view) {
            Some(told) => page.told = told,
            None => return Err(nothing(desk, operator, "取り消せる段階はありません。")),
        },
    }
    Ok((view, page))
}

/// The list that the step would touch, as it is now.
async fn proposing<'a>(
    (desk, operator): (&'a Desk, &'a Operator),
    mut page: Act<'a>,
    (view, step): (&CampaignView, StepKind),
) -> Result<Act<'a>, Response> {
    let by = operator.by(now());
    let act = match desk.writer().campaign_step(&by, view.campaign.no, step).await {
        Ok(act) => act,
        Err(why) => return Err(page.without_button().brought_back(&why)),
    };
    let (outlook, could) = match desk.writer().foresee(&by, &act).await {
        Ok(found) => found,
        Err(why @ Refusal::Unavailable(_)) => return Err(page.without_button().brought_back(&why)),
        // Where nobody else could approve it, the page says so.
        Err(why) => return Err(page.brought_back(&why)),
    };
    let could = could.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
    page.told = vec![
        act.said().ja,
        match step {
            StepKind::Warn => "事業所の担当者に、いつから一時停止になるかをメールで知らせます。何も止まりません。",
            StepKind::Suspend => {
                "すぐにログインできなくなり、担当者にメールで知らせます。回答すると、その行は元に戻ります。"
            }
            StepKind::Delete => "承認から24時間は一時停止のままで、取り消せます。そのあとは元に戻せません。",
        }
        .to_owned(),
        "次の段階を行うまで、まとめて取り消せます。".to_owned(),
        "提案したあとに回答があった行があると、その提案は無効になります。職員の役割を持つ人は含みません。".to_owned(),
        format!("承認できる職員：{}", if could.is_empty() { "いません" } else { &could }),
    ];
    page.touched.extend(listed(&outlook, step));
    Ok(page)
}

fn listed(outlook: &Outlook, step: StepKind) -> Vec<Touched> {
    let all = outlook.touched.len();
    let line = |what, said, path| Touched { what, said, path };
    let mut lines = vec![line("対象", format!("{all}件"), None)];
    lines.extend(outlook.touched.iter().take(NAMED).map(|one| {
        let (what, room) = match step {
            StepKind::Warn => ("事業所", "offices"),
            StepKind::Suspend | StepKind::Delete if one.id.starts_with("DEV-") => ("端末", "devices"),
            StepKind::Suspend | StepKind::Delete => ("利用者", "people"),
        };
        line(what, named(&one.id, &one.name), Some(format!("/console/{room}/{}", one.id)))
    }));
    if all > NAMED {
        lines.push(line("ほか", format!("{}件", all - NAMED), None));
    }
    lines
}

fn reminding(progress: &CampaignProgress) -> Vec<String> {
    let open = progress.count(OfficeStage::Untouched) + progress.count(OfficeStage::Begun);
    vec![
        format!("まだ提出していない{open}か所のうち、答えのない行がある事業所の担当者に、その行をメールで知らせます。"),
        "答え終わった事業所には送りません。メールのない事業所には送られません。送れるのは1日に1回です。".to_owned(),
    ]
}

fn closing(progress: &CampaignProgress) -> Vec<String> {
    let [untouched, begun, confirmed] = STAGES.map(|stage| progress.count(stage));
    vec![
        format!("提出済み {confirmed}か所、回答の途中 {begun}か所、未回答 {untouched}か所で終わります。"),
        "一時停止したものは、そのままです。もう始め直せません。".to_owned(),
        "このあとに届いた回答は、控えとして残るだけです。".to_owned(),
    ]
}

/// What taking the last step back does; nothing where none stands.
fn undoing(view: &CampaignView) -> Option<Vec<String>> {
    let last = view.steps.iter().rev().find(|step| step.state != StepState::Undone)?;
    let count = last.touches.len();
    Some(vec![match last.step {
        StepKind::Warn => format!(
            "{count}か所への予告を取り消します。まだ出ていないメールは取りやめ、届いたところには取り消しを知らせます。"
        ),
        StepKind::Suspend => format!(
            "一時停止した{count}件が、すぐに使えるようになります。ほかの理由で止めたものは、そのままです。担当者に知らせます。"
        ),
        StepKind::Delete => format!("{count}件の削除を取りやめます。一時停止は、そのままです。"),
    }])
}
