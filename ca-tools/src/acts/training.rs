//! 研修会: when it is, who attended, and what offices are told of it.

use registry::change::{AttendanceState, IllegalChange};
use registry::{LoginId, SystemUserState};
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::mail::Delivery;
use super::office::readable;
use super::{By, Writer};
use crate::application::{Day, FiscalYear};
use crate::letters::{Letter, OfficeFacts};
use crate::refusal::{Kind, Refusal, TrainingRefusal};
use crate::rows;
use crate::rows::training::{Attendee, Concerned, HeldTraining};

/// A training, as somebody says it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlannedTraining {
    /// Of which year.
    pub year: FiscalYear,
    /// On which day of it.
    pub on: Day,
    /// Where; may be empty.
    pub place: String,
}

/// Who attended which training, and on which day; where nobody says, on the training's own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttendanceRow {
    /// Of which year.
    pub year: FiscalYear,
    /// Who.
    pub user: LoginId,
    /// When.
    pub on: Option<Day>,
}

/// What a letter of a training is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum TrainingLetter {
    /// 案内 / it will be, and who is invited
    Invite,
    /// 未受講者 / who of the office has not attended
    Missing,
}

/// Who is told of a training, and who cannot be by mail: numbers and names of offices.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TrainingTold {
    /// Offices whose contact gets a letter.
    pub by_mail: Vec<(String, String)>,
    /// Offices without an address of mail.
    pub no_address: Vec<(String, String)>,
    /// The registry's version; nothing while nobody was told yet.
    pub version: u64,
}

impl Writer {
    /// Says when and where the training of a year is; once more where that changes.
    ///
    /// # Errors
    /// The day is in another year; the place cannot stand.
    pub async fn hold_training(&self, by: &By, planned: &PlannedTraining) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let PlannedTraining { year, on, place } = planned;
        is_of(*year, *on)?;
        let place = readable("--place", place.clone())?;
        let before = rows::training::held(&mut change, *year).await?;
        let held = HeldTraining { on: on.last_second(), place };
        rows::training::write(&mut change, *year, &held).await?;
        let was = before.map(|before| json!({ "on": Day::of(before.on).to_string(), "place": before.place }));
        let detail = json!({ "on": on.to_string(), "place": held.place, "was": was });
        change.commit("training.hold", &year.to_string(), detail).await
    }

    /// Puts down who attended: all of them, or nobody. Of whom it is put down already nothing changes.
    ///
    /// # Errors
    /// Nobody is named; no such training or ID; an ID is deleted; the day is in another year.
    pub async fn attend(
        &self,
        by: &By,
        (year, on): (FiscalYear, Option<Day>),
        people: &[LoginId],
    ) -> Result<(Vec<LoginId>, u64), Refusal> {
        if people.is_empty() {
            return Err(TrainingRefusal::NobodyNamed.into());
        }
        let mut change = self.change(by, RequiredRole::Record).await?;
        let mut new = Vec::new();
        for user in people {
            let row = AttendanceRow { year, user: user.clone(), on };
            if attended(&mut change, &row).await? {
                new.push(user.clone());
            }
        }
        let detail =
            json!({ "users": people, "count": people.len(), "new": new.len(), "on": on.map(|on| on.to_string()) });
        let version = change.commit("training.attend", &year.to_string(), detail).await?;
        Ok((new, version))
    }

    /// Takes back what was put down by mistake: of all of them, or of nobody.
    ///
    /// # Errors
    /// Nobody is named; no such training or ID; somebody is not put down.
    pub async fn unattend(&self, by: &By, year: FiscalYear, people: &[LoginId]) -> Result<u64, Refusal> {
        if people.is_empty() {
            return Err(TrainingRefusal::NobodyNamed.into());
        }
        let mut change = self.change(by, RequiredRole::Record).await?;
        let held = held(&mut change, year).await?;
        for person in people {
            rows::person::state(&mut change, person).await?;
            let of = Attendee { year, person };
            match rows::training::attendance(&mut change, of).await? {
                Some(AttendanceState::Attended) => {}
                Some(AttendanceState::Removed) | None => {
                    return Err(TrainingRefusal::NotAttended(person.clone(), year).into());
                }
            }
            rows::training::write_attendance(&mut change, of, (AttendanceState::Removed, held.on)).await?;
        }
        let detail = json!({ "users": people, "count": people.len() });
        change.commit("training.unattend", &year.to_string(), detail).await
    }

    /// Tells the contacts of offices: of the training itself every office that has people, of who is missing those that miss
    /// somebody. Nobody else gets a letter.
    ///
    /// # Errors
    /// No such training; nobody has anything to be told.
    pub async fn tell_of_training(
        &self,
        by: &By,
        year: FiscalYear,
        what: TrainingLetter,
    ) -> Result<TrainingTold, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let told = told(&mut change, year, what).await?;
        let offices: Vec<_> = told.by_mail.iter().map(|(number, _)| number).collect();
        let detail = json!({
            "letter": match what { TrainingLetter::Invite => "invite", TrainingLetter::Missing => "missing" },
            "count": offices.len(), "offices": offices, "no_address": told.no_address.len(),
        });
        let version = change.commit("training.letters", &year.to_string(), detail).await?;
        Ok(TrainingTold { version, ..told })
    }

    /// Whom [`Self::tell_of_training`] would tell. Nothing is sent.
    ///
    /// # Errors
    /// As [`Self::tell_of_training`].
    pub async fn foresee_training_letters(
        &self,
        by: &By,
        year: FiscalYear,
        what: TrainingLetter,
    ) -> Result<TrainingTold, Refusal> {
        told(&mut self.change(by, RequiredRole::Record).await?.foreseen(), year, what).await
    }
}

