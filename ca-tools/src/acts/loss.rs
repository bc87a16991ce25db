//! A device reported lost or stolen (端末の紛失・盗難, ca-tools/README.md#what-an-event-changes): out at once, and back only with a reason.
//!
//! That it was lost is in the event that put it on hold: who told it, when, how it came about. A
//! device is lost while that event is the last one about its hold.

use certs::{DeviceNo, Timestamp};
use registry::DeviceStage;
use registry::change::DeviceChange;
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::office::readable;
use super::{By, Writer, mail};
use crate::refusal::{Loss, LossRefusal, Refusal};
use crate::rows;
use crate::rows::{event, loss};

/// What a device was before it was reported lost.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Before {
    /// Not on hold.
    InUse,
    /// On hold for another reason.
    OnHold,
    /// Reported lost already.
    Lost(Loss),
}

impl Before {
    /// Since when it is lost, where it is reported now.
    #[must_use]
    pub fn lost_since(&self, now: Timestamp) -> Timestamp {
        match self {
            Self::InUse | Self::OnHold => now,
            Self::Lost(loss) => loss.at,
        }
    }
}

/// How a loss came to be told.
pub(super) enum Report<'a> {
    /// To an operator, by whom they were told.
    ToOperator(Option<String>),
    /// To the desk, by somebody who proved that the device is theirs.
    ByItsPeople(&'a str),
}

impl Report<'_> {
    fn duty(&self) -> RequiredRole {
        match self {
            Self::ToOperator(_) => RequiredRole::Record,
            Self::ByItsPeople(_) => RequiredRole::Desk,
        }
    }
}

impl Writer {
    /// Puts a device on hold because it is lost or stolen: from the commit on, nothing of it comes
    /// in. Where it was on hold already, the report is recorded beside that; where its own people say once more what they
    /// said, nothing is. Gives what it was before, and the registry's version from which on it is lost.
    ///
    /// # Errors
    /// No such device, or it is out of use, so that there is nothing to stop; nobody said why.
    pub async fn report_lost(
        &self,
        by: &By,
        no: DeviceNo,
        reported_by: Option<String>,
    ) -> Result<(Before, u64), Refusal> {
        self.lost(by, no, Report::ToOperator(reported_by)).await
    }

    pub(super) async fn lost(&self, by: &By, no: DeviceNo, report: Report<'_>) -> Result<(Before, u64), Refusal> {
        let mut change = self.change(by, report.duty()).await?;
        let is = rows::device::standing(&mut change, no).await?;
        match is.stage {
            DeviceStage::Rejected | DeviceStage::Retired => return Err(LossRefusal::AlreadyOut(no, is.stage).into()),
            DeviceStage::Applied | DeviceStage::Inspected | DeviceStage::Approved => {}
        }
        let lost = is.after(DeviceChange::ReportLost).map_err(|why| Refusal::Illegal(no.to_string(), why))?;
        change.why()?;
        let reported_by = match &report {
            Report::ToOperator(reported_by) => reported_by.clone(),
            Report::ByItsPeople(who) => Some((*who).to_owned()),
        };
        let reported_by = reported_by.map(|name| readable("--reported-by", name)).transpose()?;
        let reported_by = reported_by.filter(|name| !name.is_empty());
        let held = event::last_hold(&mut change, no).await?;
        let since = held.as_ref().map(|hold| hold.version);
        let before = match (is.suspended, loss::of(held)?) {
            (false, _) => Before::InUse,
            (true, None) => Before::OnHold,
            (true, Some(loss)) => Before::Lost(loss),
        };
        // It is out, as a loss, and its contact knows: who says so again is told the same, and nothing grows by it.
        if let (Report::ByItsPeople(_), Before::Lost(_), Some(since)) = (&report, &before, since) {
            return Ok((before, since.unsigned_abs()));
        }
        if lost != is {
            rows::device::write_standing(&mut change, no, lost).await?;
        }
        // A device on hold for another reason is lost from now on: that is news, too.
        if lost != is || matches!(report, Report::ByItsPeople(_)) {
            mail::tell_hold(&mut change, no).await?;
        }
        let detail = json!({ "reason": "lost", "reported_by": reported_by });
        let version = change.commit("device.report-lost", &no.to_string(), detail).await?;
        Ok((before, version))
    }
}

/// Lifting the hold of a lost device takes a reason; that it was lost goes into the event.
pub(super) async fn lift(change: &mut Change, no: DeviceNo) -> Result<serde_json::Value, Refusal> {
    match loss::last(change, no).await? {
        None => Ok(json!({})),
        Some(loss) if change.why().is_err() => Err(LossRefusal::NeedsWhy(no, loss).into()),
        Some(loss) => Ok(json!({ "reported_lost_at": loss.at.unix(), "reported_by": loss.reported_by })),
    }
}

/// Is this device on hold because it is lost?
pub(super) async fn is_lost(change: &mut Change, no: DeviceNo) -> Result<bool, Refusal> {
    Ok(loss::last(change, no).await?.is_some())
}
