//! Until when a device is approved: given with the approval, continued by the 現況届, told before it ends.

use certs::{DeviceNo, Timestamp};
use serde_json::json;

use super::change::{Change, RequiredRole};
use super::mail::Delivery;
use super::{By, Writer};
use crate::letters::{Letter, OfficeFacts};
use crate::refusal::{Refusal, Unavailable};
use crate::rows;
use crate::rows::approval::{ApprovalEnd, EndingApprovals};

/// So many days before an end its office is told, the earliest first.
const TOLD_BEFORE: [i64; 2] = [30, 7];
const DAY: i64 = 86_400;

/// Which approvals were continued.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApprovalsRenewed {
    /// These, until the same moment.
    pub renewed: Vec<DeviceNo>,
    /// Not these: they are not approved, or somebody set their end by hand.
    pub left_out: Vec<DeviceNo>,
    /// Until when.
    pub due: Timestamp,
}

impl Writer {
    /// Continues the approval of these devices, as the 現況届 does.
    ///
    /// # Errors
    /// There is no such device; the operator may not.
    pub async fn renew_approvals(&self, by: &By, devices: &[DeviceNo]) -> Result<(ApprovalsRenewed, u64), Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let renewed = renewed(&mut change, devices).await?;
        let subject = devices.first().map(ToString::to_string).unwrap_or_default();
        let version = change.commit("device.continue", &subject, renewed.json()).await?;
        Ok((renewed, version))
    }

    /// Queues a letter to each office whose devices will not be let in any more soon; how many.
    ///
    /// # Errors
    /// The registry does not answer; what was queued before stays so.
    pub async fn remind_of_approvals(&self, now: Timestamp) -> Result<usize, Refusal> {
        let [window, _] = TOLD_BEFORE;
        let by = now.plus(window * DAY);
        let near = rows::approval::ending(&mut self.read().await?, now, by).await?;
        let mut sent = 0;
        for of in &near {
            let told = rows::approval::told(&mut self.read().await?, of).await?;
            if step(of.until, now, &told).is_some() && self.remind_of_approval(of, now).await? {
                sent += 1;
            }
        }
        Ok(sent)
    }

    /// Asked again under the lock: another desk may have been quicker, the office may have continued them.
    async fn remind_of_approval(&self, of: &EndingApprovals, now: Timestamp) -> Result<bool, Refusal> {
        let mut change = self.change(&By::desk(now)?, RequiredRole::Desk).await?;
        let near = rows::approval::ending(&mut change, of.until, of.until).await?;
        let Some(of) = near.into_iter().find(|one| one.office == of.office) else { return Ok(false) };
        let told = rows::approval::told(&mut change, &of).await?;
        let Some(days) = step(of.until, now, &told) else { return Ok(false) };
        rows::approval::write_told(&mut change, &of, days).await?;
        let by_mail = tell(&mut change, &of).await? == Delivery::ByMail;
        let devices: Vec<_> = of.devices.iter().map(|(no, _)| no).collect();
        let detail = json!({ "days": days, "until": of.until.unix(), "devices": devices, "by_mail": by_mail });
        change.commit("office.remind-approvals", of.office.as_str(), detail).await?;
        Ok(true)
    }
}

impl ApprovalsRenewed {
    /// For an event, and for programs.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        json!({
            "devices": self.renewed, "count": self.renewed.len(), "left_out": self.left_out.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "due": self.due.to_string(),
        })
    }
}

impl Change {
    /// Until when what is approved now is approved: until the day that somebody says, else until the next 現況届.
    pub(super) fn approval_end(&self, until: Option<Timestamp>) -> ApprovalEnd {
        let approvals = self.approvals();
        let due = approvals.due(self.at());
        ApprovalEnd { due, until: until.or(approvals.lapse.then_some(due)) }
    }
}

/// Continues these approvals in a change under way. Of one that is out of use, or whose end somebody set, nothing changes.
///
/// # Errors
/// There is no such device.
pub(in crate::acts) async fn renewed(change: &mut Change, devices: &[DeviceNo]) -> Result<ApprovalsRenewed, Refusal> {
    let end = change.approval_end(None);
    let mut all = ApprovalsRenewed { renewed: Vec::new(), left_out: Vec::new(), due: end.due };
    for no in devices {
        rows::device::standing(change, *no).await?;
        let list = if rows::approval::renew(change, *no, end).await? { &mut all.renewed } else { &mut all.left_out };
        list.push(*no);
    }
    Ok(all)
}

/// Which notice is due now: the nearest to the end that its day has come for, once.
fn step(until: Timestamp, now: Timestamp, told: &[i64]) -> Option<i64> {
    let due = TOLD_BEFORE.into_iter().rev().find(|days| now >= until.plus(-days * DAY))?;
    (now <= until && !told.contains(&due)).then_some(due)
}

async fn tell(change: &mut Change, of: &EndingApprovals) -> Result<Delivery, Refusal> {
    let contact = rows::office::contact(change, &of.office).await?;
    let contact = contact.ok_or_else(|| Unavailable::Corrupt(format!("there is no office {}", of.office)))?;
    let office = OfficeFacts { number: of.office.to_string(), name: contact.office, contact: contact.contact };
    let devices = of.devices.iter().map(|(no, label)| format!("{label}（{no}）")).collect();
    let letter = Letter::ApprovalEnding { office, until: of.until.unix(), devices };
    change.mail((&contact.mail, of.office.as_str()), &letter).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_told_a_month_and_a_week_before_and_once_each() {
        let until = Timestamp::from_unix(1_800_000_000);
        let at = |days: i64| until.plus(-days * DAY);
        assert_eq!(step(until, at(31), &[]), None);
        assert_eq!(step(until, at(30), &[]), Some(30));
        assert_eq!(step(until, at(29), &[30]), None);
        assert_eq!(step(until, at(7), &[30]), Some(7));
        assert_eq!(step(until, at(3), &[]), Some(7), "a desk that was closed for weeks tells once");
        assert_eq!(step(until, at(3), &[30, 7]), None);
        assert_eq!(step(until, until.plus(1), &[]), None);
    }
}
