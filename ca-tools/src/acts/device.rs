//! Devices: applied for, inspected, approved, put on hold, given back.

use std::collections::BTreeSet;

use certs::{DeviceNo, Timestamp};
use registry::change::{DeviceChange, DeviceStanding, Inspection, ListingChange};
use registry::{LoginId, OfficeNo, Os, Ownership};
use serde_json::{Value as Json, json};

use super::change::{Change, Duty};
use super::office::{office_state, readable};
use super::refusal::{Kind, Refusal, Unavailable};
use super::system_user::user_state;
use super::ticket::{Opened, TicketPurpose};
use super::{By, Writer};
use crate::application::ChecklistItem;
use crate::mail::Letter;
use crate::rows::word;
use crate::ticket::Secrets;

/// What the certificate application says of a device.
#[derive(Clone, Debug)]
pub struct DeviceForm {
    /// The office it belongs to.
    pub office: OfficeNo,
    /// What its people call it.
    pub label: String,
    /// Its operating system.
    pub os: Os,
    /// Whose it is.
    pub ownership: Ownership,
    /// The people it serves; empty means everyone of its office.
    pub users: Vec<LoginId>,
}

impl Writer {
    /// Applies for a device; its number for life. Takes an application.
    ///
    /// # Errors
    /// No such office, or it is on hold or over; a listed person is unknown, deleted or of another office.
    pub async fn apply_device(&self, by: &By, form: DeviceForm) -> Result<DeviceNo, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let application = change.application_of(&form.office).await?;
        let (no, detail) = write_device(&mut change, form, &application).await?;
        change.commit("device.apply", &no.to_string(), detail).await?;
        Ok(no)
    }

    /// Records an inspection: passed where every item holds, failed where one in `unticked` does not.
    ///
    /// # Errors
    /// No such device, or it is out of use.
    pub async fn inspect_device(
        &self,
        by: &By,
        no: DeviceNo,
        result: Inspection,
        unticked: &[ChecklistItem],
    ) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let checklist = write_inspection(&mut change, no, (result, unticked)).await?;
        super::application::device_inspected(&mut change, no, (result, &checklist)).await?;
        let passed = result == Inspection::Passed;
        change.commit("device.inspect", &no.to_string(), json!({ "passed": passed, "checklist": checklist })).await
    }

    /// Approves an inspected device, or continues its approval, until a moment or without end.
    ///
    /// # Errors
    /// No such device; it has not passed its inspection; the approval would be over already.
    pub async fn approve_device(&self, by: &By, no: DeviceNo, until: Option<Timestamp>) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Approve).await?;
        let detail = approved(&mut change, no, until).await?;
        let waiting = super::application::taken_up(&mut change, no).await?;
        super::application::device_approved(&mut change, waiting, None).await?;
        change.commit("device.approve", &no.to_string(), detail).await
    }

    /// The same, and where the device has no certificate in use it is given a ticket to pick one up.
    ///
    /// # Errors
    /// As [`Self::approve_device`].
    pub async fn approve_device_with(
        &self,
        by: &By,
        (no, until): (DeviceNo, Option<Timestamp>),
        secrets: &Secrets,
    ) -> Result<(u64, Option<Opened>), Refusal> {
        let mut change = self.change(by, Duty::Approve).await?;
        let mut detail = approved(&mut change, no, until).await?;
        let waiting = super::application::taken_up(&mut change, no).await?;
        let opened = ticketed(&mut change, no, secrets).await?;
        let ticket = opened.as_ref().map(|(opened, _)| opened);
        super::application::device_approved(&mut change, waiting, ticket).await?;
        if let Some((opened, _)) = &opened {
            detail["ticket"] = opened.ticket.as_str().into();
        }
        let version = change.commit("device.approve", &no.to_string(), detail).await?;
        Ok((version, opened.map(|(opened, _)| Opened { version, ..opened })))
    }

    /// Turns a device down.
    ///
    /// # Errors
    /// No such device, or it is approved or over already.
    pub async fn reject_device(&self, by: &By, no: DeviceNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Approve).await?;
        let standing = after(&mut change, no, DeviceChange::Reject).await?;
        write_standing(&mut change, no, standing).await?;
        super::application::device_rejected(&mut change, no).await?;
        change.commit("device.reject", &no.to_string(), json!({})).await
    }

    /// Puts a device on hold: from the commit on, nothing of it comes in.
    ///
    /// # Errors
    /// No such device, or it is on hold already, or out of use.
    pub async fn suspend_device(&self, by: &By, no: DeviceNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let standing = after(&mut change, no, DeviceChange::Suspend).await?;
        write_standing(&mut change, no, standing).await?;
        tell_hold(&mut change, no).await?;
        change.commit("device.suspend", &no.to_string(), json!({})).await
    }

    /// Lifts a device's hold.
    ///
    /// # Errors
    /// No such device, or it is not on hold; it was reported lost, and nobody says why it may come back.
    pub async fn resume_device(&self, by: &By, no: DeviceNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, Duty::Record).await?;
        let standing = after(&mut change, no, DeviceChange::Resume).await?;
        let detail = super::loss::lift(&mut change, no).await?;
        write_standing(&mut change, no, standing).await?;
        let device = super::ticket::device_facts(&mut change, no).await?;
        let letter = Letter::DeviceResumed { device, at: change.at().unix() };
        change.mail_contact_of(no, &letter).await?;
        change.commit("device.resume", &no.to_string(), detail).await
    }
}

