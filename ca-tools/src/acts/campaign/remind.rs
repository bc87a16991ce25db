//! Whoever has something left to answer is written to once more: on the city's days, by the clock, and when an operator asks.

use certs::Timestamp;
use serde_json::json;

use super::super::change::{Change, RequiredRole};
use super::super::{By, Writer};
use super::letter::{CampaignLetters, CampaignNews, WithoutMail};
use crate::application::Day;
use crate::campaign::{Campaign, CampaignNo, CampaignRefusal};
use crate::refusal::Refusal;
use crate::rows;

/// Who was reminded.
#[derive(Clone, Debug)]
pub struct CampaignReminded {
    /// How many contacts are written to.
    pub letters: usize,
    /// Who has something left to answer and no mail address.
    pub without_mail: Vec<WithoutMail>,
    /// The registry's version.
    pub version: u64,
}

impl Writer {
    /// Writes to the contact of each office that has a row left that nobody answered, about those rows; once a day.
    ///
    /// # Errors
    /// There is none of that number, or it is closed; its last day has passed; all is answered; they were reminded today.
    pub async fn remind_campaign(&self, by: &By, no: CampaignNo) -> Result<CampaignReminded, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let campaign = change.running_campaign(no).await?;
        let today = Day::of(change.at());
        if today > campaign.dates.due {
            return Err(CampaignRefusal::Due(no, campaign.dates.due).into());
        }
        if rows::campaign::reminded(&mut change, no).await?.contains(&today) {
            return Err(CampaignRefusal::RemindedToday(no).into());
        }
        let written = reminded(&mut change, &campaign).await?;
        if written.letters == 0 && written.without_mail.is_empty() {
            return Err(CampaignRefusal::NothingLeft(no).into());
        }
        rows::campaign::write_reminder(&mut change, no, (today, written.letters)).await?;
        let detail = json!({ "letters": written.letters, "day": today.to_string() });
        let version = change.commit("campaign.remind", &no.to_string(), detail).await?;
        Ok(CampaignReminded { letters: written.letters, without_mail: written.without_mail, version })
    }

    /// The same by the clock, where a day of the city's has come for which nobody was reminded; how many letters. Of several
    /// that were missed, one goes out.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn remind_of_campaigns(&self, now: Timestamp) -> Result<usize, Refusal> {
        let Some(campaign) = rows::campaign::open(&mut self.read().await?).await? else { return Ok(0) };
        let told = rows::campaign::reminded(&mut self.read().await?, campaign.no).await?;
        if due(&campaign, &told, now).is_none() {
            return Ok(0);
        }
        // Asked again under the lock: another desk may have been quicker.
        let mut change = self.change(&By::desk(now)?, RequiredRole::Desk).await?;
        let told = rows::campaign::reminded(&mut change, campaign.no).await?;
        let campaign = change.campaign(campaign.no).await?;
        let Some(day) = due(&campaign, &told, now).filter(|_| campaign.closed_at.is_none()) else { return Ok(0) };
        let written = reminded(&mut change, &campaign).await?;
        rows::campaign::write_reminder(&mut change, campaign.no, (day, written.letters)).await?;
        let detail = json!({ "letters": written.letters, "day": day.to_string() });
        change.commit("campaign.remind", &campaign.no.to_string(), detail).await?;
        Ok(written.letters)
    }
}

/// The latest of the city's days that has come, where nobody was reminded on it or since, and there is time to answer.
fn due(campaign: &Campaign, told: &[Day], now: Timestamp) -> Option<Day> {
    let today = Day::of(now);
    let day = campaign.dates.reminders.iter().copied().filter(|day| *day <= today).max()?;
    let in_time = today <= campaign.dates.due;
    (in_time && !told.iter().any(|one| *one >= day)).then_some(day)
}

async fn reminded(change: &mut Change, campaign: &Campaign) -> Result<CampaignLetters, Refusal> {
    let sheets = rows::campaign::office_sheets(change, campaign.no).await?;
    let mut written = CampaignLetters::default();
    for sheet in &sheets {
        let open: Vec<_> = sheet.standings().filter(|(_, stands)| stands.is_open()).map(|(row, _)| row).collect();
        written.about(change, (campaign, sheet), (CampaignNews::Due, &open)).await?;
    }
    Ok(written)
}
