//! An office: what is known of it, who and what hangs on it, what can be done.
//!
//! `show` is its page. `details` is the form of what is known: of one that registers, and of one that changes. `hold` stops
//! all of it and lets it go on, `contact` names who speaks for it, `close` ends it, for good or for its new number.
//! `readiness` tells what it must do before a day.

mod close;
mod contact;
mod details;
mod hold;
mod readiness;
mod show;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use registry::OfficeNo;

use super::act::Touched;
use super::fact::{named, text};
use super::may::Right;
use super::missing::{not_yours, nothing, silent};
use super::operator::Operator;
use crate::application::office_of;
use crate::desk::Desk;
use crate::ledger::Entry;
use crate::refusal::Refusal;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/offices/{office}", get(show::show))
        .route("/console/offices/{office}/readiness", get(readiness::show))
        .route("/console/change/offices/new/register", get(details::ask_register).post(details::register))
        .route("/console/change/offices/{office}/update", get(details::ask_update).post(details::update))
        .route("/console/change/offices/{office}/contact", get(contact::ask).post(contact::act))
        .route("/console/change/offices/{office}/suspend", get(hold::ask_suspend).post(hold::suspend))
        .route("/console/change/offices/{office}/resume", get(hold::ask_resume).post(hold::resume))
        .route("/console/approve/offices/{office}/withdraw", get(close::ask_withdraw).post(close::withdraw))
        .route("/console/approve/offices/{office}/replace", get(close::ask_replace).post(close::replace))
}

/// Its page.
pub(super) fn path_of(office: &OfficeNo) -> String {
    format!("/console/offices/{office}")
}

/// A number as people type it: small letters and full-width signs too.
pub(super) fn typed(text: &str) -> Option<OfficeNo> {
    office_of(text).ok()
}

/// Which office an act is about.
struct Subject {
    office: OfficeNo,
    entry: Entry,
}

impl Subject {
    /// Looked up, for somebody who may act on offices.
    async fn of(desk: &Desk, operator: &Operator, (office, right): (&str, Right)) -> Result<Self, Response> {
        if !operator.may().has(right) {
            return Err(not_yours(desk, operator, right));
        }
        let missing = || nothing(desk, operator, "この番号の事業所はありません。");
        let office = typed(office).ok_or_else(missing)?;
        match desk.writer().ledger().office(&office).await {
            Ok(entry) => Ok(Self { office, entry }),
            Err(Refusal::Unknown(..)) => Err(missing()),
            Err(refusal) => {
                tracing::warn!(%refusal, "the registry does not answer");
                Err(silent(desk, operator))
            }
        }
    }

    fn touched(&self) -> Vec<Touched> {
        let said = named(self.office.as_str(), text(&self.entry, "name"));
        vec![Touched { what: "事業所", said, path: Some(path_of(&self.office)) }]
    }

    /// How many people and devices hang on it.
    fn number(&self, field: &str) -> i64 {
        self.entry.get(field).and_then(serde_json::Value::as_i64).unwrap_or_default()
    }
}