/// Its contact learns that a device is out.
pub(super) async fn tell_hold(change: &mut Change, no: DeviceNo) -> Result<(), Refusal> {
    let letter =
        Letter::DeviceOnHold { device: super::ticket::device_facts(change, no).await?, at: change.at().unix() };
    change.mail_contact_of(no, &letter).await.map(|_| ())
}

/// Writes a new device; its number, and what the event says of it.
pub(super) async fn write_device(
    change: &mut Change,
    form: DeviceForm,
    application: &str,
) -> Result<(DeviceNo, Json), Refusal> {
    let office = office_state(change, &form.office).await?;
    let standing = office.apply_device().map_err(|why| Refusal::Illegal(form.office.to_string(), why))?;
    let label = readable("--label", form.label)?;
    if label.is_empty() {
        return Err(Refusal::malformed(
            "label",
            "どの端末か分かる呼び名を指定してください。",
            "a device has a label, so that people know which one it is",
        ));
    }
    let no = next_number(change).await?;
    change
        .run(
            "INSERT INTO devices (device, office, label, os, ownership, stage, suspended, checklist, application, \
             version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            [
                no.number().into(),
                form.office.as_str().into(),
                label.into(),
                form.os.as_str().into(),
                form.ownership.as_str().into(),
                standing.stage.as_str().into(),
                i64::from(standing.suspended).into(),
                "{}".into(),
                application.into(),
                change.version().into(),
            ],
        )
        .await?;
    let users: BTreeSet<_> = form.users.iter().collect();
    for user in &users {
        list_user(change, no, user).await?;
    }
    let detail =
        json!({ "office": form.office, "os": form.os.as_str(), "ownership": form.ownership.as_str(), "users": users });
    Ok((no, detail))
}

/// Writes an inspection; its checklist.
pub(super) async fn write_inspection(
    change: &mut Change,
    no: DeviceNo,
    (result, unticked): (Inspection, &[ChecklistItem]),
) -> Result<serde_json::Map<String, Json>, Refusal> {
    let standing = after(change, no, DeviceChange::Inspect(result)).await?;
    let checklist: serde_json::Map<_, _> =
        ChecklistItem::ALL.iter().map(|item| (item.as_str().to_owned(), json!(!unticked.contains(item)))).collect();
    if result == Inspection::Passed && !unticked.is_empty() {
        return Err(Refusal::malformed(
            "result",
            "満たしていない項目があるので、合格にはできません。--result fail で登録するか、--unticked を外してください。",
            "an inspection with an unticked item has not been passed",
        ));
    }
    write_standing(change, no, standing).await?;
    let operator = change.operator().to_string();
    change
        .run(
            "UPDATE devices SET inspected_at = $2, inspected_by = $3, checklist = $4 WHERE device = $1",
            [no.number().into(), change.at().unix().into(), operator.into(), json!(checklist).to_string().into()],
        )
        .await?;
    Ok(checklist)
}

