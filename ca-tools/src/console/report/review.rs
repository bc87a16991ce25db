//! The month's review: its bundle, and that somebody looked at it.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::super::act::{Act, Field, Touched};
use super::super::frame::Frame;
use super::super::missing::{nothing, silent};
use super::super::operator::Operator;
use super::shown::{AskedField, AskedReport, OfferedAct, mistaken, settings, shown, taken};
use crate::application::Month;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::sheet::PrintedReport;
use crate::spelling;
use crate::survey;
use crate::today::open_months;

const TITLE: &str = "月次点検";
const WORDS: &str = "この月の点検を確認済みにする";

/// `GET /console/reports/review?month=2026-11`; of none that is named, the oldest that nobody reviewed, else the last.
pub(super) async fn show(State(desk): State<Desk>, operator: Operator) -> Response {
    let open = match open(&desk).await {
        Some(open) => open,
        None => return silent(&desk, &operator),
    };
    let (asked, month) = asked(operator.fields(), open.first().copied());
    let Some(month) = month else { return mistaken((&desk, &operator), &asked, TITLE) };
    let act = open.contains(&month).then(|| OfferedAct { words: WORDS.to_owned(), path: path_of(month) });
    let acts = act.into_iter().collect();
    match report(&desk, month).await {
        Some(report) => shown((&desk, &operator), &asked, &report, acts).await,
        None => silent(&desk, &operator),
    }
}

/// `POST /console/export/reports/review`.
pub(super) async fn take(State(desk): State<Desk>, operator: Operator) -> Response {
    let (asked, month) = asked(&Fields::of(operator.fields().get("of").as_bytes()), None);
    let Some(month) = month else { return mistaken((&desk, &operator), &asked, TITLE) };
    match report(&desk, month).await {
        Some(report) => taken((&desk, &operator), &asked, report).await,
        None => silent(&desk, &operator),
    }
}

/// `GET /console/review/months/{month}`.
pub(super) async fn ask(State(desk): State<Desk>, Path(month): Path<String>, operator: Operator) -> Response {
    match month.parse() {
        Ok(month) => about(&desk, &operator, month).shown(),
        Err(_) => nothing(&desk, &operator, "月は 2026-11 のように指定してください。"),
    }
}

/// `POST /console/review/months/{month}`.
pub(super) async fn act(State(desk): State<Desk>, Path(month): Path<String>, operator: Operator) -> Response {
    let Ok(month) = month.parse::<Month>() else {
        return nothing(&desk, &operator, "月は 2026-11 のように指定してください。");
    };
    let Some(report) = report(&desk, month).await else { return silent(&desk, &operator) };
    let done = desk.writer().review_month(&operator.by(now()), month, &report.digest()).await;
    about(&desk, &operator, month).answered((&desk, &operator), &month.to_string(), done).await
}

fn about<'a>(desk: &'a Desk, operator: &'a Operator, month: Month) -> Act<'a> {
    let said = month.japanese();
    let frame = Frame::of(desk, operator, now(), format!("{said}の点検を確認済みにする"));
    let found = "見て分かったこと、したこと。変わったことがなければ「異常なし」と書いてください。";
    let read = Touched { what: TITLE, said, path: Some(format!("/console/reports/review?month={month}")) };
    Act {
        touched: vec![read],
        told: vec!["だれが、いつ確認したかが残ります。あとから取り消せません。".to_owned()],
        fields: vec![Field { label: "点検の結果", hint: found, ..Field::why(true) }.filled(operator)],
        ..Act::of(frame, WORDS, path_of(month), "/console/reports".to_owned())
    }
}

fn path_of(month: Month) -> String {
    format!("/console/review/months/{month}")
}

async fn open(desk: &Desk) -> Option<Vec<Month>> {
    let known = desk.writer().ledger().reviewed_months().await;
    let known = known.inspect_err(|why| tracing::warn!(%why, "the registry does not answer")).ok();
    known.map(|(reviewed, began)| open_months(&reviewed, began, now()))
}

async fn report(desk: &Desk, month: Month) -> Option<PrintedReport> {
    let found = survey::review(&desk.writer().ledger(), &settings(desk), (month, now())).await;
    found.inspect_err(|why| tracing::warn!(%why, "the registry does not answer")).ok()
}

fn asked(fields: &Fields, oldest: Option<Month>) -> (AskedReport, Option<Month>) {
    let typed = spelling::code(fields.get("month").trim()).unwrap_or_default();
    let usual = || oldest.unwrap_or_else(|| Month::of(now()).before()).to_string();
    let typed = if typed.is_empty() { usual() } else { typed };
    let month = typed.parse::<Month>().ok();
    let mistake = month.is_none().then(|| "月は 2026-11 のように書いてください。".to_owned());
    let field = AskedField { name: "month", label: "月", hint: "2026-11 のように", value: typed, mistake };
    let asked = json!({ "month": month.map(|month| month.to_string()) });
    (AskedReport { path: "/console/reports/review".to_owned(), fields: vec![field], asked }, month)
}
