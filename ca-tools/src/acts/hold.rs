//! A device is put on hold, and its hold is lifted.

use certs::DeviceNo;
use registry::change::DeviceChange;
use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::device::after;
use super::mail::tell_hold;
use super::{By, Writer, loss};
use crate::letters::Letter;
use crate::refusal::Refusal;
use crate::rows;

impl Writer {
    /// Puts a device on hold: from the commit on, nothing of it comes in.
    ///
    /// # Errors
    /// No such device, or it is on hold already, or out of use.
    pub async fn suspend_device(&self, by: &By, no: DeviceNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        suspended(&mut change, no).await?;
        change.commit("device.suspend", &no.to_string(), json!({})).await
    }

    /// Lifts a device's hold.
    ///
    /// # Errors
    /// No such device, or it is not on hold; it was reported lost, and nobody says why it may come back.
    pub async fn resume_device(&self, by: &By, no: DeviceNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let detail = resumed(&mut change, no).await?;
        change.commit("device.resume", &no.to_string(), detail).await
    }
}

/// Puts a device on hold in a change under way, and tells its contact.
pub(super) async fn suspended(change: &mut Change, no: DeviceNo) -> Result<(), Refusal> {
    let standing = after(change, no, DeviceChange::Suspend).await?;
    rows::device::write_standing(change, no, standing).await?;
    tell_hold(change, no).await
}

/// Lifts its hold, and tells its contact; what the event says.
pub(super) async fn resumed(change: &mut Change, no: DeviceNo) -> Result<Json, Refusal> {
    let standing = after(change, no, DeviceChange::Resume).await?;
    let detail = loss::lift(change, no).await?;
    rows::device::write_standing(change, no, standing).await?;
    let device = rows::device::named(change, no).await?;
    let letter = Letter::DeviceResumed { device, at: change.at().unix() };
    change.mail_contact_of(no, &letter).await?;
    Ok(detail)
}
