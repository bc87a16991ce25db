//! What is written of a device, whichever act it belongs to.

use std::collections::BTreeSet;

use certs::{DeviceNo, Timestamp};
use registry::change::{DeviceChange, DeviceStanding, Inspection, ListingChange};
use registry::{LoginId, OfficeNo, Os, Ownership};
use serde_json::{Value as Json, json};

use super::change::Change;
use super::office::readable;
use super::ticket_give::{Opened, TicketPurpose};
use super::{emergency, ticket_give};
use crate::application::ChecklistItem;
use crate::refusal::{Malformed, Refusal};
use crate::rows;
use crate::rows::device::NewDevice;
use crate::rows::listing;
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

/// Writes a new device; its number, and what the event says of it.
pub(super) async fn write_device(
    change: &mut Change,
    form: DeviceForm,
    application: &str,
) -> Result<(DeviceNo, Json), Refusal> {
    let office = rows::office::state(change, &form.office).await?;
    let standing = office.apply_device().map_err(|why| Refusal::Illegal(form.office.to_string(), why))?;
    let label = readable("--label", form.label)?;
    if label.is_empty() {
        return Err(Malformed::DeviceWithoutLabel.into());
    }
    let no = rows::device::next_number(change).await?;
    let device = NewDevice {
        no,
        office: &form.office,
        label: &label,
        os: form.os,
        ownership: form.ownership,
        standing,
        application,
    };
    rows::device::write(change, &device).await?;
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
        return Err(Malformed::NotPassed.into());
    }
    rows::device::write_standing(change, no, standing).await?;
    let operator = change.operator().to_string();
    let checklist_text = json!(checklist).to_string();
    rows::device::write_inspection(change, no, (&operator, &checklist_text)).await?;
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
    emergency::inspected(change, no).await?;
    rows::device::write_standing(change, no, standing).await?;
    let operator = change.operator().to_string();
    let end = change.approval_end(until);
    rows::device::write_approval(change, no, &operator, end).await?;
    Ok(json!({ "until": until, "due": end.due.to_string() }))
}

/// A ticket for a device that has just been approved, unless it holds a certificate or is on hold.
pub(super) async fn ticketed(
    change: &mut Change,
    no: DeviceNo,
    secrets: &Secrets,
) -> Result<Option<(Opened, serde_json::Value)>, Refusal> {
    match ticket_give::ticketable(change, no, TicketPurpose::First).await {
        Ok(()) => ticket_give::give(change, (no, TicketPurpose::First), secrets).await.map(Some),
        Err(Refusal::HasCertificate(..) | Refusal::Illegal(..) | Refusal::Replacement(_)) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

async fn list_user(change: &mut Change, no: DeviceNo, user: &LoginId) -> Result<(), Refusal> {
    let state = rows::person::state(change, user).await?;
    if !listing::is_of_its_office(change, no, user).await? {
        return Err(Refusal::OtherOffice(user.clone(), no));
    }
    let standing = rows::device::standing(change, no).await?;
    let state = standing
        .listing(None, ListingChange::List(state))
        .map_err(|why| Refusal::Illegal(format!("{no} {user}"), why))?;
    Ok(listing::write(change, (no, user), state).await?)
}

pub(super) async fn after(change: &mut Change, no: DeviceNo, what: DeviceChange) -> Result<DeviceStanding, Refusal> {
    let standing = rows::device::standing(change, no).await?;
    standing.after(what).map_err(|why| Refusal::Illegal(no.to_string(), why))
}
