//! What waits for another's approval, what was decided, and what custodians did alone.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::export_form::ExportForm;
use super::super::fact::{named, text};
use super::super::frame::{Frame, page};
use super::super::missing::silent;
use super::super::operator::Operator;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::language::Language;
use crate::ledger::{Entry, ProposalFilter};
use crate::words::said;

/// Those that go on from here, as the first page counts them.
const WAITING: &str = "waiting";
/// So many stand on a page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "console/proposal/list.html")]
struct ListPage<'a> {
    frame: Frame<'a>,
    rows: Vec<ProposalRow>,
    /// The address of what comes after, where something does.
    after: Option<String>,
    reviews: Vec<ProposalRow>,
    export: ExportForm,
    /// Only those that somebody has to decide or to carry out.
    waiting: bool,
}

/// One line.
struct ProposalRow {
    number: String,
    said: String,
    state: String,
    by: String,
    until: String,
}

/// `GET /console/proposals?state=waiting&after=P-…`.
pub(super) async fn list(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let fields = Fields::of(query.unwrap_or_default().as_bytes());
    let before = Some(fields.get("after").to_owned()).filter(|text| !text.is_empty());
    let ledger = desk.writer().ledger();
    let waiting = fields.get("state") == WAITING;
    let state = waiting.then(|| WAITING.to_owned());
    let filter = ProposalFilter { before, state, most: ROWS };
    let (Ok(found), Ok(reviews)) = (ledger.proposals(filter, now()).await, ledger.open_reviews().await) else {
        return silent(&desk, &operator);
    };
    let after =
        (found.len() == ROWS as usize).then(|| found.last().map(|last| text(last, "proposal").to_owned())).flatten();
    let frame = Frame::of(&desk, &operator, now(), "承認待ちと単独の操作");
    let rows = found.iter().map(|entry| row(entry, ["proposal", "proposed_by", "proposed_by_name"])).collect();
    let reviews = reviews.iter().map(|entry| row(entry, ["broken_glass", "broken_by", "broken_by_name"])).collect();
    let narrowed = if waiting { "state=waiting&" } else { "" };
    let after = after.map(|last| format!("/console/proposals?{narrowed}after={last}"));
    let asked = if waiting { "/console/proposals?state=waiting" } else { "/console/proposals" };
    let export = ExportForm::uncounted("/console/proposals", asked.to_owned());
    page(StatusCode::OK, &ListPage { frame, rows, after, reviews, waiting, export })
}

fn row(entry: &Entry, [number, by, name]: [&str; 3]) -> ProposalRow {
    let beside: Vec<&str> = entry.keys().map(String::as_str).collect();
    let word = |field: &str| said(field, text(entry, field), &beside, Language::Japanese);
    ProposalRow {
        number: text(entry, number).to_owned(),
        // What came before its sentence was kept says at least of which kind it is.
        said: if text(entry, "said").is_empty() { word("kind") } else { text(entry, "said").to_owned() },
        state: word("state"),
        by: named(text(entry, by), text(entry, name)),
        until: word("until"),
    }
}
