//! The list: a form that is an address, and a page of events. That it was read is an event, too.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::frame::{Frame, page};
use super::super::missing::silent;
use super::super::operator::Operator;
use super::super::timeline::Entry;
use super::filter::{Asked, Mistaken};
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::ledger::{EventFilter, Happened};
use crate::refusal::Refusal;
use crate::words::event::ways;

/// Events of one page.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "console/audit/list.html")]
struct ListPage<'a> {
    frame: Frame<'a>,
    asked: Asked,
    mistaken: Mistaken,
    entries: Vec<Entry>,
    older: Option<String>,
    newest: Option<String>,
    export: Option<String>,
}

impl ListPage<'_> {
    fn ways(&self) -> Vec<(&'static str, &'static str)> {
        ways()
    }

    fn mistake(&self, field: &str) -> Option<&str> {
        self.mistaken.iter().find(|(name, _)| *name == field).map(|(_, said)| said.as_str())
    }
}

/// `GET /console/audit`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let asked = Asked::read(&Fields::of(query.unwrap_or_default().as_bytes()));
    let ledger = desk.writer().ledger();
    let read = match asked.filter(&ledger).await {
        Ok(read) => read,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let (filter, mistaken) = match read {
        Ok(filter) => (filter, Mistaken::new()),
        Err(mistaken) => (EventFilter::default(), mistaken),
    };
    let found = if mistaken.is_empty() { found(&desk, &operator, filter).await } else { Ok(Vec::new()) };
    let mut found = match found {
        Ok(found) => found,
        Err(refusal) => {
            tracing::warn!(%refusal, "the record was not shown");
            return silent(&desk, &operator);
        }
    };
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let older = found.last().filter(|_| more).map(|last| asked.address("/console/audit", Some(last.event.version)));
    let frame = Frame::of(&desk, &operator, now(), "操作記録");
    let status = if mistaken.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let listed = ListPage {
        frame,
        newest: (!asked.after.is_empty()).then(|| asked.address("/console/audit", None)),
        export: (!found.is_empty()).then(|| asked.address("/console/audit/export", None)),
        asked,
        mistaken,
        entries: found.iter().map(Entry::of).collect(),
        older,
    };
    page(status, &listed)
}

/// What was there when it was asked for; that it was asked stands in the record before it is shown.
async fn found(desk: &Desk, operator: &Operator, mut filter: EventFilter) -> Result<Vec<Happened>, Refusal> {
    let version = desk.writer().read_events(&operator.by(now()), filter.part()).await?;
    filter.after.get_or_insert(version.cast_signed());
    Ok(desk.writer().ledger().happened(&filter, PAGE + 1).await?)
}
