//! Nobody stands for themselves alone: another person of the office, or the city, says that a contact who goes on is there.

use serde_json::json;

use super::super::change::RequiredRole;
use super::super::{By, Writer};
use super::CampaignAt;
use crate::campaign::{AnswerChannel, CampaignRefusal, RowStanding, RowSubject};
use crate::refusal::{ApplicationRefusal, Refusal};
use crate::rows;
use crate::rows::contact;

impl Writer {
    /// Somebody else stands for what a contact said of themselves: by [`AnswerChannel::Web`] any other person of that office
    /// who is in service, logged in with two factors; else an operator.
    ///
    /// # Errors
    /// They are of another office, or it is themselves; there is nothing to stand for; the campaign is closed.
    pub async fn vouch_in_campaign(&self, by: &By, at: &CampaignAt, subject: &RowSubject) -> Result<u64, Refusal> {
        let duty = if at.channel == AnswerChannel::Web { RequiredRole::Desk } else { RequiredRole::Record };
        let mut change = self.change(by, duty).await?;
        let person = change.operator().clone();
        change.running_campaign(at.campaign).await?;
        if at.channel == AnswerChannel::Web && !contact::serves(&mut change, &person, &at.office).await? {
            return Err(ApplicationRefusal::NotAContact(person, at.office.clone()).into());
        }
        if *subject == RowSubject::Person(person.clone()) {
            return Err(CampaignRefusal::OwnVoice(person).into());
        }
        let sheet = rows::campaign::office_sheet(&mut change, at.campaign, &at.office).await?;
        let sheet = sheet.ok_or_else(|| CampaignRefusal::OtherOffice(at.campaign, at.office.clone()))?;
        let foreign = || CampaignRefusal::ForeignRow(at.office.clone(), subject.clone());
        let row = sheet.row(subject).ok_or_else(foreign)?;
        if row.stands(sheet.people()) != RowStanding::OwnWordAlone {
            return Err(CampaignRefusal::NothingToVouch(subject.clone()).into());
        }
        rows::campaign::vouch(&mut change, (at.campaign, subject), &person).await?;
        let detail = json!({ "office": at.office, "user": subject.to_string(), "channel": at.channel.as_str() });
        change.commit("campaign.vouch", &at.campaign.to_string(), detail).await
    }
}
