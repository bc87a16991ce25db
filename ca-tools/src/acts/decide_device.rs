//! A device is inspected, approved or turned down by its own number; the application on which it waits goes with it.

use certs::{DeviceNo, Timestamp};
use registry::change::{DeviceChange, Inspection};
use serde_json::json;

use super::change::RequiredRole;
use super::device::{after, approved, ticketed, write_inspection};
use super::ticket_give::Opened;
use super::{By, Writer, application};
use crate::application::ChecklistItem;
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
        let mut change = self.change(by, RequiredRole::Record).await?;
        let checklist = write_inspection(&mut change, no, (result, unticked)).await?;
        application::device_inspected(&mut change, no, result, &checklist).await?;
        let passed = result == Inspection::Passed;
        change.commit("device.inspect", &no.to_string(), json!({ "passed": passed, "checklist": checklist })).await
    }

    /// Approves an inspected device, or continues its approval, until a moment or without end.
    ///
    /// # Errors
    /// No such device; it has not passed its inspection; the approval would be over already.
    pub async fn approve_device(&self, by: &By, no: DeviceNo, until: Option<Timestamp>) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let detail = approved(&mut change, no, until).await?;
        let waiting = application::taken_up(&mut change, no).await?;
        application::device_approved(&mut change, waiting, None).await?;
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
        let mut detail = approved(&mut change, no, until).await?;
        let waiting = application::taken_up(&mut change, no).await?;
        let opened = ticketed(&mut change, no, secrets).await?;
        let ticket = opened.as_ref().map(|(opened, _)| opened);
        application::device_approved(&mut change, waiting, ticket).await?;
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
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let standing = after(&mut change, no, DeviceChange::Reject).await?;
        rows::device::write_standing(&mut change, no, standing).await?;
        application::device_rejected(&mut change, no).await?;
        change.commit("device.reject", &no.to_string(), json!({})).await
    }
}
