//! A maintenance account: an ID is made one, a window is proposed for it, and closed before its end.

use axum::extract::{Path, State};
use axum::response::Response;
use registry::Opening;

use super::super::act::{Act, Field, FieldKind, done, meanwhile, seen};
use super::super::frame::Frame;
use super::super::incident::moment;
use super::super::may::Right;
use super::super::missing::{nothing, silent};
use super::super::operator::Operator;
use super::super::proposal::needing_two;
use super::{Subject, path_of};
use crate::acts::WorkPlan;
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::Desk;
use crate::maintenance::standing;
use crate::proposal;

/// Which of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum WindowStep {
    Account,
    Open,
    Close,
}

impl WindowStep {
    const ALL: [Self; 3] = [Self::Account, Self::Open, Self::Close];

    fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Open => "open",
            Self::Close => "close",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Account => "保守用のIDにする",
            Self::Open => "保守作業の時間帯を開く",
            Self::Close => "保守作業の時間帯を閉じる",
        }
    }

    fn told(self) -> &'static [&'static str] {
        match self {
            Self::Account => &[
                "このIDは、承認された作業計画の時間帯だけ使えるようになります。いまログイン中のときは、すぐに終わります。",
            ],
            Self::Open => &[
                "もう1人の承認が必要です。承認されると、始まりの時刻から終わりの時刻まで使えます。",
                "終わりの時刻に、開いている画面も切れます。始まる前のログインは使えません。",
            ],
            Self::Close => &["このIDは、すぐに使えなくなります。作業中の画面も切れます。"],
        }
    }
}

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path((person, step)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    match about(&desk, &operator, (&person, &step)).await {
        Ok((.., page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(
    State(desk): State<Desk>,
    Path((person, step)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let (step, subject, mut page) = match about(&desk, &operator, (&person, &step)).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes.extend(meanwhile(&desk, &operator, subject.id.as_str()).await);
    let plan = if step == WindowStep::Open { asked(&operator, &mut page) } else { None };
    if page.is_mistaken() {
        return page.mistaken();
    }
    let (writer, by, id) = (desk.writer(), operator.by(now()), &subject.id);
    let version = match (step, plan) {
        (WindowStep::Account, _) => writer.make_maintenance(&by, id).await,
        (WindowStep::Close, _) => writer.close_maintenance(&by, id).await,
        (WindowStep::Open, None) => return page.mistaken(),
        (WindowStep::Open, Some(plan)) => return open(page, (&desk, &operator), (&subject, &plan)).await,
    };
    match version {
        Ok(version) => done(&path_of(id), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn open(page: Act<'_>, (desk, operator): (&Desk, &Operator), (subject, plan): (&Subject, &WorkPlan)) -> Response {
    let act = proposal::Act::OpenMaintenance {
        person: subject.id.clone(),
        plan: plan.plan.clone(),
        from: plan.from.unix(),
        until: plan.until.unix(),
    };
    let page = match page.proposed((desk, operator), act.clone()).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    match desk.writer().open_maintenance(&operator.by(now()), &subject.id, plan).await {
        Ok(version) => done(&path_of(&subject.id), version),
        Err(refusal) => needing_two(page, (desk, operator), (&act, &refusal)).await,
    }
}

/// The window that was filled in.
fn asked(operator: &Operator, page: &mut Act<'_>) -> Option<WorkPlan> {
    let fields = operator.fields();
    let plan = fields.get("plan").trim().to_owned();
    if plan.is_empty() {
        page.wrong("plan", "作業計画書の番号を書いてください。");
    }
    let [from, until] = ["from", "to"].map(|name| {
        let read = moment(fields.get(name));
        if read.is_none() {
            page.wrong(name, "日時は 2026-11-28 22:00 のように書いてください。");
        }
        read
    });
    Some(WorkPlan { plan, from: from?, until: until? })
}

async fn about<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (person, step): (&str, &str),
) -> Result<(WindowStep, Subject, Act<'a>), Response> {
    let step = WindowStep::ALL.into_iter().find(|one| one.name() == step);
    let step = step.ok_or_else(|| nothing(desk, operator, "この操作はありません。"))?;
    let subject = Subject::of(desk, operator, (person, Right::Change)).await?;
    let id = &subject.id;
    let opening = desk.writer().ledger().opening_of(id).await.map_err(|refusal| {
        tracing::warn!(%refusal, "the registry does not answer");
        silent(desk, operator)
    })?;
    let frame = Frame::of(desk, operator, now(), step.words());
    let path = format!("/console/change/people/{id}/maintenance/{}", step.name());
    let mut page = Act {
        touched: subject.touched(),
        told: step.told().iter().map(|line| (*line).to_owned()).collect(),
        fields: Vec::new(),
        ..Act::of(frame, step.words(), path, path_of(id))
    };
    if step == WindowStep::Account {
        page.warning = Some("保守用のIDは、ふつうのIDに戻せません。".to_owned());
    }
    if let Some(said) = said(opening) {
        page.told.insert(0, said);
    }
    if step == WindowStep::Open {
        let line = |name, label, hint| Field::new(name, label, FieldKind::Line).filled(operator).hinted(hint).needed();
        page.fields.push(line("plan", "作業計画書の番号", "例：保守-2026-12"));
        page.fields.push(line("from", "始まり", "2026-11-28 22:00 のように"));
        page.fields.push(line("to", "終わり", "この時刻から使えなくなります。31日まで。"));
    }
    page.fields.extend([Field::why(step == WindowStep::Open).filled(operator), seen(desk).await]);
    Ok((step, subject, page))
}

/// How a maintenance account stands; nothing of a person's own ID.
pub(super) fn said(opening: Opening) -> Option<String> {
    match (opening, standing(opening, now())) {
        (Opening::Always, _) => None,
        (Opening::Within(_), Some(window)) => {
            Some(format!("保守用のIDです。時間帯：{} から {} まで。", minute(window.from), minute(window.until)))
        }
        (Opening::Within(_), None) => Some("保守用のIDです。いま開いている時間帯はありません。".to_owned()),
    }
}
