//! A person leaves their office: for good (退職), or for another office (異動). One change each.
//!
//! Whoever leaves takes nothing of the office along: no room, no device's list. A personal device
//! that served nobody else goes with them, its certificates revoked; an office's device stays
//! (ca-tools/README.md#what-an-event-changes).

use certs::DeviceNo;
use registry::change::{CertificateChange, DeviceStanding, IllegalChange, SystemUserChange};
use registry::{LoginId, OfficeNo};
use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::person::Touched;
use super::{By, Writer, revocation, ticket_end};
use crate::proposal::Act;
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::listing;
use crate::rows::listing::Lists;

/// What ended when a person left.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Leaving {
    /// The rooms they were invited to.
    pub rooms: Vec<String>,
    /// Personal devices that served nobody else: retired.
    pub retired: Vec<DeviceNo>,
    /// The serials of those devices' certificates: revoked.
    pub certificates: Vec<String>,
    /// Devices that listed nobody else and stay: they serve nobody until somebody is listed.
    pub serve_nobody: Vec<DeviceNo>,
    /// The office for which nobody speaks any more.
    pub without_contact: Option<String>,
}

impl Leaving {
    /// For the event and for programs.
    #[must_use]
    pub fn json(&self) -> Json {
        json!({
            "rooms": self.rooms, "devices_retired": self.retired, "certificates_revoked": self.certificates,
            "devices_without_people": self.serve_nobody, "without_contact": self.without_contact,
        })
    }
}

impl Writer {
    /// Deletes an ID for ever (退職): out of every room and off every device's list; a personal device
    /// that served nobody else is retired and its certificates revoked.
    ///
    /// # Errors
    /// No such ID, of a higher rank, deleted already, or the last operator.
    pub async fn delete_user(&self, by: &By, login_id: &LoginId) -> Result<(Leaving, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let leaving = delete_one(&mut change, login_id).await?;
        let version = change.commit("user.delete", login_id.as_str(), leaving.json()).await?;
        Ok((leaving, version))
    }

    /// What [`Self::delete_user`] would end. Nothing is changed.
    ///
    /// # Errors
    /// As [`Self::delete_user`].
    pub async fn foresee_deletion(&self, by: &By, login_id: &LoginId) -> Result<Leaving, Refusal> {
        delete(&mut self.change(by, RequiredRole::Record).await?, login_id).await
    }

    /// Moves a person to another office (異動), with their ID and password. Takes an application.
    ///
    /// Everything of the old office ends as if they had left for good: its rooms (an invitation is for
    /// the office's work with that patient; the new office asks to be invited), its devices' lists. Their
    /// sessions are worth nothing from the commit on: each was opened on a device of the old office, and a
    /// device serves people of its own office alone.
    ///
    /// # Errors
    /// No such ID or office; the ID is deleted or there already; the office is on hold or over; the person
    /// holds operator roles, which belong to the city's own office.
    pub async fn move_user(&self, by: &By, login_id: &LoginId, to: &OfficeNo) -> Result<(Leaving, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let (from, leaving) = relocate(&mut change, login_id, to).await?;
        let mut detail = leaving.json();
        detail["from"] = json!(from);
        detail["to"] = json!(to);
        let version = change.commit("user.move", login_id.as_str(), detail).await?;
        Ok((leaving, version))
    }

    /// What [`Self::move_user`] would end. Nothing is changed.
    ///
    /// # Errors
    /// As [`Self::move_user`].
    pub async fn foresee_move(&self, by: &By, login_id: &LoginId, to: &OfficeNo) -> Result<Leaving, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        relocate(&mut change, login_id, to).await.map(|(_, leaving)| leaving)
    }
}

/// Deletes one by their ID, and asks for a second where they are an operator.
pub(super) async fn delete_one(change: &mut Change, login_id: &LoginId) -> Result<Leaving, Refusal> {
    let person = change.touch(login_id).await?;
    person.after(change, SystemUserChange::Delete).await?;
    if !person.rank().is_none() {
        change.needs_two(&Act::DeletePerson { person: login_id.clone() }).await?;
    }
    delete(change, login_id).await
}

pub(super) async fn delete(change: &mut Change, login_id: &LoginId) -> Result<Leaving, Refusal> {
    let person = change.touch(login_id).await?;
    let state = person.after(change, SystemUserChange::Delete).await?;
    person.write_state(change, state).await?;
    leave(change, &person).await
}

async fn relocate(change: &mut Change, login_id: &LoginId, to: &OfficeNo) -> Result<(OfficeNo, Leaving), Refusal> {
    let application = change.application()?;
    let person = change.touch(login_id).await?;
    let from = person.office().clone();
    // The old office's 様式1 may ask for it, or the new one's.
    if change.is_of(&from).await.is_err() {
        change.is_of(to).await?;
    }
    let there = rows::office::state(change, to).await?;
    person.state().moved(&from, (to, there)).map_err(|why| person.illegal(why))?;
    if !person.rank().is_none() {
        return Err(person.illegal(IllegalChange::HoldsRoles));
    }
    let leaving = leave(change, &person).await?;
    person.write_office(change, (to, &application)).await?;
    Ok((from, leaving))
}

/// Out of every room, off every device's list, no longer the office's contact.
async fn leave(change: &mut Change, person: &Touched) -> Result<Leaving, Refusal> {
    let login_id = person.login_id();
    let rooms = rows::room::of_person(change, login_id).await?;
    let without_contact = rows::contact::last_of(change, login_id).await?;
    let mut leaving = Leaving { rooms, without_contact, ..Leaving::default() };
    person.leave_rooms(change).await?;
    leave_devices(change, login_id, &mut leaving).await?;
    Ok(leaving)
}

async fn leave_devices(change: &mut Change, login_id: &LoginId, leaving: &mut Leaving) -> Result<(), Refusal> {
    for Lists { no, ownership, others } in listing::of_person(change, login_id).await? {
        listing::remove(change, no, login_id).await?;
        let standing = rows::device::standing(change, no).await?;
        match ownership.after_leaving(others) {
            // A device already out of use, or turned down, has nothing left to lose.
            Some(left) => {
                if let Ok(out) = standing.after(left.device) {
                    leaving.certificates.extend(take_out(change, no, out, left.certificates).await?);
                    leaving.retired.push(no);
                }
            }
            None if others == 0 => leaving.serve_nobody.push(no),
            None => {}
        }
    }
    Ok(())
}

/// A device goes out of use: its certificates end, and what was to be picked up for it cannot be any
/// more. The serials.
async fn take_out(
    change: &mut Change,
    no: DeviceNo,
    out: DeviceStanding,
    certificates: CertificateChange,
) -> Result<Vec<String>, Refusal> {
    rows::device::write_standing(change, no, out).await?;
    ticket_end::kill_open(change, no, "device").await?;
    revocation::change_all(change, no, certificates).await
}
