//! 現況届: what is written of a campaign. The console, the office's own page, commands and the desk's clock call these, and
//! nothing else writes of it.
//!
//! ```text
//! open_campaign       freezes each office's IDs and devices with their evidence, and writes to their contacts
//! answer_campaign     keeps what an office says of its rows: Web by its contact, File and Paper by an operator
//! vouch_in_campaign   another stands for what a contact says of themselves
//! confirm_campaign    what the answers say is done: deletions, applications of corrections and new IDs, holds lifted
//! remind_campaign     writes once more to whom something is left to answer; by the clock on the city's days
//! propose_campaign_step, take_campaign_step, undo_campaign_step      warn, suspend, delete
//! close_campaign      what comes later is kept as a note
//! ```
//! Opening a page calls none of these: reading is `ledger::campaign`'s.

mod answer;
mod confirm;
mod letter;
mod open;
mod remind;
mod row_end;
mod step;
mod undo;
mod vouch;

pub use answer::AnswerTaken;
pub use confirm::OfficeConfirmed;
pub(super) use confirm::{confirmed, looks_at_deletions};
pub use letter::WithoutMail;
pub use open::CampaignOpened;
pub use remind::CampaignReminded;
pub(super) use step::{looks_at_step, takes_step};
pub use undo::StepUndone;

use registry::OfficeNo;

use super::change::{Change, RequiredRole};
use super::office_contact::speaks_for;
use crate::campaign::{AnswerChannel, Campaign, CampaignNo, CampaignRefusal, OfficeSheet};
use crate::refusal::Refusal;
use crate::rows;

/// Which office's answers in which campaign, and how they come.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignAt {
    /// The campaign.
    pub campaign: CampaignNo,
    /// The office.
    pub office: OfficeNo,
    /// [`AnswerChannel::Web`]: whoever makes the change is the office's contact, logged in with two factors. Else they are
    /// an operator.
    pub channel: AnswerChannel,
}

impl CampaignAt {
    fn duty(&self) -> RequiredRole {
        match self.channel {
            AnswerChannel::Web => RequiredRole::Desk,
            AnswerChannel::File | AnswerChannel::Paper => RequiredRole::Record,
        }
    }

    /// What is there now; whoever is not an operator speaks for the office.
    async fn found(&self, change: &mut Change) -> Result<(Campaign, OfficeSheet), Refusal> {
        if self.channel == AnswerChannel::Web {
            let person = change.operator().clone();
            speaks_for(change, &person, &self.office).await?;
        }
        let campaign = change.campaign(self.campaign).await?;
        let sheet = rows::campaign::office_sheet(change, self.campaign, &self.office).await?;
        let sheet = sheet.ok_or_else(|| CampaignRefusal::OtherOffice(self.campaign, self.office.clone()))?;
        Ok((campaign, sheet))
    }
}

impl Change {
    /// This campaign.
    ///
    /// # Errors
    /// There is none of that number.
    async fn campaign(&mut self, no: CampaignNo) -> Result<Campaign, Refusal> {
        let found = rows::campaign::one(self, no).await?;
        Ok(found.ok_or_else(|| CampaignRefusal::Unknown(no.to_string()))?)
    }

    /// The same, where it is open.
    async fn running_campaign(&mut self, no: CampaignNo) -> Result<Campaign, Refusal> {
        let campaign = self.campaign(no).await?;
        is_open(&campaign)?;
        Ok(campaign)
    }
}

fn is_open(campaign: &Campaign) -> Result<(), CampaignRefusal> {
    match campaign.closed_at {
        None => Ok(()),
        Some(at) => Err(CampaignRefusal::Closed(campaign.no, at)),
    }
}
