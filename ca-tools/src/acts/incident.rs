//! Incidents: opened, noted, reported, closed; and what they are about stopped, in the same act.
//!
//! A device is stopped as one that was lost, so that it comes back only with a reason; a person is put on hold and their
//! password opens nothing any more; an office is put on hold. Sessions end with what they rest on.
//!
//! An incident holds the lines of its time ([`super::retention`]): what is to be looked at is not ended meanwhile.

use certs::{DeviceNo, Timestamp};
use registry::change::{DeviceChange, OfficeChange, SystemUserChange};
use registry::{DeviceStage, LoginId, OfficeNo, OfficeState, SystemUserState};
use serde_json::{Map, Value as Json, json};

use super::change::{Change, RequiredRole};
use super::{By, NewPassword, Writer, mail, office, retention, system_user};
use crate::application::Day;
use crate::incident::{Duty, IncidentForm, IncidentNo, IncidentRefusal, IncidentWhom, ToldPart, told};
use crate::letters::Hold;
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::incident::{self, SealedExtract, StoredIncident};

/// An incident that was opened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IncidentOpened {
    /// Its number.
    pub no: IncidentNo,
    /// What was stopped with it, by its number or ID.
    pub stopped: Vec<String>,
    /// The registry's version.
    pub version: u64,
}

impl Writer {
    /// Opens an incident; with a password that nobody knows, stops what it is about in the same change.
    ///
    /// # Errors
    /// It is about nobody, or about who is not there; something is not said; it was found after now; what it is about
    /// cannot be stopped, or not by one alone.
    pub async fn open_incident(
        &self,
        by: &By,
        form: IncidentForm,
        stop: Option<&NewPassword>,
    ) -> Result<IncidentOpened, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let form = checked(&mut change, form).await?;
        let no = incident::next_number(&mut change).await?;
        let operator = change.operator().clone();
        incident::write(&mut change, (no, &operator), &form).await?;
        let held_from = retention::hold_for(&mut change, no, form.found).await?;
        let mut detail = about(&form.whom);
        detail.insert("held_from".to_owned(), held_from.to_string().into());
        detail.insert("what".to_owned(), form.what.as_str().into());
        detail.insert("found_at".to_owned(), form.found.to_string().into());
        detail.insert("reported_by".to_owned(), form.reported_by.as_str().into());
        detail.insert("wrongful".to_owned(), form.wrongful.into());
        let (action, stopped) = match stop {
            None => ("incident.open", Vec::new()),
            Some(password) => {
                let stopped = stopped(&mut change, &form.whom, password).await?;
                if stopped.is_empty() {
                    return Err(IncidentRefusal::NothingToStop(no).into());
                }
                detail.insert("reason".to_owned(), "lost".into());
                detail.insert("stopped".to_owned(), json!(stopped));
                ("incident.open-stop", stopped)
            }
        };
        let version = change.commit(action, &no.to_string(), detail.into()).await?;
        Ok(IncidentOpened { no, stopped, version })
    }

    /// Stops what an open incident is about; what was stopped.
    ///
    /// # Errors
    /// No such incident, or it is closed; there is nothing to stop, or not by one alone.
    pub async fn stop_incident(
        &self,
        by: &By,
        no: IncidentNo,
        password: &NewPassword,
    ) -> Result<(Vec<String>, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let is = open(&mut change, no).await?;
        let stopped = stopped(&mut change, &is.whom, password).await?;
        if stopped.is_empty() {
            return Err(IncidentRefusal::NothingToStop(no).into());
        }
        let mut detail = about(&is.whom);
        detail.insert("reason".to_owned(), "lost".into());
        detail.insert("stopped".to_owned(), json!(stopped));
        let version = change.commit("incident.stop", &no.to_string(), detail.into()).await?;
        Ok((stopped, version))
    }

    /// Appends a note. What stands there already stays as it is.
    ///
    /// # Errors
    /// No such incident, or it is closed; nothing is said.
    pub async fn note_incident(&self, by: &By, no: IncidentNo, said: &str) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let is = open(&mut change, no).await?;
        let said = told(ToldPart::Note, said)?;
        let operator = change.operator().clone();
        let note = incident::write_note(&mut change, (no, &operator), &said).await?;
        let mut detail = about(&is.whom);
        detail.insert("note".to_owned(), note.into());
        change.commit("incident.note", &no.to_string(), detail.into()).await
    }

    /// Writes down that a report was made, on that day.
    ///
    /// # Errors
    /// No such incident, or it is closed; that report was made already; the day is before it was found, or to come.
    pub async fn report_incident(&self, by: &By, no: IncidentNo, (duty, on): (Duty, Day)) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let is = open(&mut change, no).await?;
        if is.done.contains(&duty) {
            return Err(IncidentRefusal::AlreadyDone(no, duty).into());
        }
        if on.begins() > change.at() {
            return Err(IncidentRefusal::NotYet(on.begins()).into());
        }
        if on.last_second() < is.found {
            return Err(IncidentRefusal::ReportedBefore(is.found).into());
        }
        let operator = change.operator().clone();
        incident::write_done(&mut change, (no, &operator), (duty, on.begins())).await?;
        let mut detail = about(&is.whom);
        detail.insert("report".to_owned(), duty.as_str().into());
        detail.insert("on".to_owned(), on.to_string().into());
        change.commit("incident.report", &no.to_string(), detail.into()).await
    }

    /// Closes it, with what came of it.
    ///
    /// # Errors
    /// No such incident, or it is closed already; nothing is said.
    pub async fn close_incident(&self, by: &By, no: IncidentNo, outcome: &str) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let is = open(&mut change, no).await?;
        let outcome = told(ToldPart::Outcome, outcome)?;
        let operator = change.operator().clone();
        incident::write_closed(&mut change, (no, &operator), &outcome).await?;
        let mut detail = about(&is.whom);
        detail.insert("outcome".to_owned(), outcome.into());
        change.commit("incident.close", &no.to_string(), detail.into()).await
    }

    /// Keeps the seal of an extract with its incident; its number there. Of a closed one, too: who asks later is answered. What
    /// it looked at from this moment on is held with the incident.
    ///
    /// # Errors
    /// No such incident; the operator may not read about people.
    pub async fn keep_extract(
        &self,
        by: &By,
        no: IncidentNo,
        (from, sealed): (Timestamp, &SealedExtract),
    ) -> Result<(i64, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Read).await?;
        let is = incident::stored(&mut change, no).await?;
        let operator = change.operator().clone();
        let extract = incident::write_extract(&mut change, (no, &operator), sealed).await?;
        let mut detail = about(&is.whom);
        if retention::hold_further_back(&mut change, no, from).await? {
            detail.insert("held_from".to_owned(), from.to_string().into());
        }
        detail.insert("extract".to_owned(), extract.into());
        detail.insert("sha256".to_owned(), sealed.digest.as_str().into());
        let version = change.commit("incident.extract", &no.to_string(), detail.into()).await?;
        Ok((extract, version))
    }

    /// An extract is read. Written before it is shown.
    ///
    /// # Errors
    /// The operator may not, or the registry does not answer: then nothing is shown.
    pub async fn read_extract(&self, by: &By, no: IncidentNo, extract: i64) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Read).await?;
        let mut detail = about(&incident::stored(&mut change, no).await?.whom);
        detail.insert("extract".to_owned(), extract.into());
        change.commit("incident.extract-read", &no.to_string(), detail.into()).await
    }

    /// The paper for the mayor is taken along. Written before it is.
    ///
    /// # Errors
    /// As [`Self::read_extract`].
    pub async fn take_paper(&self, by: &By, no: IncidentNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Read).await?;
        let detail = about(&incident::stored(&mut change, no).await?.whom);
        change.commit("incident.paper", &no.to_string(), detail.into()).await
    }
}

