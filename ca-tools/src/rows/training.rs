//! Trainings (研修会), one a year, and who attended.

use certs::Timestamp;
use registry::LoginId;
use registry::change::AttendanceState;

use super::word;
use crate::application::FiscalYear;
use crate::database::{Row, Transaction, Versioned};
use crate::refusal::Unavailable;

/// A training, as it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct HeldTraining {
    pub(crate) on: Timestamp,
    pub(crate) place: String,
}

/// When and where it is; `None` of a year of which nobody said.
pub(crate) async fn held(tx: &mut Transaction, year: FiscalYear) -> Result<Option<HeldTraining>, Unavailable> {
    let row = tx.row("SELECT held_on, place FROM trainings WHERE year = $1", [year.number().into()]).await?;
    row.map(|row| Ok(HeldTraining { on: Timestamp::from_unix(row.int("held_on")?), place: row.text("place")? }))
        .transpose()
}

/// It is then and there.
pub(crate) async fn write(tx: &mut Versioned, year: FiscalYear, held: &HeldTraining) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO trainings (year, held_on, place, version) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (year) DO UPDATE SET held_on = excluded.held_on, place = excluded.place, version = excluded.version",
        [year.number().into(), held.on.unix().into(), held.place.as_str().into(), tx.version().into()],
    )
    .await
    .map(drop)
}

/// Somebody of a year.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attendee<'a> {
    pub(crate) year: FiscalYear,
    pub(crate) person: &'a LoginId,
}

/// How somebody stands to it; `None` of whom nothing was ever put down.
pub(crate) async fn attendance(tx: &mut Transaction, of: Attendee<'_>) -> Result<Option<AttendanceState>, Unavailable> {
    let row = tx
        .row(
            "SELECT state FROM attendances WHERE year = $1 AND login_id = $2",
            [of.year.number().into(), of.person.as_str().into()],
        )
        .await?;
    row.map(|row| word(&row.text("state")?)).transpose()
}

/// They stand to it like this; on that day.
pub(crate) async fn write_attendance(
    tx: &mut Versioned,
    of: Attendee<'_>,
    (state, on): (AttendanceState, Timestamp),
) -> Result<(), Unavailable> {
    tx.run(
        "INSERT INTO attendances (year, login_id, state, attended_on, version) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (year, login_id) DO UPDATE SET state = excluded.state, attended_on = excluded.attended_on, \
         version = excluded.version",
        [
            of.year.number().into(),
            of.person.as_str().into(),
            state.as_str().into(),
            on.unix().into(),
            tx.version().into(),
        ],
    )
    .await
    .map(drop)
}

/// An office that has something to be told, and its people of whom nothing is put down.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Concerned {
    pub(crate) office: String,
    pub(crate) name: String,
    pub(crate) contact: String,
    pub(crate) mail: String,
    /// IDs and names.
    pub(crate) missing: Vec<(String, String)>,
}

/// Every registered office that has people, with those who have not attended.
pub(crate) async fn concerned(tx: &mut Transaction, year: FiscalYear) -> Result<Vec<Concerned>, Unavailable> {
    let rows = tx
        .rows(
            "SELECT o.office, o.name, o.contact, o.mail, u.login_id, u.name AS person, \
             (SELECT COUNT(*) FROM attendances a WHERE a.login_id = u.login_id AND a.year = $1 AND a.state = 'attended') \
             AS attended FROM offices o JOIN system_users u ON u.office = o.office AND u.state <> 'deleted' \
             WHERE o.state = 'registered' ORDER BY o.office, u.login_id",
            [year.number().into()],
        )
        .await?;
    let mut offices: Vec<Concerned> = Vec::new();
    for row in &rows {
        let office = row.text("office")?;
        if offices.last().is_none_or(|last| last.office != office) {
            offices.push(concerned_office(row, office)?);
        }
        if let Some(last) = offices.last_mut().filter(|_| row.int("attended").is_ok_and(|attended| attended == 0)) {
            last.missing.push((row.text("login_id")?, row.text("person")?));
        }
    }
    Ok(offices)
}

fn concerned_office(row: &Row, office: String) -> Result<Concerned, Unavailable> {
    Ok(Concerned {
        office,
        name: row.text("name")?,
        contact: row.text("contact")?,
        mail: row.text("mail")?,
        missing: Vec::new(),
    })
}
