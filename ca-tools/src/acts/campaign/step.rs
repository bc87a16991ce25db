//! A step against what nobody answered: each a frozen list that one proposes and another approves.
//!
//! A row that was answered since it was frozen is another row: the proposal is void, and nobody who answered is touched.

use std::collections::BTreeSet;

use certs::Timestamp;
use serde_json::{Value as Json, json};

use super::super::change::{Change, RequiredRole};
use super::super::proposal::Proposed;
use super::super::{By, Writer};
use super::letter::{CampaignLetters, CampaignNews};
use super::row_end::{RowsEnded, held};
use crate::application::Day;
use crate::campaign::{
    Campaign, CampaignNo, CampaignRefusal, CampaignRow, CampaignStep, DELETED_AFTER, OfficeSheet, RowSubject, StepKind,
    StepState,
};
use crate::letters::Unanswered;
use crate::proposal::{Act, Touched};
use crate::refusal::{Kind, Refusal};
use crate::rows;
use crate::rows::outlook::Seen;

impl Writer {
    /// The step as it would be taken now: against whom. Nothing is changed.
    ///
    /// # Errors
    /// It cannot be taken now ([`CampaignRefusal::Step`]); nothing is left unanswered.
    pub async fn campaign_step(&self, by: &By, no: CampaignNo, step: StepKind) -> Result<Act, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        frozen(&mut change, (no, step)).await
    }

    /// Proposes a step to those who could approve it; done when one of them does.
    ///
    /// # Errors
    /// As [`Self::campaign_step`]; nobody says why.
    pub async fn propose_campaign_step(&self, by: &By, no: CampaignNo, step: StepKind) -> Result<Proposed, Refusal> {
        let act = self.campaign_step(by, no, step).await?;
        self.propose(by, &act).await
    }

    /// Takes a step alone, where there is nobody else who could approve it, or one custodian breaks the glass.
    ///
    /// # Errors
    /// As [`Self::campaign_step`]; there is somebody who could approve it.
    pub async fn take_campaign_step(&self, by: &By, no: CampaignNo, step: StepKind) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let act = frozen(&mut change, (no, step)).await?;
        change.needs_two(&act).await?;
        let Act::CampaignStep { list, .. } = &act else { return Err(CampaignRefusal::NothingLeft(no).into()) };
        change.goes_through();
        let (action, detail) = takes_step(&mut change, (no, step), list).await?;
        change.commit(action, &no.to_string(), detail).await
    }

    /// Deletes what was decided to be deleted a day ago, and nobody took back; how many. By the clock.
    ///
    /// # Errors
    /// The registry does not answer; what was deleted before stays so.
    pub async fn carry_out_campaign_steps(&self, now: Timestamp) -> Result<usize, Refusal> {
        let waits = |steps: &[CampaignStep]| steps.iter().find(|step| step.is_due(now)).cloned();
        let Some(campaign) = rows::campaign::open(&mut self.read().await?).await? else { return Ok(0) };
        if waits(&rows::campaign::steps(&mut self.read().await?, campaign.no).await?).is_none() {
            return Ok(0);
        }
        let mut change = self.change(&By::desk(now)?, RequiredRole::Desk).await?;
        let campaign = change.campaign(campaign.no).await?;
        let steps = rows::campaign::steps(&mut change, campaign.no).await?;
        let Some(step) = waits(&steps) else { return Ok(0) };
        let (ended, letters) = deleted(&mut change, &campaign, &step).await?;
        rows::campaign::write_step_state(&mut change, (campaign.no, step.number), (StepState::Done, None)).await?;
        let people: Vec<_> = ended.people.iter().map(|(person, _)| person).collect();
        let count = ended.people.len() + ended.devices.len();
        let detail = json!({
            "step": step.number, "users": people, "devices": ended.devices,
            "certificates_revoked": ended.certificates.len(), "letters": letters, "count": count,
        });
        change.commit("campaign.deleted", &campaign.no.to_string(), detail).await?;
        Ok(count)
    }
}

/// Whether a step holds rows, and stands.
pub(super) fn holds(step: &CampaignStep) -> bool {
    step.step == StepKind::Suspend && step.state == StepState::Done
}

/// What a step would touch now.
async fn frozen(change: &mut Change, (no, step): (CampaignNo, StepKind)) -> Result<Act, Refusal> {
    let campaign = change.running_campaign(no).await?;
    let taken = rows::campaign::steps(change, no).await?;
    campaign.may_step(step, &taken, change.at()).map_err(|why| CampaignRefusal::Step(no, why))?;
    let list = touched(change, (no, step)).await?;
    if list.is_empty() {
        return Err(CampaignRefusal::NothingLeft(no).into());
    }
    Ok(Act::CampaignStep { campaign: no, step, list })
}

/// The offices that are warned, or the IDs and devices that are stopped or deleted. Who holds roles is ended by acts of
/// their own, and is on none of these.
async fn touched(change: &mut Change, (no, step): (CampaignNo, StepKind)) -> Result<Vec<String>, Refusal> {
    let sheets = rows::campaign::office_sheets(change, no).await?;
    if step == StepKind::Warn {
        let open = sheets.iter().filter(|sheet| sheet.faces_a_step().next().is_some());
        return Ok(open.map(|sheet| sheet.office.to_string()).collect());
    }
    let facts = rows::campaign::outlook_of(change, no).await?;
    let is = |row: &CampaignRow, field: &str| {
        facts.get(&row.subject.to_string()).and_then(|seen| seen.facts.get(field)).cloned().unwrap_or_default()
    };
    let wanted = |row: &&CampaignRow| {
        let suspended = is(row, "state") == "suspended";
        let fits = if step == StepKind::Delete { suspended && row.held.is_some() } else { !suspended };
        fits && is(row, "roles").is_empty()
    };
    Ok(sheets.iter().flat_map(OfficeSheet::faces_a_step).filter(wanted).map(|row| row.subject.to_string()).collect())
}

