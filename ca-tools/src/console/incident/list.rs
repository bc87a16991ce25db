//! All incidents, the newest first.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::fact::{named, text};
use super::super::frame::{Frame, page};
use super::super::label::{Label, Tone};
use super::super::may::Right;
use super::super::missing::silent;
use super::super::offer::Offers;
use super::super::operator::Operator;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::language::Language;
use crate::ledger::Entry;
use crate::words::said;

/// So many stand on the page: more than a city has in years. All of them are taken along by command.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "console/incident/list.html")]
struct IncidentList<'a> {
    frame: Frame<'a>,
    open_only: bool,
    lines: Vec<IncidentLine>,
    more: bool,
    offers: Offers,
}

struct IncidentLine {
    number: String,
    label: Label,
    found: String,
    what: String,
    whom: String,
}

/// `GET /console/incidents?state=open`.
pub(super) async fn show(State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let open_only = Fields::of(query.unwrap_or_default().as_bytes()).get("state") == "open";
    match desk.writer().ledger().incidents(open_only.then_some("open")).await {
        Ok(entries) => {
            let frame = Frame::of(&desk, &operator, now(), "事故・障害");
            let more = entries.len() > SHOWN;
            let lines = entries.iter().take(SHOWN).map(line).collect();
            let open = "/console/change/incidents/new/open".to_owned();
            let offers = Offers::to(operator.may()).offering(Right::Change, "事故・障害を記録する", open);
            page(StatusCode::OK, &IncidentList { frame, open_only, lines, more, offers })
        }
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            silent(&desk, &operator)
        }
    }
}

fn line(entry: &Entry) -> IncidentLine {
    IncidentLine {
        number: text(entry, "incident").to_owned(),
        label: label(entry),
        found: said("found_at", text(entry, "found_at"), &[], Language::Japanese),
        what: text(entry, "what").lines().next().unwrap_or_default().to_owned(),
        whom: whom(entry),
    }
}

/// Whether it is open, in a word.
pub(super) fn label(entry: &Entry) -> Label {
    let state = text(entry, "state");
    let tone = if state == "open" { Tone::Care } else { Tone::Calm };
    Label::new(said("state", state, &["incident"], Language::Japanese), tone)
}

/// About whom it is, by number and name.
fn whom(entry: &Entry) -> String {
    let each = [("device", "device_label"), ("login_id", "person_name"), ("office", "office_name")];
    let named = each.iter().filter(|(number, _)| !text(entry, number).is_empty());
    named.map(|(number, name)| named_of(entry, number, name)).collect::<Vec<_>>().join("・")
}

fn named_of(entry: &Entry, number: &str, name: &str) -> String {
    named(text(entry, number), text(entry, name))
}