/// What was said, as it is kept; and those whom it names are there.
async fn checked(change: &mut Change, form: IncidentForm) -> Result<IncidentForm, Refusal> {
    if form.whom.is_nobody() {
        return Err(IncidentRefusal::NobodyNamed.into());
    }
    if form.found > change.at() {
        return Err(IncidentRefusal::NotYet(form.found).into());
    }
    if let Some(device) = form.whom.device {
        rows::device::standing(change, device).await?;
    }
    if let Some(person) = &form.whom.person {
        rows::person::state(change, person).await?;
    }
    if let Some(office) = &form.whom.office {
        rows::office::state(change, office).await?;
    }
    let (what, reported_by) = (told(ToldPart::What, &form.what)?, told(ToldPart::ReportedBy, &form.reported_by)?);
    Ok(IncidentForm { what, reported_by, ..form })
}

/// This one, which is not closed.
async fn open(change: &mut Change, no: IncidentNo) -> Result<StoredIncident, Refusal> {
    let is = incident::stored(change, no).await?;
    if is.open { Ok(is) } else { Err(IncidentRefusal::Closed(no).into()) }
}

/// About whom it is, for its events: so they stand in the timelines of all of these.
fn about(whom: &IncidentWhom) -> Map<String, Json> {
    let mut detail = Map::new();
    let mut say = |field: &str, name: Option<String>| {
        if let Some(name) = name {
            detail.insert(field.to_owned(), name.into());
        }
    };
    say("device", whom.device.as_ref().map(DeviceNo::to_string));
    say("person", whom.person.as_ref().map(LoginId::to_string));
    say("office", whom.office.as_ref().map(OfficeNo::to_string));
    detail
}

/// Stops whatever of it still goes; what that was.
async fn stopped(change: &mut Change, whom: &IncidentWhom, password: &NewPassword) -> Result<Vec<String>, Refusal> {
    let mut stopped = Vec::new();
    if let Some(device) = whom.device
        && stop_device(change, device).await?
    {
        stopped.push(device.to_string());
    }
    if let Some(person) = &whom.person
        && stop_person(change, person, password).await?
    {
        stopped.push(person.to_string());
    }
    if let Some(number) = &whom.office
        && rows::office::state(change, number).await? == OfficeState::Registered
    {
        office::hold_and_tell(change, number, OfficeChange::Suspend).await?;
        stopped.push(number.to_string());
    }
    Ok(stopped)
}

async fn stop_device(change: &mut Change, no: DeviceNo) -> Result<bool, Refusal> {
    let is = rows::device::standing(change, no).await?;
    match is.stage {
        DeviceStage::Rejected | DeviceStage::Retired => return Ok(false),
        DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Approved => {}
    }
    let stands = is.after(DeviceChange::ReportLost).map_err(|why| Refusal::Illegal(no.to_string(), why))?;
    // On hold already: from now on as one that comes back only with a reason.
    if stands != is {
        rows::device::write_standing(change, no, stands).await?;
        mail::tell_hold(change, no).await?;
    }
    Ok(true)
}

async fn stop_person(change: &mut Change, id: &LoginId, password: &NewPassword) -> Result<bool, Refusal> {
    match rows::person::state(change, id).await? {
        SystemUserState::Active => {
            system_user::write_hold(change, id, SystemUserChange::Suspend).await?;
        }
        SystemUserState::Suspended => {}
        SystemUserState::Deleted => return Ok(false),
    }
    change.touch(id).await?.hand_out(change, &password.hash).await?;
    system_user::tell_reset(change, id, Hold::Held).await?;
    Ok(true)
}
