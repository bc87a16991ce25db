//! Which devices has an office beside the one at hand?

use certs::DeviceNo;
use registry::OfficeNo;

use super::Ledger;
use crate::refusal::Refusal;
use crate::rows::device::number;

/// A device of one's own office.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct OwnDevice {
    pub(crate) device: DeviceNo,
    pub(crate) label: String,
    pub(crate) suspended: bool,
}

impl Ledger {
    /// The office's devices that are or will be in use, without the one at hand.
    pub(crate) async fn other_devices(&self, office: &OfficeNo, at_hand: DeviceNo) -> Result<Vec<OwnDevice>, Refusal> {
        let mut tx = self.read().await?;
        let rows = tx
            .rows(
                "SELECT device, label, suspended FROM devices WHERE office = $1 AND device <> $2 \
                 AND stage IN ('applied', 'inspected', 'approved') ORDER BY device",
                [office.as_str().into(), at_hand.number().into()],
            )
            .await?;
        let mut devices = Vec::with_capacity(rows.len());
        for row in &rows {
            let device = number(row.int("device")?)?;
            devices.push(OwnDevice { device, label: row.text("label")?, suspended: row.int("suspended")? != 0 });
        }
        Ok(devices)
    }
}
