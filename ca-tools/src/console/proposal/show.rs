//! One proposal, or what a custodian did alone: who, what, why, whom it touches, what would change, until when; and what can be
//! done here, or who can.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::fact::{Fact, named, text};
use super::super::frame::{Frame, page};
use super::super::may::Right;
use super::super::missing::{nothing, silent};
use super::super::operator::Operator;
use super::super::timeline::{Timeline, told};
use super::area_of;
use super::moved::{Change, TouchedLine, changes, touched};
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::Entry;
use crate::proposal::{Act, BrokenGlassNo, ProposalKind, ProposalNo, State as Standing};
use crate::refusal::Refusal;
use crate::rows::SubjectKind;

#[derive(Template)]
#[template(path = "console/proposal/show.html")]
struct ProposalPage<'a> {
    frame: Frame<'a>,
    no: ProposalNo,
    facts: Vec<Fact>,
    touched: Vec<TouchedLine>,
    more: usize,
    changes: Vec<Change>,
    can: Can,
    timeline: Timeline,
}

/// What the reader can do with it.
struct Can {
    /// Addresses of approving and turning down.
    decide: Option<[String; 2]>,
    /// The address of taking it back.
    withdraw: Option<String>,
    /// Who can, where the reader cannot.
    who: Option<String>,
    /// How its proposer carries it out.
    command: Option<String>,
}

#[derive(Template)]
#[template(path = "console/proposal/alone.html")]
struct AlonePage<'a> {
    frame: Frame<'a>,
    facts: Vec<Fact>,
    review: Option<String>,
    who: Option<&'static str>,
}

