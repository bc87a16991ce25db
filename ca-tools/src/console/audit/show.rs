//! One event, whole. That it was read is an event, too.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::super::address::path_of;
use super::super::fact::Fact;
use super::super::frame::{Frame, page};
use super::super::missing::{nothing, silent};
use super::super::operator::Operator;
use super::super::timeline::Entry;
use crate::clock::now;
use crate::desk::Desk;
use crate::ledger::Happened;
use crate::rows::SubjectKind;
use crate::words::event::{called, difference};

#[derive(Template)]
#[template(path = "console/audit/show.html")]
struct EventPage<'a> {
    frame: Frame<'a>,
    entry: Entry,
    facts: Vec<Fact>,
    touched: Vec<Fact>,
}

/// `GET /console/audit/{version}`.
pub(super) async fn show(State(desk): State<Desk>, Path(version): Path<String>, operator: Operator) -> Response {
    let missing = || nothing(&desk, &operator, "この番号の操作記録はありません。");
    let Ok(version) = version.parse::<i64>() else { return missing() };
    let ledger = desk.writer().ledger();
    let (found, touched) = match (ledger.happened_at(version).await, ledger.touched_by(version).await) {
        (Ok(Some(found)), Ok(touched)) => (found, touched),
        (Ok(None), _) => return missing(),
        (Err(why), _) | (_, Err(why)) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    if let Err(refusal) = desk.writer().read_events(&operator.by(now()), json!({ "version": version })).await {
        tracing::warn!(%refusal, "the record was not shown");
        return silent(&desk, &operator);
    }
    let frame = Frame::of(&desk, &operator, now(), format!("操作記録 {version}"));
    let shown = touched.iter().filter(|(kind, _)| !matches!(kind, SubjectKind::Proof | SubjectKind::House));
    let touched = shown.map(|(kind, id)| {
        let fact = Fact::new(called(*kind), id.as_str());
        match path_of(*kind, id) {
            Some(path) => fact.leading(path),
            None => fact,
        }
    });
    let touched = touched.collect();
    page(StatusCode::OK, &EventPage { frame, entry: Entry::of(&found), facts: facts(&found), touched })
}

/// What the event says beside its sentence, and by what it is chained.
fn facts(happened: &Happened) -> Vec<Fact> {
    let event = &happened.event;
    let mut facts = vec![
        Fact::new("操作の記号", event.action.as_str()).leading(format!("/console/audit?action={}", event.action)),
        Fact::new("操作した人", event.operator.as_str()).leading(format!("/console/audit?by={}", event.operator)),
    ];
    facts.extend(happened.told().into_iter().map(|(field, value)| Fact::new(field, difference(&value))));
    facts.push(Fact::new("直前の記録のハッシュ", event.prev.as_str()));
    facts.push(Fact::new("この記録のハッシュ", event.hash()));
    facts
}
