//! 現況届: what each office is asked, what it said, and how far a campaign is.

use certs::Timestamp;
use registry::OfficeNo;

use super::Ledger;
use crate::application::Day;
use crate::campaign::{Campaign, CampaignNo, CampaignProgress, CampaignRefusal, CampaignStep, OfficeSheet};
use crate::refusal::{Refusal, Unavailable};
use crate::rows;

/// A campaign with what was done in it.
#[derive(Clone, Debug)]
pub struct CampaignView {
    /// Its number, its days, whether it is open.
    pub campaign: Campaign,
    /// What was done about those who did not answer, the earliest first.
    pub steps: Vec<CampaignStep>,
    /// The days on which offices were reminded.
    pub reminded: Vec<Day>,
}

impl Ledger {
    /// All campaigns, the latest first.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn campaigns(&self) -> Result<Vec<Campaign>, Unavailable> {
        rows::campaign::all(&mut self.read().await?).await
    }

    /// The one that is open; `None` while there is none.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn open_campaign(&self) -> Result<Option<Campaign>, Unavailable> {
        rows::campaign::open(&mut self.read().await?).await
    }

    /// One of them, with its steps.
    ///
    /// # Errors
    /// There is none of that number.
    pub async fn campaign(&self, no: CampaignNo) -> Result<CampaignView, Refusal> {
        let mut tx = self.read().await?;
        let campaign = rows::campaign::one(&mut tx, no).await?;
        let campaign = campaign.ok_or_else(|| CampaignRefusal::Unknown(no.to_string()))?;
        let steps = rows::campaign::steps(&mut tx, no).await?;
        let reminded = rows::campaign::reminded(&mut tx, no).await?;
        Ok(CampaignView { campaign, steps, reminded })
    }

    /// What one office is asked, and what it said. Reading it changes nothing.
    ///
    /// # Errors
    /// There is no such campaign, or the office is not in it.
    pub async fn campaign_office(&self, no: CampaignNo, office: &OfficeNo) -> Result<OfficeSheet, Refusal> {
        let mut tx = self.read().await?;
        if rows::campaign::one(&mut tx, no).await?.is_none() {
            return Err(CampaignRefusal::Unknown(no.to_string()).into());
        }
        let found = rows::campaign::office_sheet(&mut tx, no, office).await?;
        found.ok_or_else(|| CampaignRefusal::OtherOffice(no, office.clone()).into())
    }

    /// The same of every office of it, by number.
    ///
    /// # Errors
    /// There is no such campaign.
    pub async fn campaign_offices(&self, no: CampaignNo) -> Result<Vec<OfficeSheet>, Refusal> {
        let mut tx = self.read().await?;
        if rows::campaign::one(&mut tx, no).await?.is_none() {
            return Err(CampaignRefusal::Unknown(no.to_string()).into());
        }
        Ok(rows::campaign::office_sheets(&mut tx, no).await?)
    }

    /// How far it is, by office and by day.
    ///
    /// # Errors
    /// There is no such campaign.
    pub async fn campaign_progress(&self, no: CampaignNo, now: Timestamp) -> Result<CampaignProgress, Refusal> {
        let mut tx = self.read().await?;
        let campaign = rows::campaign::one(&mut tx, no).await?;
        let campaign = campaign.ok_or_else(|| CampaignRefusal::Unknown(no.to_string()))?;
        let sheets = rows::campaign::office_sheets(&mut tx, no).await?;
        Ok(CampaignProgress::of(&campaign, &sheets, now))
    }

    /// Every campaign in which this office was asked, the latest first, with what it said.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn campaigns_of_office(&self, office: &OfficeNo) -> Result<Vec<(Campaign, OfficeSheet)>, Unavailable> {
        let mut tx = self.read().await?;
        let mut found = Vec::new();
        for campaign in rows::campaign::all(&mut tx).await? {
            if let Some(sheet) = rows::campaign::office_sheet(&mut tx, campaign.no, office).await? {
                found.push((campaign, sheet));
            }
        }
        Ok(found)
    }
}
