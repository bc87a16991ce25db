//! An application is inspected, item by item: the second of three pages.
//!
//! What nobody touched is not looked at: an item holds where it was ticked, and nowhere else.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use certs::Timestamp;
use registry::change::Inspection;

use super::super::act::{Field, FieldKind, Touched, meanwhile, seen};
use super::super::fact::Fact;
use super::super::frame::{Frame, page};
use super::super::may::Right;
use super::super::operator::Operator;
use super::super::person::latest;
use super::super::provider_report;
use super::{Subject, path_of};
use crate::acts::Findings;
use crate::application::{ApplicationState, Day, Item, Kind};
use crate::clock::now;
use crate::desk::Desk;
use crate::spelling;
use crate::words::for_console;

#[derive(Template)]
#[template(path = "console/application/inspect.html")]
struct Inspect<'a> {
    frame: Frame<'a>,
    path: String,
    touched: Vec<Touched>,
    asked: Vec<Fact>,
    items: Vec<Ticked>,
    until: Field,
    /// Of a device: who inspected, where it was not the operator.
    report: Vec<Field>,
    why: Field,
    seen: Field,
    mistakes: Vec<String>,
    back: String,
}

/// One item, and whether it was ticked.
struct Ticked {
    item: Item,
    holds: bool,
    mistake: bool,
}

impl Inspect<'_> {
    fn is_mistaken(&self) -> bool {
        let fields = || self.report.iter().chain([&self.until]);
        !self.mistakes.is_empty()
            || fields().any(|field| field.mistake.is_some())
            || self.items.iter().any(|item| item.mistake)
    }

    fn mistaken(self) -> Response {
        page(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path(application): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    match about(&desk, &operator, &application).await {
        Ok((_, mut shown)) => {
            shown.frame = shown.frame.telling_what_was_done(&desk, query.as_deref()).await;
            page(StatusCode::OK, &shown)
        }
        Err(answer) => answer,
    }
}

pub(super) async fn act(State(desk): State<Desk>, Path(application): Path<String>, operator: Operator) -> Response {
    let (subject, mut shown) = match about(&desk, &operator, &application).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    shown.mistakes = meanwhile(&desk, &operator, &subject.no.to_string()).await;
    let result = match operator.fields().get("do") {
        "fail" => Inspection::Failed,
        _ => Inspection::Passed,
    };
    let unticked: Vec<Item> = shown.items.iter().filter(|ticked| !ticked.holds).map(|ticked| ticked.item).collect();
    match result {
        Inspection::Passed => shown.items.iter_mut().for_each(|ticked| ticked.mistake = !ticked.holds),
        Inspection::Failed if unticked.is_empty() => {
            shown.mistakes.push(
                "すべて満たしています。不合格にするときは、満たしていない項目のチェックを外してください。".to_owned(),
            );
        }
        Inspection::Failed => {}
    }
    let until = match last_second(&shown.until.value) {
        Ok(until) => until,
        Err(why) => {
            shown.until.mistake = Some(why.to_owned());
            None
        }
    };
    let report = match provider_report::read(&operator) {
        Ok(report) => report,
        Err((name, why)) => {
            shown
                .report
                .iter_mut()
                .filter(|field| field.name == name)
                .for_each(|field| field.mistake = Some(why.to_owned()));
            None
        }
    };
    if shown.is_mistaken() {
        return shown.mistaken();
    }
    let findings = Findings { result, unticked: &unticked, until, report: report.as_ref() };
    match desk.writer().inspect_application(&operator.by(now()), subject.no, findings).await {
        Ok((state, _)) => {
            let version = latest(&desk, &operator, &subject.no.to_string()).await;
            let next = match state {
                // Who may approve goes on to where it is done.
                ApplicationState::Inspected if operator.may().has(Right::Approve) => {
                    format!("/console/approve/applications/{}/approve", subject.no)
                }
                ApplicationState::Inspected
                | ApplicationState::Received
                | ApplicationState::Approved
                | ApplicationState::Rejected => path_of(subject.no),
            };
            Redirect::to(&format!("{next}?done={version}")).into_response()
        }
        Err(refusal) => {
            shown.mistakes.push(for_console(&refusal).ja);
            shown.mistaken()
        }
    }
}

/// The last second of a day that was typed; nothing where none was.
pub(super) fn last_second(typed: &str) -> Result<Option<Timestamp>, &'static str> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let day: Option<Day> = spelling::code(typed).ok().and_then(|text| text.parse().ok());
    day.map(|day| Some(day.last_second())).ok_or("日付を 2026-04-01 または 令和8年4月1日 の形で入力してください。")
}

async fn about<'a>(desk: &'a Desk, operator: &'a Operator, no: &str) -> Result<(Subject, Inspect<'a>), Response> {
    let subject = Subject::of(desk, operator, (no, Right::Change)).await?;
    let kind = subject.form.kind();
    let items = Item::of(kind).iter().map(|item| {
        let name = format!("check-{item}");
        Ticked { item: *item, holds: operator.fields().get(&name) == "1", mistake: false }
    });
    let until = Field { hint: "空のときは90日", ..Field::new("until", "検査の有効期限", FieldKind::Day) };
    let shown = Inspect {
        frame: Frame::of(desk, operator, now(), format!("{} {} を検査する", kind.japanese(), subject.no)),
        path: format!("/console/change/applications/{}/inspect", subject.no),
        touched: subject.touched(),
        asked: subject.asked(),
        items: items.collect(),
        until: until.filled(operator),
        report: if kind == Kind::Certificate { provider_report::fields(operator).to_vec() } else { Vec::new() },
        why: Field::why(false).filled(operator),
        seen: seen(desk).await,
        mistakes: Vec::new(),
        back: path_of(subject.no),
    };
    Ok((subject, shown))
}
