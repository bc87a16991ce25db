//! An application: what is asked, how far it is, and its way through three pages: received, inspected, approved.
//!
//! `show` is its page, `receive` takes down by hand what came on paper, `inspect` is the checklist, `approve` does what is
//! asked and shows what is shown once, `reject` turns it down.

mod approve;
mod inspect;
mod receive;
mod reject;
mod show;

use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::act::Touched;
use super::fact::{Fact, named, text};
use super::may::Right;
use super::missing::{not_yours, nothing, silent};
use super::operator::Operator;
use crate::application::{ApplicationNo, Form};
use crate::desk::Desk;
use crate::language::Language;
use crate::ledger::Entry;
use crate::refusal::Refusal;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/applications/{application}", get(show::show))
        .route("/console/change/applications/new/receive", get(receive::ask).post(receive::act))
        .route("/console/change/applications/{application}/inspect", get(inspect::ask).post(inspect::act))
        .route("/console/approve/applications/{application}/approve", get(approve::ask).post(approve::act))
        .route("/console/approve/applications/{application}/reject", get(reject::ask).post(reject::act))
}

/// Its page.
fn path_of(application: ApplicationNo) -> String {
    format!("/console/applications/{application}")
}

/// Which application an act is about.
struct Subject {
    no: ApplicationNo,
    entry: Entry,
    form: Form,
}

impl Subject {
    /// Looked up, for somebody who has this right.
    async fn of(desk: &Desk, operator: &Operator, (no, right): (&str, Right)) -> Result<Self, Response> {
        if !operator.may().has(right) {
            return Err(not_yours(desk, operator, right));
        }
        let missing = || nothing(desk, operator, "この番号の申請はありません。");
        let no = ApplicationNo::typed(no).map_err(|_| missing())?;
        match desk.writer().ledger().application(no).await {
            Ok((entry, form)) => Ok(Self { no, entry, form }),
            Err(Refusal::Unknown(..)) => Err(missing()),
            Err(refusal) => {
                tracing::warn!(%refusal, "the registry does not answer");
                Err(silent(desk, operator))
            }
        }
    }

    fn touched(&self) -> Vec<Touched> {
        let said = format!("{}（{}）", self.form.kind().japanese(), self.no);
        let mut touched = vec![Touched { what: "申請", said, path: Some(path_of(self.no)) }];
        let office = text(&self.entry, "office");
        let name = text(&self.entry, "office_name");
        // One that registers first has no page yet.
        let path = match self.form {
            Form::FirstRegistration(_) => None,
            Form::Ids(_) | Form::OfficeChange(_) | Form::OfficeNumber(_) | Form::Certificate(_) => {
                Some(format!("/console/offices/{office}"))
            }
        };
        touched.push(Touched { what: "事業所", said: named(office, name), path });
        touched
    }

    /// What is asked, a line each, as the form says it.
    fn asked(&self) -> Vec<Fact> {
        let lines = self.form.lines(Language::Japanese);
        let mut asked: Vec<_> = lines.into_iter().map(|line| Fact::new(line.label, line.text)).collect();
        let device = text(&self.entry, "device");
        if !device.is_empty() {
            asked.push(Fact::new("端末番号", device).leading(format!("/console/devices/{device}")));
        }
        asked
    }
}
