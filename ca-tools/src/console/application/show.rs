//! One application.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value as Json;

use super::super::act::Touched;
use super::super::fact::{Fact, named, text};
use super::super::frame::{Frame, page};
use super::super::label::Label;
use super::super::may::{May, Right};
use super::super::missing::nothing;
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::elsewhere;
use super::super::timeline::{Timeline, told};
use super::{Subject, path_of};
use crate::application::{ApplicationNo, ApplicationState};
use crate::clock::now;
use crate::desk::Desk;
use crate::language::Language;
use crate::ledger::Entry;
use crate::rows::SubjectKind;
use crate::words::item;

#[derive(Template)]
#[template(path = "console/application/show.html")]
struct ApplicationPage<'a> {
    frame: Frame<'a>,
    no: ApplicationNo,
    state: Label,
    touched: Vec<Touched>,
    asked: Vec<Fact>,
    facts: Vec<Fact>,
    /// What was looked at, and whether it holds.
    checklist: Vec<(String, bool)>,
    timeline: Timeline,
    offers: Offers,
}

/// `GET /console/applications/{application}`.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(application): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let Ok(no) = ApplicationNo::typed(&application) else {
        return nothing(&desk, &operator, "申請番号は A-2026-000001 のような番号です。");
    };
    if let Some(ours) = elsewhere(&application, &no.to_string(), &path_of(no), query.as_deref()) {
        return ours;
    }
    let subject = match Subject::of(&desk, &operator, (&application, Right::Read)).await {
        Ok(subject) => subject,
        Err(answer) => return answer,
    };
    let heading = format!("{} {no}", subject.form.kind().japanese());
    let frame = Frame::of(&desk, &operator, now(), heading).telling_what_was_done(&desk, query.as_deref()).await;
    let timeline = match told(&desk, &operator, (SubjectKind::Application, &no.to_string())).await {
        Ok(timeline) => timeline,
        Err(answer) => return answer,
    };
    let shown = ApplicationPage {
        frame,
        timeline,
        no,
        state: Label::of_application(text(&subject.entry, "state")),
        touched: subject.touched(),
        asked: subject.asked(),
        facts: facts(&subject.entry),
        checklist: checklist(&subject.entry),
        offers: offers(no, text(&subject.entry, "state"), operator.may()),
    };
    page(StatusCode::OK, &shown)
}

/// How far it is, and who brought it there.
fn facts(entry: &Entry) -> Vec<Fact> {
    let fields = [
        "channel",
        "received_at",
        "received_by",
        "inspected_at",
        "inspected_by",
        "inspection_until",
        "decided_at",
        "decided_by",
        "reason",
    ];
    let names = entry.get("names").and_then(Json::as_object);
    let called = |id: &str| names.and_then(|names| names.get(id)).and_then(Json::as_str).map(|name| named(id, name));
    let told = |field: &&str| {
        let fact = Fact::of(entry, field)?;
        Some(match called(text(entry, field)) {
            Some(person) => Fact { said: person, ..fact }.leading(format!("/console/people/{}", text(entry, field))),
            None => fact,
        })
    };
    fields.iter().filter_map(told).collect()
}

fn checklist(entry: &Entry) -> Vec<(String, bool)> {
    let items = entry.get("inspection").and_then(Json::as_object).into_iter().flatten();
    items.map(|(word, holds)| (item(word, Language::Japanese), holds.as_bool().unwrap_or_default())).collect()
}

fn offers(no: ApplicationNo, state: &str, may: May) -> Offers {
    let inspect = format!("/console/change/applications/{no}/inspect");
    let approve = |act: &str| format!("/console/approve/applications/{no}/{act}");
    let offers = Offers::to(may);
    match state.parse() {
        Ok(ApplicationState::Received) => {
            offers.offering(Right::Change, "検査する", inspect).offering(Right::Approve, "却下する", approve("reject"))
        }
        Ok(ApplicationState::Inspected) => offers
            .offering(Right::Approve, "承認する", approve("approve"))
            .offering(Right::Change, "検査し直す", inspect)
            .offering(Right::Approve, "却下する", approve("reject")),
        Ok(ApplicationState::Approved | ApplicationState::Rejected) | Err(_) => offers,
    }
}
