//! When and where the training of a year is.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind, done, seen};
use super::super::fact::{moment, text};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::not_yours;
use super::super::operator::Operator;
use super::{TrainingSubject, path_of, typed};
use crate::acts::PlannedTraining;
use crate::application::{Day, FiscalYear};
use crate::clock::now;
use crate::desk::Desk;
use crate::spelling::code;

const WORDS: &str = "研修会の日にちを登録する";

pub(super) async fn ask_new(State(desk): State<Desk>, operator: Operator) -> Response {
    match fresh(&desk, &operator).await {
        Ok(page) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act_new(State(desk): State<Desk>, operator: Operator) -> Response {
    match fresh(&desk, &operator).await {
        Ok(page) => held((&desk, &operator), page, None).await,
        Err(answer) => answer,
    }
}

pub(super) async fn ask(State(desk): State<Desk>, Path(year): Path<String>, operator: Operator) -> Response {
    match about(&desk, &operator, &year).await {
        Ok((_, page)) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(year): Path<String>, operator: Operator) -> Response {
    match about(&desk, &operator, &year).await {
        Ok((subject, page)) => held((&desk, &operator), page, Some(subject.year)).await,
        Err(answer) => answer,
    }
}

/// What was typed, registered; or the page with what is wrong with it.
async fn held((desk, operator): (&Desk, &Operator), mut page: Act<'_>, year: Option<FiscalYear>) -> Response {
    let fields = operator.fields();
    let year = year.or_else(|| typed(fields.get("year")));
    let on: Option<Day> = code(fields.get("on")).ok().and_then(|text| text.parse().ok());
    if year.is_none() {
        page.wrong("year", "年度を 2026 のように入力してください（2026年4月から2027年3月まで）。");
    }
    if on.is_none() {
        page.wrong("on", "日にちを 2026-11-28 または 令和8年11月28日 のように入力してください。");
    }
    let (Some(year), Some(on)) = (year, on) else { return page.mistaken() };
    let planned = PlannedTraining { year, on, place: fields.get("place").to_owned() };
    page.back = path_of(year);
    match desk.writer().hold_training(&operator.by(now()), &planned).await {
        Ok(version) => done(&path_of(year), version),
        Err(refusal) => page.answered((desk, operator), &year.to_string(), Err(refusal)).await,
    }
}

async fn fresh<'a>(desk: &'a Desk, operator: &'a Operator) -> Result<Act<'a>, Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let frame = Frame::of(desk, operator, now(), WORDS);
    let path = "/console/change/trainings/new/hold".to_owned();
    let year = Field::new("year", "年度", FieldKind::Line).hinted("4月から翌年3月まで。2026 または 令和8年度").needed();
    let year = year.filled(operator).or(&FiscalYear::of(now()).to_string());
    let fields = [vec![year], whenever(operator), vec![seen(desk).await]].concat();
    let told = vec!["同じ年度をもう一度登録すると、日にちと場所が変わります。メールは送りません。".to_owned()];
    Ok(Act { told, fields, ..Act::of(frame, WORDS, path, "/console/trainings".to_owned()) })
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, year: &str) -> Result<(TrainingSubject, Act<'a>), Response> {
    let subject = TrainingSubject::of(desk, operator, (year, Right::Change)).await?;
    let frame = Frame::of(desk, operator, now(), format!("{}の研修会の日にちと場所を変える", subject.year.japanese()));
    let path = format!("/console/change/trainings/{}/hold", subject.year);
    let mut fields = whenever(operator);
    let on = moment(&subject.entry, "held_on").map(|on| Day::of(on).to_string()).unwrap_or_default();
    let place = text(&subject.entry, "place");
    fields = fields.into_iter().map(|field| if field.name == "on" { field.or(&on) } else { field.or(place) }).collect();
    fields.push(seen(desk).await);
    let page = Act {
        touched: vec![subject.touched()],
        told: vec!["メールは送りません。すでに案内を送っているときは、もう一度知らせてください。".to_owned()],
        fields,
        ..Act::of(frame, WORDS, path, path_of(subject.year))
    };
    Ok((subject, page))
}

fn whenever(operator: &Operator) -> Vec<Field> {
    let on = Field::new("on", "日にち", FieldKind::Day).needed().filled(operator);
    let place = Field::new("place", "場所", FieldKind::Line).filled(operator);
    vec![on, place]
}
