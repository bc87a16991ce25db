//! An application goes on: inspected, or turned down. A device and its application go together, whichever of the two
//! an operator named.

use certs::{DeviceNo, Timestamp};
use registry::change::{DeviceChange, Inspection};
use serde_json::{Map, Value as Json, json};

use super::super::change::{Change, RequiredRole};
use super::super::device::{InspectedDevice, ProviderReport, after, inspection_said, write_inspection};
use super::super::mail::Delivery;
use super::super::{By, Writer};
use crate::application::{ApplicationNo, ApplicationState, ChecklistItem, Item, Step, inspected};
use crate::letters::ApplicationStep;
use crate::refusal::{ApplicationRefusal, Refusal, Unavailable};
use crate::rows::application::{Decided, Inspected, StoredApplication};
use crate::rows::{application, device};

/// Days for which an inspection holds, until the application is approved.
const DAYS: i64 = 90;

/// What an inspection of an application found.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// Passed, or not.
    pub result: Inspection,
    /// What does not hold.
    pub unticked: &'a [Item],
    /// Its last second; `None` takes 90 days.
    pub until: Option<Timestamp>,
    /// The report of the system's provider on a device, where who records it did not look themself.
    pub report: Option<&'a ProviderReport>,
}

impl Writer {
    /// Records an inspection.
    ///
    /// # Errors
    /// No such application, or it is decided; an item that is not looked at in its kind; a passed one with an item
    /// that does not hold.
    pub async fn inspect_application(
        &self,
        by: &By,
        no: ApplicationNo,
        findings: Findings<'_>,
    ) -> Result<(ApplicationState, Option<Delivery>), Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let stored = application::stored(&mut change, no).await?;
        change.inherit_application(no.to_string());
        let checklist = inspected(stored.form.kind(), findings.unticked).map_err(ApplicationRefusal::Mistakes)?;
        if findings.result == Inspection::Passed && !findings.unticked.is_empty() {
            return Err(ApplicationRefusal::NotPassed.into());
        }
        if let Some(device) = stored.device {
            let unticked: Vec<_> = findings.unticked.iter().filter_map(|item| of_device(*item)).collect();
            let found = InspectedDevice { result: findings.result, unticked: &unticked, report: findings.report };
            write_inspection(&mut change, device, found).await?;
        }
        let written = write_findings(&mut change, &stored, findings, &checklist).await?;
        let passed = findings.result == Inspection::Passed;
        let mut detail = json!({ "passed": passed, "checklist": checklist, "device": stored.device });
        if stored.device.is_some() {
            let found = InspectedDevice { result: findings.result, unticked: &[], report: findings.report };
            detail = inspection_said(&checklist, found);
            detail["device"] = json!(stored.device);
        }
        change.commit("application.inspect", &no.to_string(), detail).await?;
        Ok(written)
    }

    /// Turns an application down, with the reason of this change; a device with it.
    ///
    /// # Errors
    /// No such application, or it is decided; nobody says why.
    pub async fn reject_application(&self, by: &By, no: ApplicationNo) -> Result<Delivery, Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let stored = application::stored(&mut change, no).await?;
        change.inherit_application(no.to_string());
        let told = write_rejection(&mut change, &stored).await?;
        let mut was = json!({ "application": stored.standing.state.as_str() });
        if let Some(device) = stored.device {
            was["device"] = device::standing(&mut change, device).await?.stage.as_str().into();
            let standing = after(&mut change, device, DeviceChange::Reject).await?;
            device::write_standing(&mut change, device, standing).await?;
        }
        let detail = json!({ "device": stored.device, "was": was });
        change.commit("application.reject", &no.to_string(), detail).await?;
        Ok(told)
    }
}

/// The application on which this device waits, if one does.
async fn waiting_for(change: &mut Change, device: DeviceNo) -> Result<Option<StoredApplication>, Refusal> {
    match application::waiting_for(change, device).await? {
        Some(no) => Ok(Some(application::stored(change, no).await?)),
        None => Ok(None),
    }
}

