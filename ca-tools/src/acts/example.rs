//! Many devices at once, as an example house has them: each went the whole way that a device goes.

use certs::DeviceNo;
use registry::change::{DeviceChange, Inspection};
use registry::{OfficeNo, Os, Ownership};
use serde_json::json;

use super::change::Duty;
use super::office::office_state;
use super::refusal::Refusal;
use super::{By, Writer};

impl Writer {
    /// Applies for, inspects and approves so many devices of an office in one change; the first one's
    /// number, from which they run on. Takes an application.
    ///
    /// # Errors
    /// No such office, or it is on hold or over; an operator who may not approve.
    pub async fn example_devices(&self, by: &By, office: &OfficeNo, count: u32) -> Result<DeviceNo, Refusal> {
        let mut change = self.change(by, Duty::Approve).await?;
        let application = change.application()?;
        let now = change.at();
        let illegal = |why| Refusal::Illegal(office.to_string(), why);
        let standing = office_state(&mut change, office).await?.apply_device().map_err(illegal)?;
        let standing = standing.after(DeviceChange::Inspect(Inspection::Passed)).map_err(illegal)?;
        let standing = standing.after(DeviceChange::Approve { now, until: None }).map_err(illegal)?;
        let first = super::device::next_number(&mut change).await?;
        let operator = change.operator().to_string();
        let rows = (0..count)
            .map(|offset| {
                let number = first.number() + offset;
                let os = Os::ALL[offset as usize % Os::ALL.len()];
                vec![
                    number.into(),
                    office.as_str().into(),
                    format!("例 {number}").into(),
                    os.as_str().into(),
                    Ownership::Office.as_str().into(),
                    standing.stage.as_str().into(),
                    i64::from(standing.suspended).into(),
                    now.unix().into(),
                    operator.as_str().into(),
                    "{}".into(),
                    now.unix().into(),
                    operator.as_str().into(),
                    application.as_str().into(),
                    change.version().into(),
                ]
            })
            .collect();
        change
            .insert_many(
                (
                    "INSERT INTO devices (device, office, label, os, ownership, stage, suspended, inspected_at, \
                     inspected_by, checklist, approved_at, approved_by, application, version)",
                    "",
                ),
                rows,
            )
            .await?;
        change.commit("example.devices", &first.to_string(), json!({ "office": office, "count": count })).await?;
        Ok(first)
    }
}
