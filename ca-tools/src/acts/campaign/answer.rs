//! What an office says is kept. Nothing follows from it until it is confirmed.

use std::collections::BTreeMap;

use certs::Timestamp;
use registry::{LoginId, OfficeNo};
use serde_json::json;

use super::super::change::{Change, RequiredRole};
use super::super::{By, Writer};
use super::CampaignAt;
use crate::application::Form;
use crate::campaign::{
    AnswerChannel, AnsweredEarlier, CampaignAnswers, CampaignNo, CampaignRefusal, OfficeSheet, RowAnswer, RowStanding,
    RowSubject,
};
use crate::refusal::Refusal;
use crate::rows;
use crate::rows::campaign::{NewNote, OfficeAnswer};

/// So much of what comes in after the closing is kept of an office: enough to see what somebody meant.
const MOST_NOTES: i64 = 20;

/// What became of an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AnswerTaken {
    /// It is kept, and waits to be confirmed.
    Kept {
        /// The edition that it made: who answers on says they saw this one. 0 of many offices at once.
        edition: i64,
        /// How many rows nobody answered yet.
        unanswered: usize,
        /// The registry's version.
        version: u64,
    },
    /// The campaign was closed then: it is kept as a note, and nothing follows from it.
    Late {
        /// Counted in its office from 1; of many offices at once, how many notes were kept.
        note: i64,
        /// When it was closed.
        closed_at: Timestamp,
        /// The registry's version.
        version: u64,
    },
}

impl Writer {
    /// Keeps what an office says of its rows; those that are not named stay as they are. What was confirmed before waits to
    /// be confirmed again.
    ///
    /// # Errors
    /// Who answers for the web does not speak for the office; a row or a form is not of this office; a row is over; somebody
    /// else answered first ([`CampaignRefusal::Answered`], with what they said). Nothing is kept of it then.
    pub async fn answer_campaign(
        &self,
        by: &By,
        at: &CampaignAt,
        answers: &CampaignAnswers,
    ) -> Result<AnswerTaken, Refusal> {
        let mut change = self.change(by, at.duty()).await?;
        let (campaign, sheet) = at.found(&mut change).await?;
        if let Some(closed_at) = campaign.closed_at {
            let note = noted(&mut change, (at, &sheet), answers).await?;
            let detail = json!({ "office": at.office, "channel": at.channel.as_str(), "note": note });
            let version = change.commit("campaign.note", &campaign.no.to_string(), detail).await?;
            return Ok(AnswerTaken::Late { note, closed_at, version });
        }
        if says_nothing(answers) {
            let (edition, unanswered) = (sheet.edition, sheet.count(RowStanding::Unanswered));
            return Ok(AnswerTaken::Kept { edition, unanswered, version: (change.version() - 1).unsigned_abs() });
        }
        answered(&mut change, (at, &sheet), answers).await?;
        let after = at.found(&mut change).await?.1;
        let detail = json!({
            "office": at.office, "channel": at.channel.as_str(), "answered": answers.rows.len(),
            "said": said(answers).into_iter().collect::<BTreeMap<_, _>>(),
        });
        let version = change.commit("campaign.answer", &campaign.no.to_string(), detail).await?;
        Ok(AnswerTaken::Kept { edition: after.edition, unanswered: after.count(RowStanding::Unanswered), version })
    }

    /// The same of many offices, out of one file: all of it, or nothing.
    ///
    /// # Errors
    /// As [`Self::answer_campaign`], of the first that cannot be kept.
    pub async fn answer_campaign_of_many(
        &self,
        by: &By,
        no: CampaignNo,
        offices: &BTreeMap<OfficeNo, CampaignAnswers>,
    ) -> Result<AnswerTaken, Refusal> {
        let mut change = self.change(by, RequiredRole::Record).await?;
        let (mut rows, mut unanswered, mut late) = (0, 0, None);
        for (office, answers) in offices {
            let at = CampaignAt { campaign: no, office: office.clone(), channel: AnswerChannel::File };
            let (campaign, sheet) = at.found(&mut change).await?;
            if let Some(closed_at) = campaign.closed_at {
                noted(&mut change, (&at, &sheet), answers).await?;
                late = Some(closed_at);
                continue;
            }
            if !says_nothing(answers) {
                answered(&mut change, (&at, &sheet), answers).await?;
            }
            rows += answers.rows.len();
            unanswered += at.found(&mut change).await?.1.count(RowStanding::Unanswered);
        }
        let (named, channel) = (offices.keys().collect::<Vec<_>>(), AnswerChannel::File.as_str());
        if let Some(closed_at) = late {
            let detail = json!({ "office": named, "channel": channel });
            let version = change.commit("campaign.note", &no.to_string(), detail).await?;
            let note = i64::try_from(offices.len()).unwrap_or(i64::MAX);
            return Ok(AnswerTaken::Late { note, closed_at, version });
        }
        let detail = json!({ "offices": named, "channel": channel, "answered": rows });
        let version = change.commit("campaign.import", &no.to_string(), detail).await?;
        Ok(AnswerTaken::Kept { edition: 0, unanswered, version })
    }
}

/// A page that is sent with nothing filled in, a table with nothing written into it: nothing is changed by it.
fn says_nothing(answers: &CampaignAnswers) -> bool {
    answers.rows.is_empty() && answers.forms.is_none()
}

