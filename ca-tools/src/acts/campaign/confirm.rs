//! An office's answers are confirmed, and what they say is done, in one change: who leaves is deleted, what is out of use is
//! retired, corrections and new IDs are received as applications, and what a step held is let go.

use certs::DeviceNo;
use registry::{LoginId, OfficeNo};
use serde_json::{Value as Json, json};

use super::super::application::receive;
use super::super::approval::renewed;
use super::super::change::Change;
use super::super::two::is_many;
use super::super::{By, Hand, Leaving, Writer};
use super::row_end::{RowsEnded, let_go};
use super::{CampaignAt, is_open};
use crate::application::{ApplicationNo, Channel};
use crate::campaign::{
    AnswerChannel, CampaignNo, CampaignRefusal, CampaignRow, OfficeSheet, RowAnswer, RowStanding, RowSubject,
    may_confirm,
};
use crate::proposal::Act;
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::outlook::Seen;

/// What the confirmation of an office's answers did, or would.
#[derive(Clone, Debug)]
pub struct OfficeConfirmed {
    /// Whose IDs are deleted, and what ended with each.
    pub left: Vec<(LoginId, Leaving)>,
    /// The devices that are out of use for good.
    pub retired: Vec<DeviceNo>,
    /// The serials of certificates that were revoked.
    pub certificates: Vec<String>,
    /// What a step had put on hold, and goes on now.
    pub resumed: Vec<RowSubject>,
    /// How many rows go on.
    pub continued: usize,
    /// The applications that came of what was written beside the answers.
    pub received: Vec<ApplicationNo>,
    /// The registry's version; 0 where nothing was done.
    pub version: u64,
}

impl OfficeConfirmed {
    /// For the event and for programs.
    #[must_use]
    pub fn json(&self) -> Json {
        let users: Vec<_> = self.left.iter().map(|(person, _)| person).collect();
        let received: Vec<_> = self.received.iter().map(ToString::to_string).collect();
        json!({
            "users": users, "devices": self.retired, "certificates_revoked": self.certificates,
            "resumed": self.resumed.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "continued": self.continued, "applications": received,
        })
    }

    /// What its event says.
    pub(in crate::acts) fn detail(&self, at: &CampaignAt) -> Json {
        let mut detail = self.json();
        detail["office"] = json!(at.office);
        detail["channel"] = at.channel.as_str().into();
        detail
    }
}

impl Writer {
    /// Confirms an office's answers: what they say is done.
    ///
    /// # Errors
    /// Something is left to answer; somebody stands for themselves alone; they are confirmed; the campaign is closed; one of
    /// the deletions or applications is refused; more would be deleted than one decides alone. Nothing is done then.
    pub async fn confirm_campaign(&self, by: &By, at: &CampaignAt) -> Result<OfficeConfirmed, Refusal> {
        let mut change = self.change(by, at.duty()).await?;
        let confirmed = confirmed(&mut change, at).await?;
        let detail = confirmed.detail(at);
        let version = change.commit("campaign.confirm", &at.campaign.to_string(), detail).await?;
        Ok(OfficeConfirmed { version, ..confirmed })
    }

    /// What [`Self::confirm_campaign`] would do. Nothing is changed.
    ///
    /// # Errors
    /// As [`Self::confirm_campaign`].
    pub async fn foresee_campaign_confirmation(&self, by: &By, at: &CampaignAt) -> Result<OfficeConfirmed, Refusal> {
        confirmed(&mut self.change(by, at.duty()).await?.foreseen(), at).await
    }
}

