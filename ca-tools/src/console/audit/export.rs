//! The record is taken along, as a table for a spreadsheet: an event of its own.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::export_form::ExportForm;
use super::super::frame::{Frame, page};
use super::super::operator::Operator;
use super::filter::Asked;
use crate::clock::now;
use crate::desk::{Desk, Fields};

#[derive(Template)]
#[template(path = "console/audit/export.html")]
struct ExportPage<'a> {
    frame: Frame<'a>,
    asked: Asked,
    export: ExportForm,
    back: String,
}

/// `GET /console/audit/export`: what will be written, and that it is kept in the record.
pub(super) async fn ask(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let asked = Asked::read(&Fields::of(query.unwrap_or_default().as_bytes()));
    let back = asked.address("/console/audit", None);
    let frame = Frame::of(&desk, &operator, now(), "操作記録を表に書き出す");
    let export = ExportForm::uncounted("/console/audit", back.clone());
    page(StatusCode::OK, &ExportPage { frame, asked, export, back })
}
