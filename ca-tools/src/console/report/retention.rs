//! What is kept for how long; and what must not be ended whatever its age, as an incident asks for, and may be again.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::super::act::{Act, Field, FieldKind, Touched, done};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::silent;
use super::super::operator::Operator;
use super::shown::{AskedReport, OfferedAct, shown, taken};
use crate::acts::{OldRows, hold_name};
use crate::application::Day;
use crate::calendar::day;
use crate::clock::now;
use crate::desk::Desk;
use crate::rows::retention::OpenHold;
use crate::spelling;
use crate::survey;

const PAGE: &str = "/console/reports/retention";
const HOLD: &str = "消さないようにする";
const RELEASE: &str = "消さないようにしたのを、やめる";

type OldAndHeld = (Vec<OldRows>, Vec<OpenHold>);

/// `GET /console/reports/retention`.
pub(super) async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    let (old, holds) = match known(&desk, &operator).await {
        Ok(known) => known,
        Err(answer) => return answer,
    };
    let offer = |words: &str, path: &str| OfferedAct { words: words.to_owned(), path: path.to_owned() };
    let mut acts = Vec::new();
    if operator.may().has(Right::Change) {
        acts.push(offer(HOLD, "/console/change/retention/hold"));
    }
    if operator.may().has(Right::Approve) && !holds.is_empty() {
        acts.push(offer(RELEASE, "/console/approve/retention/release"));
    }
    let report = survey::kept(&old, &holds, desk.reports().keep_days);
    shown((&desk, &operator), &asked(), &report, acts).await
}

/// `POST /console/export/reports/retention`.
pub(super) async fn take(State(desk): State<Desk>, operator: Operator) -> Response {
    match known(&desk, &operator).await {
        Ok((old, holds)) => {
            taken((&desk, &operator), &asked(), survey::kept(&old, &holds, desk.reports().keep_days)).await
        }
        Err(answer) => answer,
    }
}

/// `GET /console/change/retention/hold?name=I-000001`.
pub(super) async fn ask_hold(State(desk): State<Desk>, operator: Operator) -> Response {
    holding(&desk, &operator).shown()
}

pub(super) async fn hold(State(desk): State<Desk>, operator: Operator) -> Response {
    let mut page = holding(&desk, &operator);
    let name = hold_name(operator.fields().get("name"));
    if name.is_none() {
        page.wrong("name", "事故番号（I-000001）など、英数字とハイフンで40文字までの名前を書いてください。");
    }
    let typed = operator.fields().get("from").trim();
    let from = spelling::code(typed).ok().and_then(|plain| plain.parse::<Day>().ok()).map(Day::begins);
    if from.is_none() && !typed.is_empty() {
        page.wrong("from", "2026-04-01 のような日付で入力してください。すべて残すときは、空のままにします。");
    }
    let Some(name) = name.filter(|_| !page.is_mistaken()) else { return page.mistaken() };
    let from = from.unwrap_or(certs::Timestamp::from_unix(0));
    match desk.writer().hold_records(&operator.by(now()), &name, from).await {
        Ok(version) => done("/console/reports", version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

fn holding<'a>(desk: &'a Desk, operator: &'a Operator) -> Act<'a> {
    let frame = Frame::of(desk, operator, now(), HOLD);
    Act {
        told: vec![
            "この日からのものを、保存期間が終わっても消しません。やめるまで続きます。".to_owned(),
            "ゲートウェイのアクセス記録も、同じように残ります。".to_owned(),
        ],
        fields: vec![
            Field::new("name", "何のためか", FieldKind::Line)
                .needed()
                .hinted("事故番号（I-000001）など。")
                .filled(operator),
            Field::new("from", "この日からのものを残す（空のときは、すべて）", FieldKind::Day).filled(operator),
            Field::why(true).filled(operator),
        ],
        ..Act::of(frame, HOLD, "/console/change/retention/hold".to_owned(), PAGE.to_owned())
    }
}

/// `GET /console/approve/retention/release`.
pub(super) async fn ask_release(State(desk): State<Desk>, operator: Operator) -> Response {
    match releasing(&desk, &operator).await {
        Ok(page) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn release(State(desk): State<Desk>, operator: Operator) -> Response {
    let page = match releasing(&desk, &operator).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let name = operator.fields().get("name");
    if name.is_empty() {
        return page.with_wrong("name", "やめるものを選んでください。").mistaken();
    }
    match desk.writer().release_records(&operator.by(now()), name).await {
        Ok(version) => done("/console/reports", version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn releasing<'a>(desk: &'a Desk, operator: &'a Operator) -> Result<Act<'a>, Response> {
    let (_, holds) = known(desk, operator).await?;
    let frame = Frame::of(desk, operator, now(), RELEASE);
    let path = "/console/approve/retention/release".to_owned();
    if holds.is_empty() {
        let told = vec!["消さないようにしているものはありません。".to_owned()];
        return Ok(Act { told, ..Act::of(frame, RELEASE, path, PAGE.to_owned()).without_button() });
    }
    let said = |one: &OpenHold| (one.hold.clone(), format!("{}：{}からのもの（{}）", one.hold, day(one.from), one.why));
    let choices = holds.iter().map(said).collect();
    let touched = holds.iter().map(|one| Touched { what: "消さないもの", said: said(one).1, path: None });
    Ok(Act {
        touched: touched.collect(),
        told: vec!["保存期間の終わったものは、次の日までに終わります。終わったものは、元に戻せません。".to_owned()],
        fields: vec![
            Field::new("name", "やめるもの", FieldKind::Choice(choices)).needed().filled(operator),
            Field::why(true).filled(operator),
        ],
        ..Act::of(frame, RELEASE, path, PAGE.to_owned())
    })
}

async fn known(desk: &Desk, operator: &Operator) -> Result<OldAndHeld, Response> {
    desk.writer().old_rows(desk.kept(), now()).await.map_err(|why| {
        tracing::warn!(%why, "the registry does not answer");
        silent(desk, operator)
    })
}

fn asked() -> AskedReport {
    AskedReport { path: PAGE.to_owned(), fields: Vec::new(), asked: json!({}) }
}
