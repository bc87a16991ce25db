//! What needs two is proposed from its thing's page: whom it touches and what it would change are shown before.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act as Page, Field, Touched, done};
use super::super::frame::Frame;
use super::super::missing::nothing;
use super::super::operator::Operator;
use super::moved::{changes, path, touched};
use super::{act_of, path_of};
use crate::clock::now;
use crate::desk::Desk;
use crate::proposal::{Act, Outlook, ProposalRefusal};
use crate::refusal::Refusal;

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path((what, id)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let Some(act) = act_of(&what, &id) else {
        return nothing(&desk, &operator, "提案できる操作ではありません。");
    };
    match desk.writer().foresee(&operator.by(now()), &act).await {
        Ok((outlook, could)) => {
            let could = could.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
            let mut page =
                page_of(&desk, &operator, (&act, &outlook), &format!("/console/change/proposals/new/{what}/{id}"));
            page.told.push(format!("承認できる職員：{}", if could.is_empty() { "いません" } else { &could }));
            page.shown()
        }
        Err(refusal) => refused(&desk, &operator, (&act, &what, &id), &refusal),
    }
}

pub(super) async fn propose(
    State(desk): State<Desk>,
    Path((what, id)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let Some(act) = act_of(&what, &id) else {
        return nothing(&desk, &operator, "提案できる操作ではありません。");
    };
    match desk.writer().propose(&operator.by(now()), &act).await {
        Ok(proposed) => done(&path_of(proposed.no), proposed.version),
        Err(refusal) => refused(&desk, &operator, (&act, &what, &id), &refusal),
    }
}

fn refused(desk: &Desk, operator: &Operator, (act, what, id): (&Act, &str, &str), refusal: &Refusal) -> Response {
    let path = format!("/console/change/proposals/new/{what}/{id}");
    page_of(desk, operator, (act, &Outlook::default()), &path).brought_back(refusal)
}

/// Brought back from an act that one alone does not do: with what it would change, and a button that asks for another.
/// Whatever else refused it is said as ever.
pub(in crate::console) async fn needing_two(
    mut page: Page<'_>,
    (desk, operator): (&Desk, &Operator),
    (act, refusal): (&Act, &Refusal),
) -> Response {
    if matches!(refusal, Refusal::Proposal(ProposalRefusal::NeedsTwo(..)))
        && let Ok((outlook, _)) = desk.writer().foresee(&operator.by(now()), act).await
    {
        page.told.extend(changed(&outlook));
    }
    page.brought_back(refusal)
}

/// Proposes what this page asks for, and leads to the proposal; else back with what was wrong.
pub(in crate::console) async fn propose_from(
    page: Page<'_>,
    (desk, operator): (&Desk, &Operator),
    act: &Act,
) -> Response {
    match desk.writer().propose(&operator.by(now()), act).await {
        Ok(proposed) => done(&path_of(proposed.no), proposed.version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

fn changed(outlook: &Outlook) -> impl Iterator<Item = String> {
    changes(outlook).into_iter().map(|one| format!("{} の{}：{} → {}", one.id, one.heading, one.was, one.is))
}

/// The page of an act that is proposed, or done alone.
pub(super) fn page_of<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (act, outlook): (&Act, &Outlook),
    address: &str,
) -> Page<'a> {
    let (lines, more) = touched(outlook);
    let line = |one: &super::moved::TouchedLine| Touched {
        what: "対象",
        said: format!("{}　{}", one.id, one.name),
        path: one.path.clone(),
    };
    let mut whom: Vec<_> = lines.iter().map(line).collect();
    if more > 0 {
        whom.push(Touched { what: "ほか", said: format!("{more}件"), path: None });
    }
    Page {
        frame: Frame::of(desk, operator, now(), format!("提案する：{}", act.said().ja)),
        path: address.to_owned(),
        touched: whom,
        told: changed(outlook).collect(),
        warning: None,
        fields: vec![Field::why(true).filled(operator)],
        mistakes: Vec::new(),
        button: "提案する",
        back: path(&act.subject()).unwrap_or_else(|| "/console/proposals".to_owned()),
        proposes: false,
    }
}
