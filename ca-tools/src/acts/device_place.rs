//! Where a device is kept: a note for whoever looks whether it is still there (棚卸し).

use certs::DeviceNo;
use serde_json::json;

use super::change::RequiredRole;
use super::office::readable;
use super::{By, Writer};
use crate::refusal::Refusal;
use crate::rows;

impl Writer {
    /// Notes where a device is kept; an empty text takes the note away.
    ///
    /// # Errors
    /// There is no such device, or the text cannot stand.
    pub async fn place_device(&self, by: &By, no: DeviceNo, place: &str) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let place = readable("--place", place.to_owned())?;
        rows::device::standing(&mut change, no).await?;
        rows::device::write_place(&mut change, no, &place).await?;
        change.commit("device.place", &no.to_string(), json!({ "place": place })).await
    }
}
