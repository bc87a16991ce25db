//! A device is given up: its certificates end, nothing is to be picked up for it any more, and it does not come back.
//!
//! One that nobody can use goes by itself, long after its last certificate ended: a list of devices in use that is half of such
//! ones is looked through by nobody.

use certs::{DeviceNo, Timestamp};
use registry::DeviceStage;
use registry::change::{CertificateChange, DeviceChange, IllegalChange, RevokedReason};
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::device::after;
use super::{By, Writer, revocation, ticket_end};
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::retirement;

/// So many go by themselves in an hour, a change each.
const AT_ONCE: i64 = 200;

impl Writer {
    /// Gives a device up for good; the serials of its certificates, and the registry's version.
    ///
    /// # Errors
    /// No such device; it is not in use yet, or out of use already.
    pub async fn retire_device(
        &self,
        by: &By,
        no: DeviceNo,
        reason: RevokedReason,
    ) -> Result<(Vec<String>, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let revoked = retired(&mut change, no, reason).await?;
        let detail = json!({ "reason": reason.as_str(), "serials": revoked });
        let version = change.commit("device.retire", &no.to_string(), detail).await?;
        Ok((revoked, version))
    }

    /// Ends the use of every device whose last certificate ended so many days ago and of which nobody asked for another; of
    /// which ones. Nothing where no device goes by itself.
    ///
    /// # Errors
    /// The registry does not answer; what was ended before stays so.
    pub async fn retire_unused(&self, now: Timestamp) -> Result<Vec<DeviceNo>, Refusal> {
        let Some(days) = self.approvals.retire_days else { return Ok(Vec::new()) };
        let since = now.plus(-days.saturating_mul(86_400));
        let mut gone = Vec::new();
        // Read to its end first: nobody writes beside a question that is still open.
        let unusable = retirement::unusable_since(&mut self.read().await?, since, (None, AT_ONCE)).await?;
        for no in unusable {
            let mut change = self.change(&By::desk(now)?, RequiredRole::Desk).await?;
            // Whoever was given a certificate or a ticket in the meantime keeps the device.
            if retirement::unusable_since(&mut change, since, (Some(no), 1)).await?.is_empty() {
                continue;
            }
            let revoked = retired_for(&mut change, (no, RevokedReason::Ended), retirement::UNUSED).await?;
            let detail = json!({ "days": days, "serials": revoked });
            change.commit("device.retire-unused", &no.to_string(), detail).await?;
            gone.push(no);
        }
        Ok(gone)
    }
}

/// Gives a device up in a change under way; the serials of what ended with it.
///
/// # Errors
/// No such device; it is not in use yet, or out of use already.
pub(in crate::acts) async fn retired(
    change: &mut Change,
    no: DeviceNo,
    reason: RevokedReason,
) -> Result<Vec<String>, Refusal> {
    retired_for(change, (no, reason), reason.as_str()).await
}

async fn retired_for(
    change: &mut Change,
    (no, reason): (DeviceNo, RevokedReason),
    said: &str,
) -> Result<Vec<String>, Refusal> {
    match rows::device::standing(change, no).await?.stage {
        stage @ (DeviceStage::Applied | DeviceStage::Inspected) => {
            return Err(Refusal::Illegal(no.to_string(), IllegalChange::NotInUseYet(stage)));
        }
        DeviceStage::Approved | DeviceStage::Rejected | DeviceStage::Retired => {}
    }
    let out = after(change, no, DeviceChange::Retire).await?;
    rows::device::write_standing(change, no, out).await?;
    retirement::write_reason(change, no, said).await?;
    ticket_end::kill_open(change, no, "device").await?;
    revocation::change_all(change, no, CertificateChange::Revoke(reason)).await
}
