//! Many devices at once, as an example house has them: each went the whole way that a device goes.

use certs::DeviceNo;
use registry::change::{DeviceChange, InService, Inspection};
use registry::{LoginId, OfficeNo, Os, Ownership};
use serde_json::json;

use super::change::RequiredRole;
use super::{By, Writer};
use crate::refusal::{Malformed, Refusal};
use crate::rows;
use crate::rows::device::NewDevice;

impl Writer {
    /// Applies for, inspects and approves so many devices of an office in one change; the first one's
    /// number, from which they run on. Takes an application.
    ///
    /// # Errors
    /// No such office, or it is on hold or over; an operator who may not approve.
    pub async fn example_devices(&self, by: &By, office: &OfficeNo, count: u32) -> Result<DeviceNo, Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let operator = change.operator().clone();
        not_in_use(&rows::person::operators(&mut change).await?, &operator, RequiredRole::Approve)?;
        let application = change.application()?;
        let now = change.at();
        let illegal = |why| Refusal::Illegal(office.to_string(), why);
        let standing = rows::office::state(&mut change, office).await?.apply_device().map_err(illegal)?;
        let standing = standing.after(DeviceChange::Inspect(Inspection::Passed)).map_err(illegal)?;
        let standing = standing.after(DeviceChange::Approve { now, until: None }).map_err(illegal)?;
        let first = rows::device::next_number(&mut change).await?;
        let operator = operator.to_string();
        let numbers = first.number()..first.number() + count;
        let labels: Vec<_> = numbers.clone().map(|number| format!("例 {number}")).collect();
        let mut devices = Vec::with_capacity(labels.len());
        for (offset, (number, label)) in numbers.zip(&labels).enumerate() {
            let no = rows::device::number(number.into())?;
            let os = Os::ALL[offset % Os::ALL.len()];
            let ownership = Ownership::Office;
            devices.push(NewDevice { no, office, label, os, ownership, standing, application: &application });
        }
        rows::device::write_approved(&mut change, &devices, &operator).await?;
        change.commit("example.devices", &first.to_string(), json!({ "office": office, "count": count })).await?;
        Ok(first)
    }
}

/// Whoever makes an example does what nobody else is asked about: not where others work, one of whom would have to agree.
pub(super) fn not_in_use(operators: &[InService], maker: &LoginId, duty: RequiredRole) -> Result<(), Refusal> {
    let could_agree =
        |one: &&InService| one.login_id != *maker && duty.roles().iter().any(|role| one.rank.holds(*role));
    if operators.iter().any(|one| could_agree(&one)) { Err(Malformed::HouseInUse.into()) } else { Ok(()) }
}
