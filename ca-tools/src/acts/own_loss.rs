//! A device's own people report it lost.

use certs::DeviceNo;

use super::{Before, By, Writer};
use crate::refusal::Refusal;

impl Writer {
    /// A device's people report it lost: who told the code, or who is logged in on another device of the office.
    /// It is put on hold, and nothing else; the office's contact is told.
    ///
    /// # Errors
    /// As [`Self::report_lost`].
    pub(crate) async fn report_own_loss(
        &self,
        by: &By,
        device: DeviceNo,
        reported_by: &str,
    ) -> Result<(Before, u64), Refusal> {
        self.lost(by, device, super::loss::Report::ByItsPeople(reported_by)).await
    }
}