/// Writes it, where it can be.
pub(super) async fn answered(
    change: &mut Change,
    (at, sheet): (&CampaignAt, &OfficeSheet),
    answers: &CampaignAnswers,
) -> Result<(), Refusal> {
    not_overtaken(at, sheet, answers)?;
    for (subject, answer) in &answers.rows {
        may_answer(change, sheet, (subject, *answer)).await?;
    }
    of_this_office(at, answers.forms.as_deref().unwrap_or_default())?;
    let by = change.operator().clone();
    for (subject, answer) in &answers.rows {
        // What is said once more stays as it was said: who vouched for it still does.
        let stands = sheet.row(subject).and_then(|row| row.answer.as_ref()).map(|given| given.answer);
        if stands != *answer {
            let given = answer.map(|answer| (answer, &by, at.channel));
            rows::campaign::answer(change, (at.campaign, subject), given).await?;
        }
    }
    let forms = answers.forms.as_deref().unwrap_or(&sheet.forms);
    let answer = OfficeAnswer { office: &at.office, by: &by, channel: at.channel, forms };
    Ok(rows::campaign::write_answer(change, at.campaign, &answer).await?)
}

/// Where somebody else answered first, whoever comes later is shown what that one said.
fn not_overtaken(at: &CampaignAt, sheet: &OfficeSheet, answers: &CampaignAnswers) -> Result<(), CampaignRefusal> {
    let Some(earlier) = sheet.answered.clone().filter(|_| answers.seen != sheet.edition) else { return Ok(()) };
    let stands = |subject| sheet.row(subject).and_then(|row| row.answer.as_ref()).map(|given| given.answer);
    let others = answers.rows.iter().map(|(subject, wanted)| (subject, *wanted, stands(subject)));
    let rows = others.filter(|(_, wanted, is)| wanted != is).map(|(subject, _, is)| (subject.clone(), is)).collect();
    let earlier = AnsweredEarlier { earlier, rows };
    Err(CampaignRefusal::Answered(at.campaign, at.office.clone(), Box::new(earlier)))
}

async fn may_answer(
    change: &mut Change,
    sheet: &OfficeSheet,
    (subject, answer): (&RowSubject, Option<RowAnswer>),
) -> Result<(), Refusal> {
    let foreign = || CampaignRefusal::ForeignRow(sheet.office.clone(), subject.clone());
    let row = sheet.row(subject).ok_or_else(foreign)?;
    match row.stands(sheet.people()) {
        RowStanding::Ended | RowStanding::Gone => return Err(CampaignRefusal::RowOver(subject.clone()).into()),
        RowStanding::Unanswered | RowStanding::OwnWordAlone | RowStanding::Continues | RowStanding::Goes => {}
    }
    if let (RowSubject::Person(person), Some(RowAnswer::Delete)) = (subject, answer) {
        holds_no_roles(change, person).await?;
    }
    Ok(())
}

/// An operator is deleted by an act of its own, which two decide.
async fn holds_no_roles(change: &mut Change, person: &LoginId) -> Result<(), Refusal> {
    match rows::person::rank_of(change, person).await? {
        Some((_, rank)) if !rank.is_none() => Err(CampaignRefusal::HoldsRoles(person.clone()).into()),
        _ => Ok(()),
    }
}

/// Beside its answers an office corrects what is known of itself, and asks for IDs of its own: 様式2 and 様式1, nothing else.
fn of_this_office(at: &CampaignAt, forms: &[Form]) -> Result<(), CampaignRefusal> {
    let serves = |form: &Form| match form {
        Form::Ids(form) => form.deleted.is_empty(),
        Form::OfficeChange(_) => true,
        Form::FirstRegistration(_) | Form::OfficeNumber(_) | Form::Certificate(_) => false,
    };
    let fits = forms.iter().all(|form| serves(form) && *form.office() == at.office);
    if fits { Ok(()) } else { Err(CampaignRefusal::ForeignForm(at.office.clone())) }
}

async fn noted(
    change: &mut Change,
    (at, sheet): (&CampaignAt, &OfficeSheet),
    answers: &CampaignAnswers,
) -> Result<i64, Refusal> {
    for subject in answers.rows.keys() {
        if sheet.row(subject).is_none() {
            return Err(CampaignRefusal::ForeignRow(at.office.clone(), subject.clone()).into());
        }
    }
    let note = sheet.notes.last().map_or(0, |note| note.note) + 1;
    if note > MOST_NOTES {
        return Err(CampaignRefusal::TooManyNotes(MOST_NOTES).into());
    }
    let (by, said) = (change.operator().clone(), said(answers));
    let new = NewNote { office: &at.office, note, by: &by, channel: at.channel, said: &said };
    rows::campaign::add_note(change, at.campaign, &new).await?;
    Ok(note)
}

/// Each row with what is said of it, in the registry's words; nothing where an answer was taken back.
fn said(answers: &CampaignAnswers) -> Vec<(String, String)> {
    let word = |answer: &Option<RowAnswer>| answer.map(RowAnswer::as_str).unwrap_or_default().to_owned();
    answers.rows.iter().map(|(subject, answer)| (subject.to_string(), word(answer))).collect()
}
