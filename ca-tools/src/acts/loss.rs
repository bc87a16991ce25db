//! A device reported lost or stolen (DOMAIN A.7 端末の紛失・盗難): out at once, and back only with a reason.
//!
//! That it was lost is in the event that put it on hold: who told it, when, how it came about. A
//! device is lost while that event is the last one about its hold.

use certs::{DeviceNo, Timestamp};
use registry::change::DeviceChange;
use registry::{DeviceStage, LoginId};
use serde_json::json;

use super::change::{Change, Duty};
use super::device::{standing, write_standing};
use super::office::readable;
use super::refusal::{Refusal, Unavailable};
use super::{By, Writer};
use crate::database::{Row, Value};
use crate::language::Text;

/// A report of a loss, as it was recorded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Loss {
    /// When it was reported.
    pub at: Timestamp,
    /// The operator who recorded it.
    pub operator: LoginId,
    /// Who told it, where that was said.
    pub reported_by: Option<String>,
    /// How it came about.
    pub why: String,
}

impl Loss {
    /// 「2026-11-22T10:00:00+09:00 に紛失の報告がありました（…）」.
    #[must_use]
    pub fn text(&self) -> Text {
        let (at, why) = (self.at, &self.why);
        let ja = self.reported_by.as_deref().unwrap_or("記録なし");
        let en = self.reported_by.as_deref().unwrap_or("not recorded");
        Text::new(
            format!("{at} に紛失の報告がありました（連絡した人：{ja}、受けた職員：{}、理由：{why}）", self.operator),
            format!("was reported lost at {at} (told by: {en}, recorded by: {}, why: {why})", self.operator),
        )
    }
}

/// What can be said of a lost device only.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LossRefusal {
    /// The device is out of use for good: there is nothing to stop.
    #[error("{0} is {1}: nothing of it comes in")]
    AlreadyOut(DeviceNo, DeviceStage),
    /// The device was reported lost, and nobody says why it may come back.
    #[error("{0} was reported lost")]
    NeedsWhy(DeviceNo, Loss),
}

impl LossRefusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::AlreadyOut(..) => "already_out",
            Self::NeedsWhy(..) => "reported_lost",
        }
    }

    pub(super) fn text(&self) -> Text {
        match self {
            Self::AlreadyOut(device, stage) => Text::new(
                format!(
                    "{device} は「{}」で、すでに使えません。止めるものがないので、何も変更していません。見られたものは gateway log show --device {device} で調べられます。",
                    super::illegal::device(*stage)
                ),
                format!(
                    "{device} is {stage} and nothing of it comes in; there is nothing to stop, nothing was changed"
                ),
            ),
            Self::NeedsWhy(device, loss) => {
                let said = loss.text();
                Text::new(
                    format!(
                        "{device} は{}。再開するには、見つかったことを本人と事業所に確かめ、確かめた内容を --why に書いてください。何も変更していません。",
                        said.ja
                    ),
                    format!("{device} {}: to resume it, say with --why how it was found; nothing was changed", said.en),
                )
            }
        }
    }
}

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
    fn duty(&self) -> Duty {
        match self {
            Self::ToOperator(_) => Duty::Record,
            Self::ByItsPeople(_) => Duty::Desk,
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
        let stored = i64::from(no.number());
        let (_, is) = standing(&mut change, stored).await?;
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
        let held = change.row(LAST_HOLD, hold_of(no)).await?;
        let since = held.as_ref().map(|row| row.int("version")).transpose()?;
        let before = match (is.suspended, loss(held)?) {
            (false, _) => Before::InUse,
            (true, None) => Before::OnHold,
            (true, Some(loss)) => Before::Lost(loss),
        };
        // It is out, as a loss, and its contact knows: who says so again is told the same, and nothing grows by it.
        if let (Report::ByItsPeople(_), Before::Lost(_), Some(since)) = (&report, &before, since) {
            return Ok((before, since.unsigned_abs()));
        }
        if lost != is {
            write_standing(&mut change, no, lost).await?;
        }
        // A device on hold for another reason is lost from now on: that is news, too.
        if lost != is || matches!(report, Report::ByItsPeople(_)) {
            super::device::tell_hold(&mut change, no).await?;
        }
        let detail = json!({ "reason": "lost", "reported_by": reported_by });
        let version = change.commit("device.report-lost", &no.to_string(), detail).await?;
        Ok((before, version))
    }

    /// The report by which this device is on hold now, if it is lost.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn loss(&self, no: DeviceNo) -> Result<Option<Loss>, Unavailable> {
        let mut tx = self.read().await?;
        let held = "SELECT device FROM devices WHERE device = $1 AND suspended = 1";
        if tx.row(held, [no.number().into()]).await?.is_none() {
            return Ok(None);
        }
        loss(tx.row(LAST_HOLD, hold_of(no)).await?)
    }
}

/// Lifting the hold of a lost device takes a reason; that it was lost goes into the event.
pub(super) async fn lift(change: &mut Change, no: DeviceNo) -> Result<serde_json::Value, Refusal> {
    match loss(change.row(LAST_HOLD, hold_of(no)).await?)? {
        None => Ok(json!({})),
        Some(loss) if change.why().is_err() => Err(LossRefusal::NeedsWhy(no, loss).into()),
        Some(loss) => Ok(json!({ "reported_lost_at": loss.at.unix(), "reported_by": loss.reported_by })),
    }
}

/// Is this device on hold because it is lost?
pub(super) async fn is_lost(change: &mut Change, no: DeviceNo) -> Result<bool, Refusal> {
    Ok(loss(change.row(LAST_HOLD, hold_of(no)).await?)?.is_some())
}

/// From the newest event backwards: a device on hold has one of these not far behind.
const LAST_HOLD: &str = "SELECT version, at, operator, action, why, detail FROM events WHERE subject = $1 \
    AND action IN ('device.suspend', 'device.report-lost', 'device.resume') ORDER BY version DESC LIMIT 1";

fn hold_of(no: DeviceNo) -> [Value; 1] {
    [no.to_string().into()]
}

fn loss(last_hold: Option<Row>) -> Result<Option<Loss>, Unavailable> {
    let Some(row) = last_hold else { return Ok(None) };
    if row.text("action")? != "device.report-lost" {
        return Ok(None);
    }
    let detail: serde_json::Value =
        serde_json::from_str(&row.text("detail")?).map_err(|why| Unavailable::Corrupt(format!("detail: {why}")))?;
    let operator = row.text("operator")?;
    Ok(Some(Loss {
        at: Timestamp::from_unix(row.int("at")?),
        operator: word_of(&operator)?,
        reported_by: detail["reported_by"].as_str().map(str::to_owned),
        why: row.maybe_text("why")?.unwrap_or_default(),
    }))
}

fn word_of(operator: &str) -> Result<LoginId, Unavailable> {
    operator.parse().map_err(|why| Unavailable::Corrupt(format!("{operator:?}: {why}")))
}
