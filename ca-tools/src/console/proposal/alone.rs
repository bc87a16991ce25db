//! A custodian does alone what cannot wait; another looks at it afterwards.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act as Page, Field, FieldKind, Touched, done};
use super::super::fact::text;
use super::super::frame::Frame;
use super::super::missing::nothing;
use super::super::operator::Operator;
use super::act_of;
use super::propose::page_of;
use crate::acts::{By, Ground};
use crate::clock::now;
use crate::desk::Desk;
use crate::proposal::{Act, BrokenGlassNo, Finding, Outlook};
use crate::refusal::Refusal;

/// What is done alone here: what takes away, and hands nothing out. The rest is done by command.
fn takes_away(what: &str, id: &str) -> Option<Act> {
    act_of(what, id).filter(|act| {
        matches!(
            act,
            Act::SuspendPerson { .. }
                | Act::DeletePerson { .. }
                | Act::SuspendOffice { .. }
                | Act::WithdrawOffice { .. }
        )
    })
}

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path((what, id)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let Some(act) = takes_away(&what, &id) else {
        return nothing(&desk, &operator, "ここで1人で行える操作ではありません。");
    };
    match desk.writer().foresee(&operator.by(now()), &act).await {
        Ok((outlook, _)) => page(&desk, &operator, (&act, &outlook), (&what, &id)).shown(),
        Err(refusal) => page(&desk, &operator, (&act, &Outlook::default()), (&what, &id)).brought_back(&refusal),
    }
}

pub(super) async fn act(
    State(desk): State<Desk>,
    Path((what, id)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let Some(act) = takes_away(&what, &id) else {
        return nothing(&desk, &operator, "ここで1人で行える操作ではありません。");
    };
    let by = By { ground: Ground::BreakGlass, ..operator.by(now()) };
    match does(&desk, &by, &act).await {
        Ok(version) => {
            done(&super::moved::path(&act.subject()).unwrap_or_else(|| "/console/proposals".to_owned()), version)
        }
        Err(refusal) => page(&desk, &operator, (&act, &Outlook::default()), (&what, &id)).brought_back(&refusal),
    }
}

async fn does(desk: &Desk, by: &By, act: &Act) -> Result<u64, Refusal> {
    if by.why.is_none() {
        return Err(Refusal::NoWhy);
    }
    let writer = desk.writer();
    match act {
        Act::SuspendPerson { person } => writer.suspend_user(by, person).await,
        Act::DeletePerson { person } => writer.delete_user(by, person).await.map(|(_, version)| version),
        Act::SuspendOffice { office } => writer.suspend_office(by, office).await,
        Act::WithdrawOffice { office } => writer.withdraw_office(by, office).await.map(|(_, version)| version),
        Act::ChangeRoles { .. }
        | Act::AddOperator { .. }
        | Act::ResetPassword { .. }
        | Act::ResumeOffice { .. }
        | Act::ReplaceOffice { .. }
        | Act::ApproveDevice { .. }
        | Act::ApproveApplication { .. }
        | Act::RetireIssuing { .. }
        | Act::OpenMaintenance { .. }
        | Act::AddIssuing { .. }
        | Act::Emergency { .. }
        | Act::Import { .. }
        | Act::ByList { .. }
        | Act::CampaignStep { .. }
        | Act::CampaignConfirm { .. } => Err(Refusal::NoWhy),
    }
}

fn page<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (act, outlook): (&Act, &Outlook),
    (what, id): (&str, &str),
) -> Page<'a> {
    let page = page_of(desk, operator, (act, outlook), &format!("/console/custody/proposals/new/{what}/{id}"));
    let mut told = page.told.clone();
    told.push("ほかのすべての責任者に、すぐにメールで知らせます。".to_owned());
    told.push("3日以内に、別の責任者が内容を確かめます。".to_owned());
    Page {
        frame: Frame::of(desk, operator, now(), format!("1人で行う：{}", act.said().ja)),
        told,
        warning: Some("もう1人の承認を待てない緊急のときだけ、行ってください。".to_owned()),
        button: "1人で行う",
        ..page
    }
}

pub(super) async fn ask_review(State(desk): State<Desk>, Path(no): Path<String>, operator: Operator) -> Response {
    match review_of(&desk, &operator, &no).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn review(State(desk): State<Desk>, Path(no): Path<String>, operator: Operator) -> Response {
    let (no, mut page) = match review_of(&desk, &operator, &no).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let Ok(finding) = operator.fields().get("finding").parse::<Finding>() else {
        page.mistakes.push("結果を選んでください。".to_owned());
        return page.mistaken();
    };
    match desk.writer().review(&operator.by(now()), no, finding).await {
        Ok(version) => done(&format!("/console/proposals/{no}"), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn review_of<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    typed: &str,
) -> Result<(BrokenGlassNo, Page<'a>), Response> {
    let missing = || nothing(desk, operator, "この番号の記録はありません。");
    let no = BrokenGlassNo::typed(typed).map_err(|_| missing())?;
    let found = desk.writer().ledger().broken_glasses().await.map_err(|_| missing())?;
    let number = no.to_string();
    let entry = found.iter().find(|entry| text(entry, "broken_glass") == number).ok_or_else(missing)?;
    let line = |what, field| Touched { what, said: text(entry, field).to_owned(), path: None };
    let choices = Finding::ALL.iter().map(|one| (one.as_str().to_owned(), one.japanese().to_owned())).collect();
    let finding =
        Field { required: true, ..Field::new("finding", "結果", FieldKind::Choice(choices)) }.filled(operator);
    let why = Field { label: "確かめたこと", ..Field::why(true) }.filled(operator);
    let page = Page {
        frame: Frame::of(desk, operator, now(), format!("{no} の確認を記録する")),
        path: format!("/console/custody/proposals/{no}/review"),
        touched: vec![line("操作", "said"), line("操作した責任者", "broken_by"), line("理由", "why")],
        told: vec!["結果は操作記録に残り、今日の仕事から消えます。".to_owned()],
        warning: None,
        fields: vec![finding, why],
        mistakes: Vec::new(),
        button: "記録する",
        back: format!("/console/proposals/{no}"),
        proposes: false,
    };
    Ok((no, page))
}