/// Writes that somebody attended; whether that is news.
pub(super) async fn attended(change: &mut Change, row: &AttendanceRow) -> Result<bool, Refusal> {
    let AttendanceRow { year, user, on } = row;
    let held = held(change, *year).await?;
    let on = match on {
        Some(on) => {
            is_of(*year, *on)?;
            on.last_second()
        }
        None => held.on,
    };
    // Who attended was there: nobody was at what is still to come.
    if Day::of(on) > Day::of(change.at()) {
        return Err(TrainingRefusal::NotYet(Day::of(on)).into());
    }
    if rows::person::state(change, user).await? == SystemUserState::Deleted {
        return Err(Refusal::Illegal(user.to_string(), IllegalChange::UserDeleted));
    }
    let of = Attendee { year: *year, person: user };
    if rows::training::attendance(change, of).await? == Some(AttendanceState::Attended) {
        return Ok(false);
    }
    rows::training::write_attendance(change, of, (AttendanceState::Attended, on)).await?;
    Ok(true)
}

async fn held(change: &mut Change, year: FiscalYear) -> Result<HeldTraining, Refusal> {
    let held = rows::training::held(change, year).await?;
    held.ok_or_else(|| Refusal::Unknown(Kind::Training, year.to_string()))
}

fn is_of(year: FiscalYear, day: Day) -> Result<(), Refusal> {
    if year.has(day) { Ok(()) } else { Err(TrainingRefusal::OutsideYear(year, day).into()) }
}

async fn told(change: &mut Change, year: FiscalYear, what: TrainingLetter) -> Result<TrainingTold, Refusal> {
    let held = held(change, year).await?;
    let mut told = TrainingTold::default();
    for office in rows::training::concerned(change, year).await? {
        if what == TrainingLetter::Missing && office.missing.is_empty() {
            continue;
        }
        let named = (office.office.clone(), office.name.clone());
        let letter = letter(&office, (year, &held), what);
        match change.mail((&office.mail, &office.office), &letter).await? {
            Delivery::ByMail => told.by_mail.push(named),
            Delivery::NoAddress => told.no_address.push(named),
        }
    }
    if told.by_mail.is_empty() && told.no_address.is_empty() {
        return Err(TrainingRefusal::NobodyToTell(year).into());
    }
    Ok(told)
}

fn letter(office: &Concerned, (year, held): (FiscalYear, &HeldTraining), what: TrainingLetter) -> Letter {
    let facts =
        OfficeFacts { number: office.office.clone(), name: office.name.clone(), contact: office.contact.clone() };
    match what {
        TrainingLetter::Invite => {
            Letter::TrainingHeld { office: facts, year: year.number(), on: held.on.unix(), place: held.place.clone() }
        }
        TrainingLetter::Missing => {
            let people = office.missing.iter().map(|(id, name)| format!("{name}（{id}）")).collect();
            Letter::TrainingMissing { office: facts, year: year.number(), people }
        }
    }
}
