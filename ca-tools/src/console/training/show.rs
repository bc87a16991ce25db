//! One training: by office, and of one office by person.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use registry::OfficeNo;

use super::super::export_form::ExportForm;
use super::super::fact::{Fact, named, number, text};
use super::super::frame::{Frame, page};
use super::super::may::Right;
use super::super::missing::silent;
use super::super::offer::Offers;
use super::super::operator::Operator;
use super::super::spelled::elsewhere;
use super::super::timeline::{Timeline, told};
use super::{TrainingSubject, facts, path_of};
use crate::application::Day;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::ledger::AttendanceLine;
use crate::refusal::Unavailable;
use crate::rows::SubjectKind;

/// So many offices, or people, stand on a page.
const MOST: usize = 150;

#[derive(Template)]
#[template(path = "console/training/show.html")]
struct TrainingPage<'a> {
    frame: Frame<'a>,
    year: i64,
    facts: Vec<Fact>,
    offers: Offers,
    offices: Vec<OfficeLine>,
    /// Of the office that was chosen.
    people: Vec<AttendanceLine>,
    /// Its number and name.
    office: Option<(String, String)>,
    next: Option<String>,
    export: ExportForm,
    timeline: Option<Timeline>,
}

/// An office, as a line.
struct OfficeLine {
    office: String,
    named: String,
    people: i64,
    attended: i64,
}

impl OfficeLine {
    fn missing(&self) -> i64 {
        self.people - self.attended
    }
}

impl TrainingPage<'_> {
    fn on(&self, day: &Day) -> String {
        day.japanese()
    }

    fn marks(&self) -> bool {
        self.frame.may.has(Right::Change) && self.people.iter().any(|line| line.attended_on.is_none())
    }
}

/// `GET /console/trainings/{year}`, `?office=` for the people of one.
pub(super) async fn show(
    State(desk): State<Desk>,
    Path(typed): Path<String>,
    RawQuery(query): RawQuery,
    operator: Operator,
) -> Response {
    let subject = match TrainingSubject::of(&desk, &operator, (&typed, Right::Read)).await {
        Ok(subject) => subject,
        Err(answer) => return answer,
    };
    let year = subject.year;
    if let Some(ours) = elsewhere(&typed, &year.to_string(), &path_of(year), query.as_deref()) {
        return ours;
    }
    let asked = Fields::of(query.as_deref().unwrap_or_default().as_bytes());
    let office: Option<OfficeNo> = asked.get("office").parse().ok();
    let found = match office {
        Some(office) => of_office(&desk, &subject, (&office, asked.get("after"))).await,
        None => by_office(&desk, &subject, asked.get("after")).await,
    };
    let found = match found {
        Ok(found) => found,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let timeline = match (&found.office, told(&desk, &operator, (SubjectKind::Training, &year.to_string())).await) {
        (Some(_), _) => None,
        (None, Ok(timeline)) => Some(timeline),
        (None, Err(answer)) => return answer,
    };
    let heading = match &found.office {
        Some((number, name)) => format!("{}の研修会：{}", year.japanese(), named(number, name)),
        None => format!("{}の個人情報保護研修会", year.japanese()),
    };
    let frame = Frame::of(&desk, &operator, now(), heading);
    let frame = frame.telling_what_was_done(&desk, query.as_deref()).await;
    let change = |act: &str| format!("/console/change/trainings/{year}/{act}");
    let offers = Offers::to(operator.may())
        .offering(Right::Change, "受講した人を登録する・取り消す", change("attend"))
        .offering(Right::Change, "受講した人を表からまとめて登録する", "/console/change/import/attendances".to_owned())
        .offering(Right::Change, "事業所にメールで知らせる", change("letters"))
        .offering(Right::Change, "日にちと場所を変える", change("hold"));
    let export = match &found.office {
        Some((office, _)) => format!("?year={year}&office={office}"),
        None => format!("?year={year}"),
    };
    let ShownPart { offices, people, office, next, total } = found;
    let shown = TrainingPage {
        year: year.number(),
        facts: facts(&subject.entry),
        export: ExportForm::of("/console/attendances", export, total),
        frame,
        offers,
        offices,
        people,
        office,
        next,
        timeline,
    };
    page(StatusCode::OK, &shown)
}

/// What one page shows.
struct ShownPart {
    offices: Vec<OfficeLine>,
    people: Vec<AttendanceLine>,
    office: Option<(String, String)>,
    next: Option<String>,
    /// How many people an export would have.
    total: i64,
}

async fn by_office(desk: &Desk, subject: &TrainingSubject, after: &str) -> Result<ShownPart, Unavailable> {
    let found = desk.writer().ledger().training_offices(subject.year).await?;
    let lines = found.iter().map(|entry| OfficeLine {
        office: text(entry, "office").to_owned(),
        named: named(text(entry, "office"), text(entry, "office_name")),
        people: number(entry, "people"),
        attended: number(entry, "attended"),
    });
    let mut offices: Vec<_> = lines.skip_while(|line| line.office.as_str() <= after).collect();
    let more = offices.len() > MOST;
    offices.truncate(MOST);
    let next = offices.last().filter(|_| more).map(|last| format!("{}?after={}", path_of(subject.year), last.office));
    Ok(ShownPart { offices, people: Vec::new(), office: None, next, total: number(&subject.entry, "people") })
}

async fn of_office(
    desk: &Desk,
    subject: &TrainingSubject,
    (office, after): (&OfficeNo, &str),
) -> Result<ShownPart, Unavailable> {
    let all = desk.writer().ledger().training_people(subject.year, Some(office)).await?;
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let name = all.first().map(|line| line.office_name.clone()).unwrap_or_default();
    let mut people: Vec<_> = all.into_iter().skip_while(|line| line.login_id.as_str() <= after).collect();
    let more = people.len() > MOST;
    people.truncate(MOST);
    let at = |last: &AttendanceLine| format!("{}?office={office}&after={}", path_of(subject.year), last.login_id);
    let next = people.last().filter(|_| more).map(at);
    Ok(ShownPart { offices: Vec::new(), people, office: Some((office.to_string(), name)), next, total })
}