/// Does what an office's answers say, in a change under way.
pub(in crate::acts) async fn confirmed(change: &mut Change, at: &CampaignAt) -> Result<OfficeConfirmed, Refusal> {
    let (campaign, sheet) = at.found(change).await?;
    is_open(&campaign)?;
    let no = campaign.no;
    let _may = may_confirm(&sheet).map_err(|why| CampaignRefusal::Confirm(no, at.office.clone(), why))?;
    many_need_two(change, at, &sheet).await?;
    // Whoever asks for something still speaks for the office, also where their own ID goes with the answers.
    let hand = match at.channel {
        AnswerChannel::Web => Hand::Contact,
        AnswerChannel::File => Hand::Operator(Channel::Csv),
        AnswerChannel::Paper => Hand::Operator(Channel::Post),
    };
    let mut received = Vec::with_capacity(sheet.forms.len());
    for form in &sheet.forms {
        received.push(receive(change, &hand, form).await?.0.application);
    }
    let (mut ended, mut resumed, mut continued, mut go_on) = (RowsEnded::default(), Vec::new(), 0, Vec::new());
    let otherwise = held_otherwise(change, no).await?;
    for (row, stands) in sheet.standings() {
        match stands {
            RowStanding::Goes => ended.end(change, (no, &row.subject)).await?,
            RowStanding::Continues => {
                continued += 1;
                if let RowSubject::Device(device) = &row.subject {
                    go_on.push(*device);
                }
                if row.held.is_some() {
                    if !otherwise.contains(&row.subject.to_string()) && let_go(change, &row.subject).await? {
                        resumed.push(row.subject.clone());
                    }
                    rows::campaign::let_go(change, (no, &row.subject)).await?;
                }
            }
            RowStanding::Unanswered | RowStanding::OwnWordAlone | RowStanding::Ended | RowStanding::Gone => {}
        }
    }
    // By the office's word, and with the approver that each had.
    renewed(change, &go_on).await?;
    let numbers: Vec<_> = sheet.received.iter().cloned().chain(received.iter().map(ToString::to_string)).collect();
    let by = change.operator().clone();
    rows::campaign::confirm(change, (no, &at.office), (&by, &numbers)).await?;
    let RowsEnded { people: left, devices: retired, certificates } = ended;
    Ok(OfficeConfirmed { left, retired, certificates, resumed, continued, received, version: 0 })
}

/// More devices or IDs than one deletes at once are deleted by two of the city's: no contact alone takes so much away, in pieces
/// neither.
async fn many_need_two(change: &mut Change, at: &CampaignAt, sheet: &OfficeSheet) -> Result<(), Refusal> {
    let counts = |stands: RowStanding| match stands {
        RowStanding::Goes => true,
        RowStanding::Ended => at.channel == AnswerChannel::Web,
        RowStanding::Unanswered | RowStanding::OwnWordAlone | RowStanding::Continues | RowStanding::Gone => false,
    };
    let goes = || sheet.standings().filter(|(_, stands)| counts(*stands)).map(|(row, _)| &row.subject);
    let people = goes().filter(|subject| matches!(subject, RowSubject::Person(_))).count();
    let many = change.settings().many;
    if !is_many((goes().count() - people, people), many) {
        return Ok(());
    }
    let CampaignAt { campaign, office, channel } = at.clone();
    if channel == AnswerChannel::Web {
        return Err(CampaignRefusal::Many(office, many).into());
    }
    change.needs_two(&Act::CampaignConfirm { campaign, office, channel }).await.map(drop)
}

/// What the confirmation of an office's answers deletes, and how it stands.
pub(in crate::acts) async fn looks_at_deletions(
    change: &mut Change,
    no: CampaignNo,
    office: &OfficeNo,
) -> Result<Vec<Seen>, Refusal> {
    let sheet = rows::campaign::office_sheet(change, no, office).await?;
    let sheet = sheet.ok_or_else(|| CampaignRefusal::OtherOffice(no, office.clone()))?;
    let mut facts = rows::campaign::outlook_of(change, no).await?;
    let said = |row: &CampaignRow| row.answer.as_ref().is_some_and(|given| given.answer == RowAnswer::Delete);
    Ok(sheet.rows.iter().filter(|row| said(row)).filter_map(|row| facts.remove(&row.subject.to_string())).collect())
}

/// What somebody else put on hold after the step that holds rows of this campaign: that stays.
async fn held_otherwise(change: &mut Change, no: CampaignNo) -> Result<std::collections::BTreeSet<String>, Refusal> {
    let steps = rows::campaign::steps(change, no).await?;
    let last = steps.iter().filter(|step| super::step::holds(step)).map(|step| step.version).max();
    match last {
        None => Ok(std::collections::BTreeSet::new()),
        Some(version) => Ok(rows::campaign::held_otherwise(change, version).await?),
    }
}
