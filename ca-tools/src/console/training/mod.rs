//! 研修会: the years, who attended, what is put down and told.
//!
//! `list` shows the years, `show` one of them by office and by person, `hold` says when it is, `attend` puts down who was there,
//! `letters` tells offices.

mod attend;
mod hold;
mod letters;
mod list;
mod show;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use registry::OfficeNo;

use super::act::Touched;
use super::fact::{Fact, moment, number, text};
use super::may::Right;
use super::missing::{not_yours, nothing, silent};
use super::operator::Operator;
use crate::application::FiscalYear;
use crate::calendar::day;
use crate::desk::Desk;
use crate::ledger::Entry;
use crate::refusal::Refusal;
use crate::spelling;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/console/trainings", get(list::list))
        .route("/console/trainings/{year}", get(show::show))
        .route("/console/change/trainings/new/hold", get(hold::ask_new).post(hold::act_new))
        .route("/console/change/trainings/{year}/hold", get(hold::ask).post(hold::act))
        .route("/console/change/trainings/{year}/attend", get(attend::ask).post(attend::act))
        .route("/console/change/trainings/{year}/letters", get(letters::ask).post(letters::act))
}

/// Its page.
fn path_of(year: FiscalYear) -> String {
    format!("/console/trainings/{year}")
}

/// A year as people type it.
fn typed(text: &str) -> Option<FiscalYear> {
    spelling::code(text).ok()?.parse().ok()
}

/// What is known of a training, beside how many attended.
fn facts(entry: &Entry) -> Vec<Fact> {
    let mut facts = vec![Fact::new("日にち", moment(entry, "held_on").map(day).unwrap_or_default())];
    if !text(entry, "place").is_empty() {
        facts.push(Fact::new("場所", text(entry, "place")));
    }
    facts.push(Fact::new("受講した人", attended(entry)));
    facts
}

/// A training on the page of an office.
pub(super) fn of_office(office: &OfficeNo, entry: &Entry) -> Fact {
    let year = number(entry, "year");
    Fact::new(format!("{year}年度"), attended(entry)).leading(format!("/console/trainings/{year}?office={office}"))
}

/// A training on the page of a person.
pub(super) fn of_person(entry: &Entry) -> Fact {
    let year = number(entry, "year");
    let on = moment(entry, "attended_on")
        .map_or_else(|| "まだ受講していません".to_owned(), |on| format!("{}に受講", day(on)));
    Fact::new(format!("{year}年度"), on).leading(format!("/console/trainings/{year}"))
}

/// 「12人（利用者15人のうち）」.
fn attended(entry: &Entry) -> String {
    format!("{}人（利用者{}人のうち）", number(entry, "attended"), number(entry, "people"))
}

/// Which training a page or an act is about.
struct TrainingSubject {
    year: FiscalYear,
    entry: Entry,
}

impl TrainingSubject {
    /// Looked up, for whoever may do this.
    async fn of(desk: &Desk, operator: &Operator, (year, right): (&str, Right)) -> Result<Self, Response> {
        if !operator.may().has(right) {
            return Err(not_yours(desk, operator, right));
        }
        let missing = || nothing(desk, operator, "この年度の研修会は登録されていません。");
        let year = typed(year).ok_or_else(missing)?;
        match desk.writer().ledger().training(year).await {
            Ok(entry) => Ok(Self { year, entry }),
            Err(Refusal::Unknown(..)) => Err(missing()),
            Err(refusal) => {
                tracing::warn!(%refusal, "the registry does not answer");
                Err(silent(desk, operator))
            }
        }
    }

    fn touched(&self) -> Touched {
        let said = format!("{}（{}）", self.year.japanese(), attended(&self.entry));
        Touched { what: "研修会", said, path: Some(path_of(self.year)) }
    }
}