/// The application on which this device waits, taken up by this change: what it rests on, unless an operator named another.
pub(in crate::acts) async fn taken_up(
    change: &mut Change,
    device: DeviceNo,
) -> Result<Option<StoredApplication>, Refusal> {
    let waiting = waiting_for(change, device).await?;
    if let Some(stored) = &waiting {
        change.inherit_application(stored.no.to_string());
    }
    Ok(waiting)
}

/// A device was inspected by its own number: so is its application.
pub(in crate::acts) async fn device_inspected(
    change: &mut Change,
    device: DeviceNo,
    result: Inspection,
    checklist: &Map<String, Json>,
) -> Result<(), Refusal> {
    let Some(stored) = waiting_for(change, device).await? else { return Ok(()) };
    change.inherit_application(stored.no.to_string());
    let findings = Findings { result, unticked: &[], until: None, report: None };
    write_findings(change, &stored, findings, checklist).await.map(drop)
}

/// A device was turned down by its own number: so is its application, for the same reason. Its state before.
pub(in crate::acts) async fn device_rejected(
    change: &mut Change,
    device: DeviceNo,
) -> Result<Option<ApplicationState>, Refusal> {
    let Some(stored) = waiting_for(change, device).await? else { return Ok(None) };
    change.inherit_application(stored.no.to_string());
    write_rejection(change, &stored).await?;
    Ok(Some(stored.standing.state))
}

/// An application that was turned down is none that was: it waits again, in this state.
pub(in crate::acts) async fn reopened(change: &mut Change, no: ApplicationNo, was: &str) -> Result<(), Refusal> {
    let stored = application::stored(change, no).await?;
    let was = was.parse().map_err(|_| Unavailable::Corrupt(format!("{no}: {was:?}")))?;
    let state = stored.standing.reopened(was).map_err(|why| ApplicationRefusal::Illegal(no, why))?;
    Ok(application::reopen(change, no, state).await?)
}

async fn write_findings(
    change: &mut Change,
    stored: &StoredApplication,
    findings: Findings<'_>,
    checklist: &Map<String, Json>,
) -> Result<(ApplicationState, Option<Delivery>), Refusal> {
    let state = step(stored, Step::Inspect(findings.result))?;
    let until = findings.until.unwrap_or(change.at().plus(DAYS * 86_400));
    let by = change.operator().clone();
    let text = json!(checklist).to_string();
    application::write_inspection(change, stored.no, Inspected { state, by: &by, checklist: &text, until }).await?;
    // Of a passed one nothing is asked of the contact: the next letter says what was decided.
    if findings.result == Inspection::Passed {
        return Ok((state, None));
    }
    let failed: Vec<String> = checklist
        .iter()
        .filter(|(_, holds)| **holds == json!(false))
        .map(|(word, _)| word.parse().map_or_else(|_| word.clone(), |item: Item| item.japanese().to_owned()))
        .collect();
    let said = ApplicationStep::NotPassed { failed, why: change.said_why().unwrap_or_default().to_owned() };
    let told = super::letter::tell(change, (stored.no, &stored.form, stored.device), said).await?;
    Ok((state, Some(told)))
}

async fn write_rejection(change: &mut Change, stored: &StoredApplication) -> Result<Delivery, Refusal> {
    let state = step(stored, Step::Reject)?;
    let why = change.why()?.to_owned();
    decide(change, stored, (state, Some(&why))).await?;
    super::letter::tell(change, (stored.no, &stored.form, stored.device), ApplicationStep::Rejected { why }).await
}

/// Writes what was decided.
pub(in crate::acts) async fn decide(
    change: &mut Change,
    stored: &StoredApplication,
    (state, reason): (ApplicationState, Option<&str>),
) -> Result<(), Refusal> {
    let by = change.operator().clone();
    Ok(application::write_decision(change, stored.no, Decided { state, by: &by, reason }).await?)
}

/// The state after this step, or why it may not be taken.
pub(in crate::acts) fn step(stored: &StoredApplication, step: Step) -> Result<ApplicationState, Refusal> {
    stored.standing.after(step).map_err(|why| ApplicationRefusal::Illegal(stored.no, why).into())
}

fn of_device(item: Item) -> Option<ChecklistItem> {
    match item {
        Item::Device(item) => Some(item),
        Item::Complete | Item::OfficeConfirmed | Item::ApplicantConfirmed => None,
    }
}
