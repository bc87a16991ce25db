//! Devices: what they are, where they stand.

use certs::DeviceNo;

use crate::acts::{Refusal, Unavailable};

/// A device's number as the registry has it.
pub(crate) fn number(stored: i64) -> Result<DeviceNo, Refusal> {
    let no = u32::try_from(stored).ok().and_then(|n| DeviceNo::new(n).ok());
    Ok(no.ok_or_else(|| Unavailable::Corrupt(format!("device number {stored}")))?)
}
