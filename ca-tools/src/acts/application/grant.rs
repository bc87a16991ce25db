//! An application is approved: what it asks for is done, all of it in the one change that says so.

use certs::{DeviceNo, Timestamp};
use registry::LoginId;
use serde_json::{Value as Json, json};

use super::super::change::{Change, RequiredRole};
use super::super::device::{approved, ticketed};
use super::super::mail::Delivery;
use super::super::office::{OfficeForm, write_details, write_office};
use super::super::system_user::{NewPassword, Person, write_person};
use super::super::{By, Opened, Writer};
use super::letter::next_step;
use super::step::{decide, step};
use crate::application::{
    ApplicationNo, Changed, Detail, Details, FirstRegistration, Form, IdsForm, NewPerson, OfficeChange, OfficeNumber,
    Step,
};
use crate::letters::ApplicationStep;
use crate::proposal::Act;
use crate::refusal::{Refusal, Unavailable};
use crate::rows::application::StoredApplication;
use crate::rows::{application, outlook};
use crate::ticket::Secrets;

/// What an approval brings along.
#[derive(Debug)]
pub struct Granting<'a> {
    /// Initial passwords, one for each ID that is asked for, in the order of the form.
    pub passwords: Vec<NewPassword>,
    /// The last second of a device's approval.
    pub until: Option<Timestamp>,
    /// What opens a device's ticket.
    pub secrets: &'a Secrets,
}

/// What was done.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Granted {
    /// The IDs that were given, in the order of the form.
    pub added: Vec<LoginId>,
    /// The IDs that went.
    pub deleted: Vec<LoginId>,
    /// The serials of certificates that went with them, or with the office's old number.
    pub revoked: Vec<String>,
    /// The device that was approved.
    pub device: Option<DeviceNo>,
    /// Its ticket.
    pub ticket: Option<Opened>,
    /// Whether the contact is told by mail.
    pub told: Option<Delivery>,
    /// The registry's version.
    pub version: u64,
}

impl Writer {
    /// Approves an inspected application, and does what it asks for.
    ///
    /// # Errors
    /// No such application; it is decided, perhaps a moment ago by another; it has not passed its inspection; or what
    /// it asks for cannot be done. Then nothing is.
    pub async fn approve_application(
        &self,
        by: &By,
        no: ApplicationNo,
        granting: Granting<'_>,
    ) -> Result<Granted, Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let (mut granted, detail) = approve_inspected(&mut change, no, granting).await?;
        granted.version = change.commit("application.approve", &no.to_string(), detail).await?;
        if let Some(opened) = &mut granted.ticket {
            opened.version = granted.version;
        }
        Ok(granted)
    }
}

/// Approves an inspected application in a change under way; whoever inspected it asks for a second, and so does who ends what
/// needs two. What was done, and what the event says.
pub(in crate::acts) async fn approve_inspected(
    change: &mut Change,
    no: ApplicationNo,
    granting: Granting<'_>,
) -> Result<(Granted, Json), Refusal> {
    let stored = application::stored(change, no).await?;
    // The decision first: what was asked for is not looked at, once somebody else decided.
    step(&stored, Step::Approve(change.at()))?;
    change.inherit_application(no.to_string());
    let inspector = outlook::inspector_of_application(change, &no.to_string()).await?;
    let own_device = match stored.device {
        Some(device) => change.inspected(device).await?,
        None => false,
    };
    let ends_many = match &stored.form {
        Form::OfficeNumber(form) => {
            let _everyone = change.touch_all(&form.office).await?;
            change.office_is_of_many(&form.office).await?
        }
        Form::FirstRegistration(_) | Form::Ids(_) | Form::OfficeChange(_) | Form::Certificate(_) => false,
    };
    if own_device || ends_many || inspector.as_deref() == Some(change.operator().as_str()) {
        let until = granting.until.map(Timestamp::unix);
        change.needs_two(&Act::ApproveApplication { application: no, until }).await?;
    }
    if granting.passwords.len() != stored.form.new_people().len() {
        return Err(Unavailable::Corrupt(format!("{no} asks for other people than a moment ago")).into());
    }
    let (mut granted, detail) = grant(change, &stored, granting).await?;
    granted.told = Some(conclude(change, &stored, granted.ticket.as_ref()).await?);
    Ok((granted, detail))
}

/// A device was approved by its own number: so is the application that this change took up, if one waited.
pub(in crate::acts) async fn device_approved(
    change: &mut Change,
    waiting: Option<StoredApplication>,
    ticket: Option<&Opened>,
) -> Result<(), Refusal> {
    let Some(stored) = waiting else { return Ok(()) };
    conclude(change, &stored, ticket).await.map(drop)
}

/// Where a ticket was given, its letter tells of the approval, too.
async fn conclude(
    change: &mut Change,
    stored: &StoredApplication,
    ticket: Option<&Opened>,
) -> Result<Delivery, Refusal> {
    let state = step(stored, Step::Approve(change.at()))?;
    decide(change, stored, (state, None)).await?;
    if let Some(ticket) = ticket {
        return Ok(ticket.told);
    }
    let said = ApplicationStep::Approved { next: next_step(&stored.form) };
    super::letter::tell(change, (stored.no, &stored.form, stored.device), said).await
}

