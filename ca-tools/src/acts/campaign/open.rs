//! A campaign is opened and closed.

use serde_json::json;

use super::super::change::{Change, RequiredRole};
use super::super::{By, Writer};
use super::letter::{CampaignLetters, CampaignNews, WithoutMail};
use crate::campaign::{
    Campaign, CampaignDates, CampaignNo, CampaignRefusal, CampaignRow, OfficeSheet, RowSubject, StepState,
};
use crate::refusal::Refusal;
use crate::rows;

/// A campaign that was opened, or would be.
#[derive(Clone, Debug)]
pub struct CampaignOpened {
    /// It.
    pub campaign: Campaign,
    /// How many offices are asked.
    pub offices: usize,
    /// Of how many IDs.
    pub people: usize,
    /// Of how many devices.
    pub devices: usize,
    /// How many contacts are written to.
    pub letters: usize,
    /// Who has no mail address: they get paper.
    pub without_mail: Vec<WithoutMail>,
    /// The registry's version.
    pub version: u64,
}

impl Writer {
    /// Opens a campaign: freezes the IDs and the devices in service of every office that is not over, with what is known of
    /// their use, and writes to each contact.
    ///
    /// # Errors
    /// One is open; the days cannot be; who opens it may not approve; no office has anything to answer.
    pub async fn open_campaign(&self, by: &By, dates: &CampaignDates) -> Result<CampaignOpened, Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        let opened = opened(&mut change, dates).await?;
        let detail = json!({
            "offices_asked": opened.offices, "ids": opened.people, "devices_asked": opened.devices,
            "letters": opened.letters, "due": opened.campaign.dates.due.to_string(),
        });
        let version = change.commit("campaign.open", &opened.campaign.no.to_string(), detail).await?;
        Ok(CampaignOpened { version, ..opened })
    }

    /// What [`Self::open_campaign`] would ask. Nothing is changed.
    ///
    /// # Errors
    /// As [`Self::open_campaign`].
    pub async fn foresee_campaign(&self, by: &By, dates: &CampaignDates) -> Result<CampaignOpened, Refusal> {
        opened(&mut self.change(by, RequiredRole::Approve).await?, dates).await
    }

    /// Closes a campaign. What is on hold stays so; what comes in later is kept as a note.
    ///
    /// # Errors
    /// There is none of that number, or it is closed; a deletion waits for its time.
    pub async fn close_campaign(&self, by: &By, no: CampaignNo) -> Result<u64, Refusal> {
        let mut change = self.change(by, RequiredRole::Approve).await?;
        change.running_campaign(no).await?;
        let steps = rows::campaign::steps(&mut change, no).await?;
        if let Some(until) = steps.iter().filter(|step| step.state == StepState::Waiting).find_map(|step| step.until) {
            return Err(CampaignRefusal::StepWaits(no, until).into());
        }
        let sheets = rows::campaign::office_sheets(&mut change, no).await?;
        let confirmed = sheets.iter().filter(|sheet| sheet.confirmed.is_some()).count();
        let operator = change.operator().to_string();
        rows::campaign::close(&mut change, no, &operator).await?;
        let detail = json!({ "confirmed": confirmed, "offices_asked": sheets.len() });
        change.commit("campaign.close", &no.to_string(), detail).await
    }
}

async fn opened(change: &mut Change, dates: &CampaignDates) -> Result<CampaignOpened, Refusal> {
    if let Some(open) = rows::campaign::open(change).await? {
        return Err(CampaignRefusal::Open(open.no).into());
    }
    let now = change.at();
    let dates = dates.clone().judged(now).map_err(CampaignRefusal::Dates)?;
    let no = rows::campaign::next_number(change, now).await?;
    let opened_by = change.operator().clone();
    let campaign = Campaign { no, opened_at: now, opened_by, dates, closed_at: None };
    rows::campaign::write(change, &campaign).await?;
    if rows::campaign::freeze(change, no).await? == 0 {
        return Err(CampaignRefusal::NothingLeft(no).into());
    }
    let sheets = rows::campaign::office_sheets(change, no).await?;
    let mut written = CampaignLetters::default();
    for sheet in &sheets {
        let rows: Vec<_> = sheet.rows.iter().collect();
        written.about(change, (&campaign, sheet), (CampaignNews::Due, &rows)).await?;
    }
    let count = |of: fn(&RowSubject) -> bool| rows_of(&sheets).filter(|row| of(&row.subject)).count();
    Ok(CampaignOpened {
        offices: sheets.len(),
        people: count(|subject| matches!(subject, RowSubject::Person(_))),
        devices: count(|subject| matches!(subject, RowSubject::Device(_))),
        campaign,
        letters: written.letters,
        without_mail: written.without_mail,
        version: 0,
    })
}

fn rows_of(sheets: &[OfficeSheet]) -> impl Iterator<Item = &CampaignRow> {
    sheets.iter().flat_map(|sheet| &sheet.rows)
}
