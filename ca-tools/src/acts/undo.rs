//! An act is undone: what it wrote is written back, its letters are withdrawn, and an event says so beside the one of the act.
//!
//! The event has the name of what happens now (who undoes a hold lifts it) and names the event that it undoes, so that
//! whoever reads the record by names of acts misses nothing.

use std::str::FromStr;

use certs::DeviceNo;
use registry::change::{DeviceChange, InvitationChange, OfficeChange, SystemUserChange};
use registry::{DeviceStage, LoginId, OfficeNo, Role, RoomRef};
use serde_json::{Map, Value as Json, json};

use super::change::{Change, RequiredRole};
use super::{By, Writer, application, device, listing, office, room, system_user};
use crate::application::ApplicationNo;
use crate::journal::Event;
use crate::refusal::{Refusal, Unavailable};
use crate::rows;
use crate::undo::{Inverse, MayUndo, UndoRefusal, judge};

/// What was undone.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Undone {
    /// The act.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// How many letters of it are not sent.
    pub letters: i64,
    /// The registry's version.
    pub version: u64,
}

impl Writer {
    /// Undoes the act whose event has this version. Takes what the act itself took.
    ///
    /// # Errors
    /// There is no such event; it is too long ago, or of a kind that is not undone; a letter about it went out; the same
    /// was changed since.
    pub async fn undo(&self, by: &By, version: i64) -> Result<Undone, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let found = rows::undo::past(&mut change, version).await?;
        let (event, past) = found.ok_or(UndoRefusal::Unknown(version))?;
        let may = judge(&past, change.at())?;
        if let Some(application) = &event.application {
            change.inherit_application(application.clone());
        }
        let withdrawn = rows::undo::withdraw_letters(&mut change, version).await?;
        if withdrawn != may.letters().unsigned_abs() {
            // The courier took one of them between the question and now.
            return Err(UndoRefusal::LetterLeft(version, may.instead()).into());
        }
        let (action, mut detail) = written(&mut change, &event, may).await?;
        detail.insert("undoes".to_owned(), version.into());
        detail.insert("letters_withdrawn".to_owned(), withdrawn.into());
        let Event { action: undone, subject, .. } = event;
        let version = change.commit(action, &subject, detail.into()).await?;
        Ok(Undone { action: undone, subject, letters: may.letters(), version })
    }
}

/// Writes back what the act wrote; the name of what happens now, and what its event says.
async fn written(
    change: &mut Change,
    event: &Event,
    may: MayUndo,
) -> Result<(&'static str, Map<String, Json>), Refusal> {
    let detail: Map<String, Json> =
        serde_json::from_str(&event.detail).map_err(|why| Unavailable::Corrupt(format!("detail: {why}")))?;
    let holds = event.action.ends_with(".suspend");
    let (action, said) = match may.inverse() {
        Inverse::DeviceHold => {
            let no = subject::<DeviceNo>(event)?;
            let (what, action) =
                if holds { (DeviceChange::Resume, "device.resume") } else { (DeviceChange::Suspend, "device.suspend") };
            let standing = device::after(change, no, what).await?;
            rows::device::write_standing(change, no, standing).await?;
            (action, json!({}))
        }
        Inverse::DeviceUsers => {
            let (added, removed) = (each::<LoginId>(event, &detail, "added")?, each(event, &detail, "removed")?);
            listing::put_back(change, subject(event)?, (&added, &removed)).await?;
            ("device.users", json!({ "added": removed, "removed": added }))
        }
        Inverse::Invitation => {
            let room = subject::<RoomRef>(event)?;
            let people: Vec<LoginId> =
                each(event, &detail, if detail.contains_key("users") { "users" } else { "user" })?;
            let invites = event.action == "room.remove";
            for person in &people {
                let state = rows::person::state(change, person).await?;
                let what = if invites { InvitationChange::Invite(state) } else { InvitationChange::Remove };
                room::write_invitation(change, (&room, person), what).await?;
            }
            let said = match people.as_slice() {
                [only] => json!({ "user": only }),
                several => json!({ "users": several }),
            };
            (if invites { "room.invite" } else { "room.remove" }, said)
        }
        Inverse::OfficeDetails => {
            ("office.update", office::put_back(change, &subject::<OfficeNo>(event)?, &detail).await?.into())
        }
        Inverse::OfficeHold => {
            let what = if holds { OfficeChange::Resume } else { OfficeChange::Suspend };
            office::write_hold(change, &subject::<OfficeNo>(event)?, what).await?
        }
        Inverse::PersonHold => {
            let what = if holds { SystemUserChange::Resume } else { SystemUserChange::Suspend };
            system_user::write_hold(change, &subject::<LoginId>(event)?, what).await?
        }
        Inverse::Reopen => reopened(change, event, &detail).await?,
    };
    let said = said.as_object().cloned().ok_or_else(|| corrupt(event))?;
    Ok((action, said))
}

/// A device is turned down no more, and the application on which it waits; or an application without one.
async fn reopened(
    change: &mut Change,
    event: &Event,
    detail: &Map<String, Json>,
) -> Result<(&'static str, Json), Refusal> {
    if !change.rank().holds(Role::RaApprover) {
        return Err(Refusal::OperatorMayNot(change.operator().clone(), RequiredRole::Approve.roles().to_vec()));
    }
    let was = detail.get("was").and_then(Json::as_object).ok_or_else(|| corrupt(event))?;
    let word = |name: &str| was.get(name).and_then(Json::as_str);
    let of_device = event.action == "device.reject";
    let device: Option<DeviceNo> = if of_device { Some(subject(event)?) } else { each(event, detail, "device")?.pop() };
    if let Some(no) = device {
        let stage: DeviceStage = rows::word(word("device").ok_or_else(|| corrupt(event))?)?;
        let standing = rows::device::standing(change, no).await?.reopened(stage);
        let standing = standing.map_err(|why| Refusal::Illegal(no.to_string(), why))?;
        rows::device::write_standing(change, no, standing).await?;
    }
    if let Some(state) = word("application") {
        let no = if of_device { event.application.as_deref() } else { Some(event.subject.as_str()) };
        let no: ApplicationNo = no.and_then(|no| no.parse().ok()).ok_or_else(|| corrupt(event))?;
        application::reopened(change, no, state).await?;
    }
    Ok((if of_device { "device.reopen" } else { "application.reopen" }, json!({ "device": device })))
}

/// What it was done to.
fn subject<T: FromStr>(event: &Event) -> Result<T, Unavailable> {
    event.subject.parse().map_err(|_| corrupt(event))
}

/// What a field of its event names: one, several, nothing.
fn each<T: FromStr>(event: &Event, detail: &Map<String, Json>, field: &str) -> Result<Vec<T>, Unavailable> {
    let named = detail.get(field).unwrap_or(&Json::Null);
    let named: Vec<&Json> = named.as_array().map_or_else(|| vec![named], |several| several.iter().collect());
    let named = named.into_iter().filter(|one| !one.is_null());
    named.map(|one| one.as_str().and_then(|one| one.parse().ok()).ok_or_else(|| corrupt(event))).collect()
}

/// An event does not say what events of its kind say.
fn corrupt(event: &Event) -> Unavailable {
    Unavailable::Corrupt(format!("event {}: {} {}", event.version, event.subject, event.detail))
}