async fn grant(
    change: &mut Change,
    stored: &StoredApplication,
    granting: Granting<'_>,
) -> Result<(Granted, Json), Refusal> {
    let number = stored.no.to_string();
    match &stored.form {
        Form::FirstRegistration(form) => register(change, form, granting.passwords, &number).await,
        Form::Ids(form) => ids(change, form, (granting.passwords, &number)).await,
        Form::OfficeChange(form) => office(change, form).await,
        Form::OfficeNumber(form) => renumber(change, form, granting.passwords, &number).await,
        Form::Certificate(_) => device(change, stored, granting).await,
    }
}

async fn register(
    change: &mut Change,
    form: &FirstRegistration,
    passwords: Vec<NewPassword>,
    number: &str,
) -> Result<(Granted, Json), Refusal> {
    let office = OfficeForm {
        details: Details::from_fn(|detail| Some(form.details[detail].clone())),
        pledge: Some(form.pledge.clone()),
    };
    write_office(change, (&form.office, number), office).await?;
    let added = add(change, &form.office, &form.people, passwords, number).await?;
    name_contact(change, &added, form.contact_person).await?;
    let detail = json!({ "office": form.office, "users": added });
    Ok((Granted { added, ..Granted::default() }, detail))
}

async fn ids(
    change: &mut Change,
    form: &IdsForm,
    (passwords, number): (Vec<NewPassword>, &str),
) -> Result<(Granted, Json), Refusal> {
    let (mut left, mut revoked) = (serde_json::Map::new(), Vec::new());
    for gone in &form.deleted {
        // They may have moved since; then they are another office's to delete.
        super::super::office_contact::is_of(change, &gone.login_id, &form.office).await?;
        let leaving = super::super::leaving::delete_one(change, &gone.login_id).await?;
        left.insert(gone.login_id.to_string(), leaving.json());
        revoked.extend(leaving.certificates);
    }
    let added = add(change, &form.office, &form.added, passwords, number).await?;
    let deleted: Vec<_> = form.deleted.iter().map(|gone| gone.login_id.clone()).collect();
    let detail = json!({ "office": form.office, "users": added, "deleted": left, "reason": form.reason.as_str() });
    Ok((Granted { added, deleted, revoked, ..Granted::default() }, detail))
}

async fn office(change: &mut Change, form: &OfficeChange) -> Result<(Granted, Json), Refusal> {
    let mut detail = serde_json::Map::new();
    if !form.changes.is_empty() {
        detail = write_details(change, &form.office, OfficeForm { details: said(&form.changes), pledge: None }).await?;
    }
    let mut renamed = Vec::new();
    for person in &form.renamed {
        super::super::office_contact::is_of(change, &person.login_id, &form.office).await?;
        let touched = change.touch(&person.login_id).await?;
        super::super::system_user::rename(change, &touched, &person.after).await?;
        renamed.push(&person.login_id);
    }
    detail.insert("renamed".to_owned(), json!(renamed));
    Ok((Granted::default(), detail.into()))
}

async fn renumber(
    change: &mut Change,
    form: &OfficeNumber,
    passwords: Vec<NewPassword>,
    number: &str,
) -> Result<(Granted, Json), Refusal> {
    let contact = form.people.get(form.contact_person).map(|person| person.name.clone());
    let mut details = said(&form.changes);
    details[Detail::Contact] = contact;
    let office = OfficeForm { details, pledge: Some(form.pledge.clone()) };
    let ended = super::super::closing::replace(change, (&form.office, &form.new_office), office).await?;
    let added = add(change, &form.new_office, &form.people, passwords, number).await?;
    name_contact(change, &added, form.contact_person).await?;
    let detail = json!({
        "office": form.office, "replaced_by": form.new_office, "users": added, "ended": ended.counts(),
    });
    Ok((Granted { added, revoked: ended.certificates, ..Granted::default() }, detail))
}

async fn device(
    change: &mut Change,
    stored: &StoredApplication,
    granting: Granting<'_>,
) -> Result<(Granted, Json), Refusal> {
    let corrupt = || Unavailable::Corrupt(format!("{} names no device", stored.no));
    let device = stored.device.ok_or_else(corrupt)?;
    let mut detail = approved(change, device, granting.until).await?;
    let opened = ticketed(change, device, granting.secrets).await?;
    let ticket = opened.map(|(opened, _)| opened);
    detail["device"] = json!(device);
    detail["ticket"] = json!(ticket.as_ref().map(|opened| &opened.ticket));
    Ok((Granted { device: Some(device), ticket, ..Granted::default() }, detail))
}

/// Gives these people IDs.
async fn add(
    change: &mut Change,
    office: &registry::OfficeNo,
    people: &[NewPerson],
    passwords: Vec<NewPassword>,
    number: &str,
) -> Result<Vec<LoginId>, Refusal> {
    let mut added = Vec::with_capacity(people.len());
    for (person, password) in people.iter().zip(passwords) {
        let person = Person {
            office: office.clone(),
            name: person.name.clone(),
            kana: String::new(),
            profession: person.profession.clone(),
            roles: Vec::new(),
            login_id: None,
        };
        added.push(write_person(change, person, password, number).await?.0);
    }
    Ok(added)
}

async fn name_contact(change: &mut Change, added: &[LoginId], which: usize) -> Result<(), Refusal> {
    match added.get(which) {
        Some(contact) => {
            let person = change.touch(contact).await?;
            super::super::office_contact::name(change, &person).await.map(drop)
        }
        None => Err(Unavailable::Corrupt("the contact is none of the people".to_owned()).into()),
    }
}

fn said(changes: &[Changed]) -> Details<Option<String>> {
    let after = |detail| changes.iter().find(|change| change.detail == detail).map(|change| change.after.clone());
    Details::from_fn(after)
}
