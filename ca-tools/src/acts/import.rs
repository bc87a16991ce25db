//! Many at once, as a table has them: all of its rows are written in one change, or none.
//!
//! Each row goes through what the single act goes through. What cannot be is collected to the table's end, so that whoever
//! wrote it mends it once; what a row needs of one above it is there already.

use registry::{LoginId, OfficeNo, RoomRef};
use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::device::{DeviceForm, write_device};
use super::office::{OfficeForm, write_office};
use super::office_contact::name as name_contact;
use super::room;
use super::system_user::{NewPassword, Person, write_person};
use super::training::{AttendanceRow, attended};
use super::{By, Writer};
use crate::proposal::{ATTENDANCES, Act};
use crate::refusal::{Refusal, Unavailable};

/// An office of a table.
#[derive(Clone, Debug)]
pub struct OfficeRow {
    /// Its number.
    pub office: OfficeNo,
    /// What is said of it.
    pub form: OfficeForm,
}

/// A person of a table: a care worker. Roles are given one by one, by who holds them.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// Who they are.
    pub person: Person,
    /// Whether they speak for their office.
    pub contact: bool,
}

/// A room of a table.
#[derive(Clone, Debug)]
pub struct RoomRow {
    /// Its reference.
    pub room: RoomRef,
    /// Its name.
    pub name: String,
}

/// An invitation of a table.
#[derive(Clone, Debug)]
pub struct InvitationRow {
    /// To which room.
    pub room: RoomRef,
    /// Whom.
    pub user: LoginId,
}

/// What a table holds.
#[derive(Clone, Debug)]
pub enum Import {
    /// Offices to register.
    Offices(Vec<OfficeRow>),
    /// People to be given an ID.
    People(Vec<PersonRow>),
    /// Devices to apply for.
    Devices(Vec<DeviceForm>),
    /// Rooms to open.
    Rooms(Vec<RoomRow>),
    /// People to invite.
    Invitations(Vec<InvitationRow>),
    /// Who attended which training.
    Attendances(Vec<AttendanceRow>),
}

/// A table, which file it was, and what was foreseen of it.
#[derive(Clone, Copy, Debug)]
pub struct ImportFile<'a> {
    /// What it holds.
    pub import: &'a Import,
    /// The file's digest.
    pub digest: &'a str,
    /// What each row would make, where somebody was told so: then that is made and nothing else.
    pub foreseen: Option<&'a [String]>,
}

/// What was done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Imported {
    /// Its number or ID, row by row.
    pub made: Vec<String>,
    /// The registry's version.
    pub version: u64,
}

/// Why a table was not taken over.
#[derive(Debug)]
pub struct NotImported {
    /// Which row, from 0; none where it is about all.
    pub at: Option<usize>,
    /// Why.
    pub why: Refusal,
}

impl From<Refusal> for NotImported {
    fn from(why: Refusal) -> Self {
        Self { at: None, why }
    }
}

impl Import {
    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Offices(rows) => rows.len(),
            Self::People(rows) => rows.len(),
            Self::Devices(rows) => rows.len(),
            Self::Rooms(rows) => rows.len(),
            Self::Invitations(rows) => rows.len(),
            Self::Attendances(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many initial passwords it hands out.
    #[must_use]
    pub fn passwords(&self) -> usize {
        match self {
            Self::People(rows) => rows.len(),
            Self::Offices(_) | Self::Devices(_) | Self::Rooms(_) | Self::Invitations(_) | Self::Attendances(_) => 0,
        }
    }

    fn action(&self) -> &'static str {
        match self {
            Self::Offices(_) => "office.import",
            Self::People(_) => "user.import",
            Self::Devices(_) => "device.import",
            Self::Rooms(_) => "room.import",
            Self::Invitations(_) => "room.import-invitations",
            Self::Attendances(_) => "training.import",
        }
    }

    /// What another approves, where it is of many: this very file, and each of its rows.
    #[must_use]
    pub fn act(&self, file: &str) -> Act {
        let (what, list) = match self {
            Self::Offices(rows) => ("offices", rows.iter().map(|row| row.office.to_string()).collect()),
            Self::People(rows) => {
                ("people", rows.iter().map(|row| format!("{} {}", row.person.office, row.person.name)).collect())
            }
            Self::Devices(rows) => {
                ("devices", rows.iter().map(|row| format!("{} {}", row.office, row.label)).collect())
            }
            Self::Rooms(rows) => ("rooms", rows.iter().map(|row| row.name.clone()).collect()),
            Self::Invitations(rows) => {
                ("invitations", rows.iter().map(|row| format!("{} {}", row.room, row.user)).collect())
            }
            Self::Attendances(rows) => {
                (ATTENDANCES, rows.iter().map(|row| format!("{} {}", row.year, row.user)).collect())
            }
        };
        Act::Import { what: what.to_owned(), file: file.to_owned(), list }
    }

    fn takes_an_application(&self) -> bool {
        match self {
            Self::Offices(_) | Self::People(_) | Self::Devices(_) => true,
            Self::Rooms(_) | Self::Invitations(_) | Self::Attendances(_) => false,
        }
    }
}

