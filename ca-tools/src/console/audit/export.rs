//! The record is taken along, as a table for a spreadsheet: an event of its own.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::super::frame::{Frame, page};
use super::super::missing::silent;
use super::super::operator::Operator;
use super::filter::Asked;
use crate::acts::By;
use crate::audit::Table;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::ledger::{EventFilter, Ledger};
use crate::refusal::Refusal;

/// Rows of one file from a browser; more are written by `ca-tools audit list --csv`.
const MOST: usize = 20_000;
/// Rows that are read together.
const AT_A_TIME: u32 = 1_000;

#[derive(Template)]
#[template(path = "console/audit/export.html")]
struct ExportPage<'a> {
    frame: Frame<'a>,
    asked: Asked,
    back: String,
    most: usize,
}

/// `GET /console/audit/export`: what will be written, and that it is kept in the record.
pub(super) async fn ask(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let asked = Asked::read(&Fields::of(query.unwrap_or_default().as_bytes()));
    let back = asked.address("/console/audit", None);
    let frame = Frame::of(&desk, &operator, now(), "操作記録を表に書き出す");
    page(StatusCode::OK, &ExportPage { frame, asked, back, most: MOST })
}

/// `GET /console/audit/events.csv`: the file. The record changes nothing when it is read, and whoever reads it may change
/// nothing: so it is asked for as a page is.
pub(super) async fn write(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let fields = Fields::of(query.unwrap_or_default().as_bytes());
    let asked = Asked::read(&fields);
    let ledger = desk.writer().ledger();
    let filter = match asked.filter(&ledger).await {
        Ok(Ok(filter)) => filter,
        // The list says what is wrong with it.
        Ok(Err(_)) => return axum::response::Redirect::to(&asked.address("/console/audit", None)).into_response(),
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let why = Some(fields.get("why").trim().to_owned()).filter(|why| !why.is_empty());
    let by = By { why, ..operator.by(now()) };
    let written = match desk.writer().export_events(&by, filter.part()).await {
        Ok(version) => table(&ledger, EventFilter { after: Some(version.cast_signed()), ..filter }).await,
        Err(refusal) => Err(refusal),
    };
    match written {
        Ok(file) => attachment(file),
        Err(refusal) => {
            tracing::warn!(%refusal, "the record was not written out");
            silent(&desk, &operator)
        }
    }
}

async fn table(ledger: &Ledger, mut filter: EventFilter) -> Result<Vec<u8>, Refusal> {
    let mut file = Vec::new();
    let unwritten = |why: std::io::Error| Refusal::from(crate::refusal::Unavailable::Other(why.to_string()));
    let mut table = Table::begin(&mut file).map_err(unwritten)?;
    let mut rows = 0;
    while rows < MOST {
        let found = ledger.happened(&filter, AT_A_TIME).await?;
        let Some(last) = found.last() else { break };
        filter.after = Some(last.event.version);
        for one in &found {
            table.row(one).map_err(unwritten)?;
        }
        rows += found.len();
    }
    table.end().map_err(unwritten)?;
    Ok(file)
}

fn attachment(file: Vec<u8>) -> Response {
    let mut answer = (StatusCode::OK, file).into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"events.csv\""));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}