/// `GET /console/proposals/{P-…|B-…}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(typed): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    if let Ok(no) = BrokenGlassNo::typed(&typed) {
        return alone(&desk, &operator, (no, query.as_deref())).await;
    }
    let Ok(no) = ProposalNo::typed(&typed) else {
        return nothing(&desk, &operator, "提案番号は P-000001、単独の操作の番号は B-000001 のような番号です。");
    };
    let ledger = desk.writer().ledger();
    let (stored, entry) = match (ledger.proposal(no).await, ledger.proposal_entry(no, now()).await) {
        (Ok(stored), Ok(entry)) => (stored, entry),
        (Err(Refusal::Proposal(_)), _) => return nothing(&desk, &operator, "この番号の提案はありません。"),
        (Err(refusal), _) | (_, Err(refusal)) => {
            tracing::warn!(%refusal, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let frame = Frame::of(&desk, &operator, now(), format!("{no} {}", stored.act.said().ja));
    let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
    let waits = text(&entry, "state") == Standing::Open.as_str();
    let could = if waits { ledger.could_approve(&stored).await } else { Ok(Vec::new()) };
    let timeline = told(&desk, &operator, (SubjectKind::Proposal, &no.to_string())).await;
    let (could, timeline) = match (could, timeline) {
        (Ok(could), Ok(timeline)) => (could, timeline),
        (_, Err(answer)) => return answer,
        (Err(refusal), _) => {
            tracing::warn!(%refusal, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let kind = stored.act.kind();
    let own = stored.proposed_by == *operator.login_id();
    let may = could.contains(operator.login_id()) && operator.may().has(right(kind));
    let at = |area: &str, act: &str| format!("/console/{area}/proposals/{no}/{act}");
    let area = area_of(kind);
    let alive = waits || text(&entry, "state") == Standing::Approved.as_str();
    let carried = text(&entry, "state") == Standing::Approved.as_str() && own;
    let names = could.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
    let can = Can {
        decide: (waits && may).then(|| [at(area, "approve"), at(area, "reject")]),
        withdraw: (alive && own).then(|| at(if area == "custody" { area } else { "change" }, "withdraw")),
        who: (waits && !may)
            .then(|| format!("承認・却下できる職員：{}", if names.is_empty() { "いません" } else { &names })),
        command: carried.then(|| carried_out(&stored.act, no)),
    };
    let (touched, more) = touched(&stored.outlook);
    let changes = changes(&stored.outlook);
    page(StatusCode::OK, &ProposalPage { frame, no, facts: facts(&entry), touched, more, changes, can, timeline })
}

/// How its proposer carries out what was approved: what makes keys or files is done where they are.
fn carried_out(act: &Act, no: ProposalNo) -> String {
    let command = match act {
        Act::Emergency { device } => {
            format!("ca-tools cert emergency --device {device} --out ファイル --why 理由 --proposal {no}")
        }
        Act::AddIssuing { name } => format!("ca-tools ca add-issuing --name {name} --why 理由 --proposal {no}"),
        Act::ChangeRoles { .. }
        | Act::AddOperator { .. }
        | Act::ResetPassword { .. }
        | Act::SuspendPerson { .. }
        | Act::DeletePerson { .. }
        | Act::SuspendOffice { .. }
        | Act::ResumeOffice { .. }
        | Act::WithdrawOffice { .. }
        | Act::ReplaceOffice { .. }
        | Act::ApproveDevice { .. }
        | Act::ApproveApplication { .. }
        | Act::RetireIssuing { .. }
        | Act::OpenMaintenance { .. }
        | Act::Import { .. }
        | Act::ByList { .. }
        | Act::CampaignStep { .. }
        | Act::CampaignConfirm { .. } => {
            return format!("承認されました。同じ操作に --proposal {no} を付けて、期限までに実行してください。");
        }
    };
    format!("承認されました。認証局のある機械で、期限までに実行してください：{command}")
}

fn right(kind: ProposalKind) -> Right {
    match area_of(kind) {
        "custody" => Right::Custody,
        "change" => Right::Change,
        _ => Right::Approve,
    }
}

/// Whom this field names, with their name, and their page.
fn person(entry: &Entry, field: &str) -> Option<Fact> {
    let id = text(entry, field);
    let said = named(id, text(entry, &format!("{field}_name")));
    Fact::of(entry, field).map(|fact| Fact { said, ..fact }.leading(format!("/console/people/{id}")))
}

fn facts(entry: &Entry) -> Vec<Fact> {
    let person = |field: &str| person(entry, field);
    let plain = |field: &str| Fact::of(entry, field);
    [
        plain("said"),
        plain("kind"),
        plain("state"),
        person("proposed_by"),
        plain("proposed_at"),
        plain("why"),
        plain("application"),
        plain("until"),
        person("decided_by"),
        plain("decided_at"),
        plain("decided_proof"),
        plain("decided_why"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn alone(desk: &Desk, operator: &Operator, (no, query): (BrokenGlassNo, Option<&str>)) -> Response {
    let Ok(found) = desk.writer().ledger().broken_glasses().await else { return silent(desk, operator) };
    let number = no.to_string();
    let Some(entry) = found.iter().find(|entry| text(entry, "broken_glass") == number) else {
        return nothing(desk, operator, "この番号の記録はありません。");
    };
    let frame = Frame::of(desk, operator, now(), format!("{no} 緊急の単独操作"));
    let frame = frame.telling_what_was_done(desk, query).await;
    let fields =
        ["said", "kind", "broken_by", "broken_at", "why", "until", "finding", "reviewed_by", "reviewed_at", "review"];
    let fact = |field: &&str| match *field {
        "broken_by" => person(entry, "broken_by"),
        field => Fact::of(entry, field),
    };
    let mut facts: Vec<_> = fields.iter().filter_map(fact).collect();
    if let Some(event) = entry.get("event").and_then(serde_json::Value::as_i64) {
        facts.push(Fact::new("操作記録", event.to_string()).leading(format!("/console/audit/{event}")));
    }
    let open = text(entry, "reviewed_by").is_empty();
    let may = operator.may().has(Right::Custody) && text(entry, "broken_by") != operator.login_id().as_str();
    let review = (open && may).then(|| format!("/console/custody/proposals/{no}/review"));
    let who = (open && !may).then_some("操作した人とは別の、認証局の鍵の役割の職員が確認します。");
    page(StatusCode::OK, &AlonePage { frame, facts, review, who })
}