/// Approves a device in a change under way; what the event says of it.
pub(super) async fn approved(
    change: &mut Change,
    no: DeviceNo,
    until: Option<Timestamp>,
) -> Result<serde_json::Value, Refusal> {
    let now = change.at();
    let standing = after(change, no, DeviceChange::Approve { now, until }).await?;
    super::emergency::inspected(change, no).await?;
    write_standing(change, no, standing).await?;
    let operator = change.operator().to_string();
    change
        .run(
            "UPDATE devices SET approved_at = $2, approved_by = $3, approved_until = $4 WHERE device = $1",
            [no.number().into(), now.unix().into(), operator.into(), until.map(Timestamp::unix).into()],
        )
        .await?;
    Ok(json!({ "until": until }))
}

/// A ticket for a device that has just been approved, unless it holds a certificate or is on hold.
pub(super) async fn ticketed(
    change: &mut Change,
    no: DeviceNo,
    secrets: &Secrets,
) -> Result<Option<(Opened, serde_json::Value)>, Refusal> {
    match super::certificate::ticketable(change, no, TicketPurpose::First).await {
        Ok(()) => super::ticket::give(change, (no, TicketPurpose::First), secrets).await.map(Some),
        Err(Refusal::HasCertificate(..) | Refusal::Illegal(..) | Refusal::Replacement(_)) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// The number after the highest ever given.
pub(super) async fn next_number(change: &mut Change) -> Result<DeviceNo, Refusal> {
    let row = change.row("SELECT COALESCE(MAX(device), 0) AS highest FROM devices", []).await?;
    let highest = row.map_or(Ok(0), |row| row.int("highest"))?;
    crate::rows::device::number(highest + 1)
}

async fn list_user(change: &mut Change, no: DeviceNo, user: &LoginId) -> Result<(), Refusal> {
    let state = user_state(change, user).await?;
    let same = change
        .row(
            "SELECT d.device FROM devices d JOIN system_users u ON u.office = d.office \
             WHERE d.device = $1 AND u.login_id = $2",
            [no.number().into(), user.as_str().into()],
        )
        .await?;
    if same.is_none() {
        return Err(Refusal::OtherOffice(user.clone(), no));
    }
    let (_, standing) = standing(change, i64::from(no.number())).await?;
    let listing = standing
        .listing(None, ListingChange::List(state))
        .map_err(|why| Refusal::Illegal(format!("{no} {user}"), why))?;
    change
        .run(
            "INSERT INTO device_users (device, login_id, state, version) VALUES ($1, $2, $3, $4)",
            [no.number().into(), user.as_str().into(), listing.as_str().into(), change.version().into()],
        )
        .await?;
    Ok(())
}

/// Where the device of this stored number stands.
pub(super) async fn standing(change: &mut Change, stored: i64) -> Result<(DeviceNo, DeviceStanding), Refusal> {
    let no = crate::rows::device::number(stored)?;
    let row = change.row("SELECT stage, suspended FROM devices WHERE device = $1", [stored.into()]).await?;
    let row = row.ok_or_else(|| Refusal::Unknown(Kind::Device, no.to_string()))?;
    Ok((no, DeviceStanding { stage: word(&row.text("stage")?)?, suspended: row.int("suspended")? != 0 }))
}

pub(super) async fn after(change: &mut Change, no: DeviceNo, what: DeviceChange) -> Result<DeviceStanding, Refusal> {
    let (_, standing) = standing(change, i64::from(no.number())).await?;
    standing.after(what).map_err(|why| Refusal::Illegal(no.to_string(), why))
}

pub(super) async fn write_standing(change: &mut Change, no: DeviceNo, standing: DeviceStanding) -> Result<(), Refusal> {
    change
        .run(
            "UPDATE devices SET stage = $2, suspended = $3, version = $4 WHERE device = $1",
            [
                no.number().into(),
                standing.stage.as_str().into(),
                i64::from(standing.suspended).into(),
                change.version().into(),
            ],
        )
        .await?;
    Ok(())
}
