//! An office's contact says that one of its devices is no longer used: it ends at once, since that only protects.

use certs::DeviceNo;
use registry::OfficeNo;
use registry::change::RevokedReason;
use serde_json::json;

use super::change::RequiredRole;
use super::retirement::retired;
use super::{By, Writer, office_contact};
use crate::refusal::{Kind, Refusal};
use crate::rows;

impl Writer {
    /// Gives a device of the contact's own office up for good.
    ///
    /// # Errors
    /// Whoever says it is not the office's contact; the device is another office's, is not in use yet, or out of use already.
    pub(crate) async fn retire_own_device(&self, by: &By, office: &OfficeNo, no: DeviceNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Desk).await?;
        office_contact::speaks_for(&mut change, &by.operator, office).await?;
        if rows::device::office(&mut change, no).await? != *office {
            return Err(Refusal::Unknown(Kind::Device, no.to_string()));
        }
        let reason = RevokedReason::Ended;
        let revoked = retired(&mut change, no, reason).await?;
        let detail = json!({ "reason": reason.as_str(), "serials": revoked });
        change.commit("device.retire", &no.to_string(), detail).await
    }
}