impl Writer {
    /// Takes a table over, with an initial password for each person of it. The event keeps which file it was, by its digest.
    ///
    /// # Errors
    /// Everything that cannot be, row by row, and every row that would make something else than was foreseen; then nothing is.
    pub async fn import(
        &self,
        by: &By,
        file: ImportFile<'_>,
        passwords: Vec<NewPassword>,
    ) -> Result<Imported, Vec<NotImported>> {
        let ImportFile { import, digest, foreseen } = file;
        let mut change = self.change(by, RequiredRole::Record).await.map_err(alone)?;
        change.needs_two(&import.act(digest)).await.map_err(alone)?;
        let made = imported(&mut change, import, passwords).await?;
        if let Some(foreseen) = foreseen {
            as_foreseen(&made, foreseen)?;
        }
        let mut detail = json!({ "count": import.len(), "file": digest, "made": made, "rows": rows_of(import) });
        if let Import::Attendances(rows) = import {
            // What was written of whom nothing changed stands in no row of this change.
            detail["users"] = rows.iter().map(|row| json!(row.user)).collect();
        }
        let subject = match import {
            Import::Invitations(rows) => rows.first().map(|row| row.room.to_string()),
            Import::Attendances(rows) => rows.first().map(|row| row.year.to_string()),
            Import::Offices(_) | Import::People(_) | Import::Devices(_) | Import::Rooms(_) => made.first().cloned(),
        };
        let subject = subject.unwrap_or_default();
        let version = change.commit(import.action(), &subject, detail).await.map_err(alone)?;
        Ok(Imported { made, version })
    }

    /// What each row would make, if it can be taken over. Nothing is changed.
    ///
    /// # Errors
    /// As [`Self::import`].
    pub async fn foresee_import(&self, by: &By, import: &Import) -> Result<Vec<String>, Vec<NotImported>> {
        let none = vec![NewPassword { hash: String::new() }; import.passwords()];
        let mut change = self.change(by, RequiredRole::Record).await.map_err(alone)?.foreseen();
        imported(&mut change, import, none).await
    }
}

/// Others came in between where a row would make something else than who takes the table over was told.
fn as_foreseen(made: &[String], foreseen: &[String]) -> Result<(), Vec<NotImported>> {
    let other = made.iter().zip(foreseen).enumerate().filter(|(_, (now, then))| now != then);
    let others: Vec<_> =
        other.map(|(at, (_, then))| NotImported { at: Some(at), why: Refusal::Overtaken(then.clone()) }).collect();
    if others.is_empty() { Ok(()) } else { Err(others) }
}

/// All rows written; what each made.
async fn imported(
    change: &mut Change,
    import: &Import,
    passwords: Vec<NewPassword>,
) -> Result<Vec<String>, Vec<NotImported>> {
    // Said once, and not of every row.
    if import.takes_an_application() {
        change.application().map_err(alone)?;
    }
    let mut passwords = passwords.into_iter();
    let (mut made, mut refused) = (Vec::with_capacity(import.len()), Vec::new());
    for at in 0..import.len() {
        match write_row(change, (import, at), &mut passwords).await {
            Ok(one) => made.push(one),
            // Nothing can be asked any more; what the rows above have is told with it.
            Err(why @ Refusal::Unavailable(_)) => {
                refused.push(NotImported { at: Some(at), why });
                return Err(refused);
            }
            Err(why) => refused.push(NotImported { at: Some(at), why }),
        }
    }
    if refused.is_empty() { Ok(made) } else { Err(refused) }
}

/// Writes one row; its number or ID.
async fn write_row(
    change: &mut Change,
    (import, at): (&Import, usize),
    passwords: &mut impl Iterator<Item = NewPassword>,
) -> Result<String, Refusal> {
    match import {
        Import::Offices(rows) => {
            let Some(OfficeRow { office, form }) = rows.get(at) else { return Err(lost()) };
            let application = change.application_of(office).await?;
            write_office(change, (office, &application), form.clone()).await?;
            Ok(office.to_string())
        }
        Import::People(rows) => {
            let (Some(PersonRow { person, contact }), Some(password)) = (rows.get(at), passwords.next()) else {
                return Err(lost());
            };
            let application = change.application_of(&person.office).await?;
            let person = Person { roles: Vec::new(), ..person.clone() };
            let (login_id, _) = write_person(change, person, password, &application).await?;
            if *contact {
                let person = change.touch(&login_id).await?;
                name_contact(change, &person).await?;
            }
            Ok(login_id.to_string())
        }
        Import::Devices(rows) => {
            let Some(form) = rows.get(at) else { return Err(lost()) };
            let application = change.application_of(&form.office).await?;
            Ok(write_device(change, form.clone(), &application).await?.0.to_string())
        }
        Import::Rooms(rows) => {
            let Some(RoomRow { room, name }) = rows.get(at) else { return Err(lost()) };
            room::opened(change, room, name.clone()).await?;
            Ok(room.to_string())
        }
        Import::Invitations(rows) => {
            let Some(InvitationRow { room, user }) = rows.get(at) else { return Err(lost()) };
            room::invited(change, room, user).await?;
            Ok(format!("{room} {user}"))
        }
        Import::Attendances(rows) => {
            let Some(row) = rows.get(at) else { return Err(lost()) };
            attended(change, row).await?;
            Ok(format!("{} {}", row.year, row.user))
        }
    }
}

/// What the event says of rows beside what was made.
fn rows_of(import: &Import) -> Json {
    match import {
        Import::People(rows) => {
            rows.iter().map(|row| json!({ "office": row.person.office, "contact": row.contact })).collect()
        }
        Import::Devices(rows) => rows.iter().map(|row| json!({ "office": row.office, "users": row.users })).collect(),
        Import::Invitations(rows) => rows.iter().map(|row| json!({ "room": row.room, "user": row.user })).collect(),
        Import::Attendances(rows) => {
            rows.iter().map(|row| json!({ "year": row.year.number(), "user": row.user })).collect()
        }
        Import::Offices(_) | Import::Rooms(_) => Json::Null,
    }
}

fn alone(why: Refusal) -> Vec<NotImported> {
    vec![why.into()]
}

/// A row, or its password, that was there a moment ago.
fn lost() -> Refusal {
    Unavailable::Corrupt("the table has fewer rows than a moment ago".to_owned()).into()
}
