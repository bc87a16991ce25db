//! The last step is undone: as long as nobody took the next, and, of a deletion, until its day has passed. A deleted ID never
//! comes back; what there is then is an application for a new one.
//!
//! Letters that nobody has begun to carry are withdrawn, and whoever was reached is told that it was taken back. Of a hold
//! exactly what the step stopped goes on, but for what somebody stopped for another reason since.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::change::{Change, RequiredRole};
use super::super::{By, Writer};
use super::letter::{CampaignLetters, CampaignNews};
use super::row_end::let_go;
use crate::campaign::{Campaign, CampaignNo, CampaignRefusal, CampaignRow, CampaignStep, StepKind, StepState};
use crate::letters::Unanswered;
use crate::refusal::Refusal;
use crate::rows;

/// A step that was undone.
#[derive(Clone, Debug)]
pub struct StepUndone {
    /// Which.
    pub step: StepKind,
    /// Its number.
    pub number: i64,
    /// The IDs and devices that go on again.
    pub resumed: Vec<String>,
    /// Those that stay on hold: somebody stopped them for another reason since, or they are over.
    pub left: Vec<String>,
    /// How many letters were withdrawn before anybody carried them.
    pub withdrawn: u64,
    /// How many letters tell that it was taken back.
    pub letters: usize,
    /// The registry's version.
    pub version: u64,
}

impl Writer {
    /// Undoes the last step of a campaign that stands.
    ///
    /// # Errors
    /// None stands; the last one deleted, and its time has passed; the campaign is closed; nobody says why.
    pub async fn undo_campaign_step(&self, by: &By, no: CampaignNo) -> Result<StepUndone, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        change.why()?;
        let campaign = change.running_campaign(no).await?;
        let steps = rows::campaign::steps(&mut change, no).await?;
        let last = steps.into_iter().rev().find(|step| step.state != StepState::Undone);
        let last = last.ok_or(CampaignRefusal::Undone(no, None))?;
        if last.step == StepKind::Delete && (last.state == StepState::Done || last.is_due(change.at())) {
            return Err(CampaignRefusal::Undone(no, Some(StepKind::Delete)).into());
        }
        let mut undone = StepUndone {
            step: last.step,
            number: last.number,
            resumed: Vec::new(),
            left: Vec::new(),
            withdrawn: 0,
            letters: 0,
            version: 0,
        };
        match last.step {
            StepKind::Warn => unwarned(&mut change, (&campaign, &last), &mut undone).await?,
            StepKind::Suspend => unheld(&mut change, (&campaign, &last), &mut undone).await?,
            StepKind::Delete => {}
        }
        let operator = change.operator().to_string();
        let state = (StepState::Undone, Some(operator.as_str()));
        rows::campaign::write_step_state(&mut change, (no, last.number), state).await?;
        let detail = json!({
            "step": last.number, "undone": last.step.as_str(), "count": undone.resumed.len(), "resumed": undone.resumed,
            "left": undone.left, "letters": undone.letters, "letters_withdrawn": undone.withdrawn,
        });
        let version = change.commit("campaign.undo", &no.to_string(), detail).await?;
        Ok(StepUndone { version, ..undone })
    }
}

/// The step's letters that nobody has begun to carry are withdrawn; to which offices they were.
async fn withdrawn(
    change: &mut Change,
    step: &CampaignStep,
    undone: &mut StepUndone,
) -> Result<BTreeSet<String>, Refusal> {
    let withdrawn = rows::undo::withdraw_letters_to(change, step.version).await?;
    undone.withdrawn = u64::try_from(withdrawn.len()).unwrap_or(u64::MAX);
    Ok(withdrawn)
}

/// Whoever's letter has left is told that it was a mistake.
async fn unwarned(
    change: &mut Change,
    (campaign, step): (&Campaign, &CampaignStep),
    undone: &mut StepUndone,
) -> Result<(), Refusal> {
    let withdrawn = withdrawn(change, step, undone).await?;
    let mut written = CampaignLetters::default();
    for sheet in rows::campaign::office_sheets(change, campaign.no).await? {
        let office = sheet.office.to_string();
        if step.touches.contains(&office) && !withdrawn.contains(&office) {
            let rows: Vec<&CampaignRow> = sheet.rows.iter().filter(|row| row.is_there).collect();
            let told = CampaignNews::Unanswered(Unanswered::WarningTakenBack);
            written.about(change, (campaign, &sheet), (told, &rows)).await?;
        }
    }
    undone.letters = written.letters;
    Ok(())
}

/// Exactly what the step stopped goes on again.
async fn unheld(
    change: &mut Change,
    (campaign, step): (&Campaign, &CampaignStep),
    undone: &mut StepUndone,
) -> Result<(), Refusal> {
    let withdrawn = withdrawn(change, step, undone).await?;
    let otherwise = rows::campaign::held_otherwise(change, step.version).await?;
    let mut written = CampaignLetters::default();
    for sheet in rows::campaign::office_sheets(change, campaign.no).await? {
        let mut resumed = Vec::new();
        for row in sheet.rows.iter().filter(|row| row.held == Some(step.number)) {
            let id = row.subject.to_string();
            if row.is_there && !otherwise.contains(&id) && let_go(change, &row.subject).await? {
                undone.resumed.push(id);
                resumed.push(row);
            } else {
                undone.left.push(id);
            }
            rows::campaign::let_go(change, (campaign.no, &row.subject)).await?;
        }
        // Whoever was never told of a hold is not told of its end.
        if withdrawn.contains(sheet.office.as_str()) {
            continue;
        }
        let told = CampaignNews::Unanswered(Unanswered::HoldTakenBack);
        written.about(change, (campaign, &sheet), (told, &resumed)).await?;
    }
    undone.letters = written.letters;
    Ok(())
}
