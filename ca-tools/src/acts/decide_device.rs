//! A device is inspected, approved or turned down by its own number; the application on which it waits goes with it.

use certs::{DeviceNo, Timestamp};
use registry::change::{DeviceChange, Inspection};
use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::device::{InspectedDevice, after, approved, inspection_said, ticketed, write_inspection};
use super::ticket_give::Opened;
use super::{By, Writer, application};
use crate::application::{ApplicationState, ChecklistItem};
use crate::proposal::Act;
use crate::refusal::Refusal;
use crate::rows;
use crate::ticket::Secrets;

impl Writer {
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
        self.inspect_device_by(by, no, InspectedDevice { result, unticked, report: None }).await
    }

    /// The same on the word of the system's provider, where they reported.
    ///
    /// # Errors
    /// As [`Self::inspect_device`]; the report names nobody, or a day to come.
    pub async fn inspect_device_by(&self, by: &By, no: DeviceNo, found: InspectedDevice<'_>) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let checklist = write_inspection(&mut change, no, found).await?;
        application::device_inspected(&mut change, no, found.result, &checklist).await?;
        change.commit("device.inspect", &no.to_string(), inspection_said(&checklist, found)).await
    }

    /// Approves an inspected device, or continues its approval, until a moment or without end.
    ///
    /// # Errors
    /// No such device; it has not passed its inspection; the approval would be over already.
    pub async fn approve_device(&self, by: &By, no: DeviceNo, until: Option<Timestamp>) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let (detail, _) = write_approval(&mut change, no, (until, None)).await?;
        change.commit("device.approve", &no.to_string(), detail).await
    }

    /// The same, and where the device has no certificate in use it is given a ticket to pick one up.
    ///
    /// # Errors
    /// As [`Self::approve_device`].
    pub async fn approve_device_with(
        &self,
        by: &By,
        no: DeviceNo,
        until: Option<Timestamp>,
        secrets: &Secrets,
    ) -> Result<(u64, Option<Opened>), Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let (detail, opened) = write_approval(&mut change, no, (until, Some(secrets))).await?;
        let version = change.commit("device.approve", &no.to_string(), detail).await?;
        Ok((version, opened.map(|opened| Opened { version, ..opened })))
    }

    /// Turns a device down.
    ///
    /// # Errors
    /// No such device, or it is approved or over already.
    pub async fn reject_device(&self, by: &By, no: DeviceNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let was = rows::device::standing(&mut change, no).await?.stage;
        let standing = after(&mut change, no, DeviceChange::Reject).await?;
        rows::device::write_standing(&mut change, no, standing).await?;
        let application = application::device_rejected(&mut change, no).await?.map(ApplicationState::as_str);
        let was = json!({ "device": was.as_str(), "application": application });
        change.commit("device.reject", &no.to_string(), json!({ "was": was })).await
    }
}

/// Approves a device, with a ticket where there is something to open one by; whoever inspected it asks for a second. What the
/// event says, and the ticket.
pub(super) async fn write_approval(
    change: &mut Change,
    no: DeviceNo,
    (until, secrets): (Option<Timestamp>, Option<&Secrets>),
) -> Result<(Json, Option<Opened>), Refusal> {
    let mut detail = approved(change, no, until).await?;
    if change.inspected(no).await? {
        change.needs_two(&Act::ApproveDevice { device: no, until: until.map(Timestamp::unix) }).await?;
    }
    let waiting = application::taken_up(change, no).await?;
    let opened = match secrets {
        Some(secrets) => ticketed(change, no, secrets).await?.map(|(opened, _)| opened),
        None => None,
    };
    application::device_approved(change, waiting, opened.as_ref()).await?;
    if let Some(opened) = &opened {
        detail["ticket"] = opened.ticket.as_str().into();
    }
    Ok((detail, opened))
}

impl Change {
    /// Was this device inspected by who makes this change?
    pub(super) async fn inspected(&mut self, no: DeviceNo) -> Result<bool, Refusal> {
        let inspector = rows::outlook::inspector_of_device(self, no).await?;
        Ok(inspector.as_deref() == Some(self.operator().as_str()))
    }
}