/// Whom a step touches, and what holds of them: an office by how much it has not answered, a row by its answer and by how
/// its ID or device stands.
pub(in crate::acts) async fn looks_at_step(
    change: &mut Change,
    (no, step): (CampaignNo, StepKind),
    list: &[String],
) -> Result<Vec<Seen>, Refusal> {
    let mut facts = if step == StepKind::Warn {
        let sheets = rows::campaign::office_sheets(change, no).await?;
        let seen = |sheet: &OfficeSheet| {
            let id = sheet.office.to_string();
            let open = sheet.faces_a_step().map(|row| row.subject.to_string()).collect::<Vec<_>>().join(" ");
            let touched = Touched { id: id.clone(), name: sheet.called.clone() };
            (id, Seen { touched, facts: [("unanswered".to_owned(), open)].into() })
        };
        sheets.iter().map(seen).collect()
    } else {
        rows::campaign::outlook_of(change, no).await?
    };
    let unknown = |id: &String| Refusal::Unknown(Kind::SystemUser, id.clone());
    list.iter().map(|id| facts.remove(id).ok_or_else(|| unknown(id))).collect()
}

/// Takes the step in a change that was let through; the event's action, and what it says.
pub(in crate::acts) async fn takes_step(
    change: &mut Change,
    (no, step): (CampaignNo, StepKind),
    list: &[String],
) -> Result<(&'static str, Json), Refusal> {
    let campaign = change.running_campaign(no).await?;
    let before = rows::campaign::steps(change, no).await?;
    campaign.may_step(step, &before, change.at()).map_err(|why| CampaignRefusal::Step(no, why))?;
    let number = rows::campaign::next_step_number(change, no).await?;
    let sheets = rows::campaign::office_sheets(change, no).await?;
    let listed: BTreeSet<_> = list.iter().map(String::as_str).collect();
    let begins = |day: Option<Day>| day.map(|day| day.begins().unix());
    let mut written = CampaignLetters::default();
    let mut touches = Vec::with_capacity(list.len());
    for sheet in &sheets {
        let of_office = listed.contains(sheet.office.as_str());
        let rows = sheet.faces_a_step();
        let rows: Vec<_> = match step {
            StepKind::Warn => rows.filter(|_| of_office).collect(),
            StepKind::Suspend | StepKind::Delete => {
                rows.filter(|row| listed.contains(row.subject.to_string().as_str())).collect()
            }
        };
        match step {
            StepKind::Warn => {
                let what = Unanswered::Warned { suspend_on: begins(campaign.dates.suspend_on) };
                written.about(change, (&campaign, sheet), (CampaignNews::Unanswered(what), &rows)).await?;
                touches.extend((!rows.is_empty()).then(|| sheet.office.to_string()));
            }
            StepKind::Suspend => {
                let mut stopped = Vec::with_capacity(rows.len());
                for row in rows {
                    if held(change, &row.subject).await? {
                        rows::campaign::hold(change, (no, &row.subject), number).await?;
                        stopped.push(row);
                    }
                }
                let what = Unanswered::OnHold { delete_on: begins(campaign.dates.delete_on) };
                written.about(change, (&campaign, sheet), (CampaignNews::Unanswered(what), &stopped)).await?;
                touches.extend(stopped.iter().map(|row| row.subject.to_string()));
            }
            StepKind::Delete => touches.extend(rows.iter().map(|row| row.subject.to_string())),
        }
    }
    let waits = step == StepKind::Delete;
    let taken = CampaignStep {
        number,
        step,
        state: if waits { StepState::Waiting } else { StepState::Done },
        touches,
        taken_by: change.operator().clone(),
        taken_at: change.at(),
        until: waits.then(|| change.at().plus(DELETED_AFTER)),
        undone: None,
        version: change.version(),
    };
    rows::campaign::write_step(change, no, &taken).await?;
    let mut detail = json!({ "step": number, "count": taken.touches.len(), "letters": written.letters });
    let (field, action) = match step {
        StepKind::Warn => ("offices", "campaign.warn"),
        StepKind::Suspend => ("stopped", "campaign.suspend"),
        StepKind::Delete => ("to_delete", "campaign.delete"),
    };
    detail[field] = json!(taken.touches);
    if let Some(until) = taken.until {
        detail["until"] = until.unix().into();
    }
    Ok((action, detail))
}

/// What is still as it was decided goes: on hold for it, and not answered since.
async fn deleted(change: &mut Change, campaign: &Campaign, step: &CampaignStep) -> Result<(RowsEnded, usize), Refusal> {
    let listed: BTreeSet<_> = step.touches.iter().map(String::as_str).collect();
    let now: BTreeSet<_> = touched(change, (campaign.no, StepKind::Delete)).await?.into_iter().collect();
    let goes = |subject: &RowSubject| {
        let id = subject.to_string();
        listed.contains(id.as_str()) && now.contains(&id)
    };
    let (mut ended, mut written) = (RowsEnded::default(), CampaignLetters::default());
    for sheet in rows::campaign::office_sheets(change, campaign.no).await? {
        let rows: Vec<_> = sheet.rows.iter().filter(|row| goes(&row.subject)).collect();
        for row in &rows {
            ended.end(change, (campaign.no, &row.subject)).await?;
        }
        written.about(change, (campaign, &sheet), (CampaignNews::Unanswered(Unanswered::Deleted), &rows)).await?;
    }
    Ok((ended, written.letters))
}
