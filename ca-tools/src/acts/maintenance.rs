//! Maintenance accounts (保守用のID): an ID is made one, a window is opened for it by two, and closed by one.

use registry::{LoginId, Opening, Window};
use serde_json::{Value as Json, json};

use super::change::{Change, RequiredRole};
use super::office::readable;
use super::{By, Writer};
use crate::maintenance::{MaintenanceRefusal, standing, window};
use crate::proposal::Act;
use crate::refusal::Refusal;
use crate::rows::maintenance;
use registry::change::SystemUserChange;

/// A window that is asked for: by which work plan, from when until when.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorkPlan {
    /// The number of the 作業計画書.
    pub plan: String,
    /// The first second.
    pub from: certs::Timestamp,
    /// The first second after it.
    pub until: certs::Timestamp,
}

impl Writer {
    /// Makes an ID a maintenance account: from the commit on it is let in within its windows, of which it has none yet.
    ///
    /// # Errors
    /// No such ID, or it is deleted; it is one already, or holds roles.
    pub async fn make_maintenance(&self, by: &By, login_id: &LoginId) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let person = change.touch(login_id).await?;
        person.after(&mut change, SystemUserChange::Update).await?;
        if !person.rank().is_none() {
            return Err(MaintenanceRefusal::HoldsRoles(login_id.clone()).into());
        }
        match maintenance::opening_of(&mut change, login_id).await? {
            Opening::Always => {}
            Opening::Within(_) => return Err(MaintenanceRefusal::Already(login_id.clone()).into()),
        }
        person.write_opening(&mut change, None).await?;
        change.commit("user.maintenance", login_id.as_str(), json!({})).await
    }

    /// Opens a window for a maintenance account. Another approves it.
    ///
    /// # Errors
    /// It is no maintenance account, or has a window; the window cannot be; nobody approved it.
    pub async fn open_maintenance(&self, by: &By, login_id: &LoginId, plan: &WorkPlan) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let detail = write_opened(&mut change, login_id, plan).await?;
        change.commit("user.maintenance-open", login_id.as_str(), detail).await
    }

    /// Closes the window of a maintenance account before its end: what runs in it is ended.
    ///
    /// # Errors
    /// It has none that is open or to come.
    pub async fn close_maintenance(&self, by: &By, login_id: &LoginId) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let person = change.touch(login_id).await?;
        let opening = account(&mut change, login_id).await?;
        let closed = standing(opening, change.at());
        let window = closed.ok_or_else(|| MaintenanceRefusal::NoWindow(login_id.clone()))?;
        let plan = maintenance::plan_of(&mut change, login_id, window.from).await?;
        person.write_opening(&mut change, None).await?;
        let operator = change.operator().clone();
        maintenance::write_closed(&mut change, (login_id, &operator), window.from).await?;
        let detail = json!({ "plan": plan, "from": window.from.to_string(), "until": window.until.to_string() });
        change.commit("user.maintenance-close", login_id.as_str(), detail).await
    }
}

/// Opens a window, and asks for a second; what the event says.
pub(super) async fn write_opened(change: &mut Change, login_id: &LoginId, asked: &WorkPlan) -> Result<Json, Refusal> {
    let person = change.touch(login_id).await?;
    person.after(change, SystemUserChange::Update).await?;
    let opening = account(change, login_id).await?;
    if let Some(Window { until, .. }) = standing(opening, change.at()) {
        return Err(MaintenanceRefusal::Open(login_id.clone(), until).into());
    }
    let plan = readable("--plan", asked.plan.clone())?;
    if plan.is_empty() {
        return Err(MaintenanceRefusal::NoPlan.into());
    }
    let window = window(asked.from, asked.until, change.at())?;
    let (from, until) = (window.from.unix(), window.until.unix());
    change.needs_two(&Act::OpenMaintenance { person: login_id.clone(), plan: plan.clone(), from, until }).await?;
    person.write_opening(change, Some(window)).await?;
    let operator = change.operator().clone();
    maintenance::write_window(change, (login_id, &operator), (&plan, window)).await?;
    Ok(json!({ "plan": plan, "from": window.from.to_string(), "until": window.until.to_string() }))
}

/// When this maintenance account is let in.
async fn account(change: &mut Change, login_id: &LoginId) -> Result<Opening, Refusal> {
    match maintenance::opening_of(change, login_id).await? {
        Opening::Always => Err(MaintenanceRefusal::IsNone(login_id.clone()).into()),
        opening @ Opening::Within(_) => Ok(opening),
    }
}
