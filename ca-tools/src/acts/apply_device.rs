//! A device is applied for.

use certs::DeviceNo;

use super::change::RequiredRole;
use super::device::{DeviceForm, write_device};
use super::{By, Writer};
use crate::refusal::Refusal;

impl Writer {
    /// Applies for a device; its number for life. Takes an application.
    ///
    /// # Errors
    /// No such office, or it is on hold or over; a listed person is unknown, deleted or of another office.
    pub async fn apply_device(&self, by: &By, form: DeviceForm) -> Result<DeviceNo, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let application = change.application_of(&form.office).await?;
        let (no, detail) = write_device(&mut change, form, &application).await?;
        change.commit("device.apply", &no.to_string(), detail).await?;
        Ok(no)
    }
}
