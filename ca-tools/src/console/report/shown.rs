//! A report as a page and as a file. That it was read stands in the record before it is.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value as Json, json};

use super::super::export::attachment;
use super::super::export_form::ExportForm;
use super::super::frame::{Frame, page};
use super::super::missing::silent;
use super::super::operator::Operator;
use crate::clock::now;
use crate::desk::Desk;
use crate::sheet::{PrintedReport, ReportFormat};
use crate::survey::SurveySettings;

/// A field of the form above a report; the form is its address.
#[derive(Clone, Debug)]
pub(in crate::console) struct AskedField {
    pub(in crate::console) name: &'static str,
    pub(in crate::console) label: &'static str,
    pub(in crate::console) hint: &'static str,
    /// What was asked, as it was typed.
    pub(in crate::console) value: String,
    /// What is wrong with it.
    pub(in crate::console) mistake: Option<String>,
}

/// What was asked of a report.
#[derive(Clone, Debug)]
pub(in crate::console) struct AskedReport {
    /// Its address, without the question.
    pub(in crate::console) path: String,
    pub(in crate::console) fields: Vec<AskedField>,
    /// The question as programs and the record say it.
    pub(in crate::console) asked: Json,
}

/// By what of the desk's configuration reports go.
pub(in crate::console) fn settings(desk: &Desk) -> SurveySettings {
    SurveySettings { reports: desk.reports(), professions: desk.professions().clone() }
}

/// Where a report leads, to an act about it or back: its words, and where.
#[derive(Clone, Debug)]
pub(in crate::console) struct OfferedAct {
    pub(in crate::console) words: String,
    pub(in crate::console) path: String,
}

#[derive(Template)]
#[template(path = "console/report/show.html")]
struct ReportPage<'a> {
    frame: Frame<'a>,
    report: Option<&'a PrintedReport>,
    asked: &'a AskedReport,
    export: ExportForm,
    acts: Vec<OfferedAct>,
    /// Where one comes from.
    back: OfferedAct,
    /// Rows of each table that stand on the page.
    most: usize,
}

impl<'a> ReportPage<'a> {
    /// As each is shown: nothing is done about it, and it is one of the list.
    fn of(frame: Frame<'a>, asked: &'a AskedReport, report: Option<&'a PrintedReport>) -> Self {
        let most = report.map_or(0, |report| (ROWS / report.tables.len().max(1)).max(LEAST));
        let back = OfferedAct { words: "報告書の一覧へ".to_owned(), path: "/console/reports".to_owned() };
        Self { frame, report, asked, export: asked.export(), acts: Vec::new(), back, most }
    }

    fn shows(&self) -> usize {
        self.most
    }
}

/// Rows of all tables that stand on one page: what is longer is taken along.
const ROWS: usize = 150;
/// Rows that each table has on it, however many tables there are.
const LEAST: usize = 10;

impl AskedReport {
    /// The question as it stands in an address.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.fields.iter().map(|field| (field.name, field.value.as_str())));
        query.finish()
    }

    fn mistaken(&self) -> bool {
        self.fields.iter().any(|field| field.mistake.is_some())
    }

    fn export(&self) -> ExportForm {
        let path = self.path.replacen("/console/", "/console/export/", 1);
        ExportForm { path, of: self.query(), count: String::new() }
    }
}

/// The page of a report, once its event stands.
pub(in crate::console) async fn shown(
    (desk, operator): (&Desk, &Operator),
    asked: &AskedReport,
    report: &PrintedReport,
    acts: Vec<OfferedAct>,
) -> Response {
    let question = (report.title.ja.as_str(), asked.asked.clone());
    if let Err(refusal) = desk.writer().read_report(&operator.by(now()), report.name, question).await {
        tracing::warn!(%refusal, "a report was not shown");
        return silent(desk, operator);
    }
    let frame = Frame::of(desk, operator, now(), report.title.ja.clone());
    page(StatusCode::OK, &ReportPage { acts, ..ReportPage::of(frame, asked, Some(report)) })
}

/// The same of a report whose own event stands already, and that is not among the others.
pub(in crate::console) fn printed(
    (desk, operator): (&Desk, &Operator),
    (asked, back): (&AskedReport, OfferedAct),
    report: &PrintedReport,
) -> Response {
    let frame = Frame::of(desk, operator, now(), report.title.ja.clone());
    page(StatusCode::OK, &ReportPage { back, ..ReportPage::of(frame, asked, Some(report)) })
}

/// What was asked cannot be read: the form with what is wrong, and no report.
pub(in crate::console) fn mistaken((desk, operator): (&Desk, &Operator), asked: &AskedReport, title: &str) -> Response {
    let frame = Frame::of(desk, operator, now(), title);
    let status = if asked.mistaken() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page(status, &ReportPage::of(frame, asked, None))
}

/// The same as a file: what the form beneath it sends for.
pub(in crate::console) async fn taken(
    (desk, operator): (&Desk, &Operator),
    asked: &AskedReport,
    report: PrintedReport,
) -> Response {
    let format = ReportFormat::asked(operator.fields().get("kind"));
    let (name, title) = (report.name, report.title.ja.clone());
    let question = json!({ "question": asked.asked, "format": format.as_str(), "rows": report.count() });
    // Packing a long one takes seconds, and nobody else waits for them.
    let packed = tokio::task::spawn_blocking(move || report.file(format)).await;
    let file = match packed.map_err(|why| why.to_string()).and_then(|file| file.map_err(|why| why.to_string())) {
        Ok(file) => file,
        Err(why) => {
            tracing::warn!(%why, "a report was not written out");
            return silent(desk, operator);
        }
    };
    if let Err(refusal) = desk.writer().read_report(&operator.by(now()), name, (&title, question)).await {
        tracing::warn!(%refusal, "a report was not written out");
        return silent(desk, operator);
    }
    let is = match format {
        ReportFormat::Csv => "text/csv; charset=utf-8",
        ReportFormat::Page => "text/html; charset=utf-8",
        ReportFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    attachment(file, name, (format.as_str(), is))
}
