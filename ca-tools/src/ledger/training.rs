//! Who attended which training (研修会)? By year, by office, by person. Whoever is not deleted and of a registered office counts.

use certs::Timestamp;
use registry::{LoginId, OfficeNo};

use super::Column::{MaybeTime, Number, Text, Time};
use super::{Column, Entry, Ledger, entries};
use crate::application::{Day, FiscalYear};
use crate::refusal::{Kind, Refusal, Unavailable};

/// Who is counted, and whether they attended.
macro_rules! people {
    () => {
        " FROM system_users u JOIN offices o ON o.office = u.office AND o.state = 'registered' \
         LEFT JOIN attendances a ON a.login_id = u.login_id AND a.year = $1 AND a.state = 'attended' \
         WHERE u.state <> 'deleted'"
    };
}

const YEARS: &str = "SELECT t.year, t.held_on, t.place, (SELECT COUNT(*) FROM attendances a JOIN system_users u \
    ON u.login_id = a.login_id AND u.state <> 'deleted' JOIN offices o ON o.office = u.office AND o.state = 'registered' \
    WHERE a.year = t.year AND a.state = 'attended') AS attended, (SELECT COUNT(*) FROM system_users u \
    JOIN offices o ON o.office = u.office AND o.state = 'registered' WHERE u.state <> 'deleted') AS people \
    FROM trainings t WHERE ($1 IS NULL OR t.year = $1) ORDER BY t.year DESC";
const OFFICES: &str = concat!(
    "SELECT o.office, o.name AS office_name, COUNT(*) AS people, COUNT(a.login_id) AS attended",
    people!(),
    " GROUP BY o.office, o.name ORDER BY o.office"
);
const PEOPLE: &str = concat!(
    "SELECT u.login_id, u.name, u.profession, o.office, o.name AS office_name, a.attended_on",
    people!(),
    " AND ($2 IS NULL OR u.office = $2) ORDER BY o.office, u.login_id"
);
/// Of each year the people that an office has now.
const OF_OFFICE: &str = "SELECT t.year, t.held_on, t.place, (SELECT COUNT(*) FROM attendances a JOIN system_users u \
    ON u.login_id = a.login_id AND u.state <> 'deleted' WHERE a.year = t.year AND a.state = 'attended' AND u.office = $1) \
    AS attended, (SELECT COUNT(*) FROM system_users u WHERE u.office = $1 AND u.state <> 'deleted') AS people \
    FROM trainings t ORDER BY t.year DESC";
const OF_PERSON: &str = "SELECT t.year, t.held_on, t.place, a.attended_on FROM trainings t \
    LEFT JOIN attendances a ON a.year = t.year AND a.login_id = $1 AND a.state = 'attended' ORDER BY t.year DESC";

const YEAR_COLUMNS: [Column; 5] =
    [Number("year"), Time("held_on"), Text("place"), Number("people"), Number("attended")];

/// A person, as the list of a year shows them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttendanceLine {
    /// カシワニネットID.
    pub login_id: String,
    /// 氏名.
    pub name: String,
    /// 職種.
    pub profession: String,
    /// 事業所番号.
    pub office: String,
    /// What the office is called.
    pub office_name: String,
    /// On which day they attended; none of who did not.
    pub attended_on: Option<Day>,
}

impl Ledger {
    /// The trainings, the newest first, each with how many attended.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn trainings(&self) -> Result<Vec<Entry>, Unavailable> {
        entries(&mut self.read().await?, YEARS, [None::<i64>.into()], &YEAR_COLUMNS).await
    }

    /// One training.
    ///
    /// # Errors
    /// There is none of that year, or the registry does not answer.
    pub async fn training(&self, year: FiscalYear) -> Result<Entry, Refusal> {
        let found = entries(&mut self.read().await?, YEARS, [Some(year.number()).into()], &YEAR_COLUMNS).await?;
        found.into_iter().next().ok_or_else(|| Refusal::Unknown(Kind::Training, year.to_string()))
    }

    /// Each office with how many it has, and how many of them attended this one.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn training_offices(&self, year: FiscalYear) -> Result<Vec<Entry>, Unavailable> {
        let columns = [Text("office"), Text("office_name"), Number("people"), Number("attended")];
        entries(&mut self.read().await?, OFFICES, [year.number().into()], &columns).await
    }

    /// Everybody who counts, of one office or of all, and on which day they attended this one.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn training_people(
        &self,
        year: FiscalYear,
        office: Option<&OfficeNo>,
    ) -> Result<Vec<AttendanceLine>, Unavailable> {
        let values = [year.number().into(), office.map(OfficeNo::as_str).into()];
        let rows = self.read().await?.rows(PEOPLE, values).await?;
        let line = |row: &crate::database::Row| {
            Ok(AttendanceLine {
                login_id: row.text("login_id")?,
                name: row.text("name")?,
                profession: row.text("profession")?,
                office: row.text("office")?,
                office_name: row.text("office_name")?,
                attended_on: row.maybe_int("attended_on")?.map(|on| Day::of(Timestamp::from_unix(on))),
            })
        };
        rows.iter().map(line).collect()
    }

    /// Of one office, each training with how many of those that it has now attended: `year`, `held_on`, `place`, `people`,
    /// `attended`; the newest first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn training_of_office(&self, office: &OfficeNo) -> Result<Vec<Entry>, Unavailable> {
        entries(&mut self.read().await?, OF_OFFICE, [office.as_str().into()], &YEAR_COLUMNS).await
    }

    /// Of one person, each training and whether they attended: `year`, `held_on`, `place`, `attended_on` (null where they did
    /// not); the newest first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn training_of_person(&self, person: &LoginId) -> Result<Vec<Entry>, Unavailable> {
        let columns = [Number("year"), Time("held_on"), Text("place"), MaybeTime("attended_on")];
        entries(&mut self.read().await?, OF_PERSON, [person.as_str().into()], &columns).await
    }
}
