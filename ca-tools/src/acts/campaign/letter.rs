//! Letters of a campaign: one an office, to its contact, about the rows that are named and no others.

use registry::OfficeNo;

use super::super::change::Change;
use super::super::mail::Delivery;
use crate::campaign::{Campaign, CampaignRow, OfficeSheet, RowSubject};
use crate::letters::{Letter, OfficeFacts, Unanswered};
use crate::refusal::{Kind, Refusal};
use crate::rows;

/// An office that has no mail address: the city tells it another way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WithoutMail {
    /// Its number.
    pub office: OfficeNo,
    /// Its name when the campaign was opened.
    pub called: String,
}

/// Who was written to.
#[derive(Clone, Debug, Default)]
pub(super) struct CampaignLetters {
    pub(super) letters: usize,
    pub(super) without_mail: Vec<WithoutMail>,
}

/// What a letter of a campaign tells.
#[derive(Clone, Copy, Debug)]
pub(super) enum CampaignNews {
    /// Something is left to answer, until that day.
    Due,
    /// What follows of it, or was taken back.
    Unanswered(Unanswered),
}

impl CampaignLetters {
    /// One letter more, about these rows; none where there is none.
    pub(super) async fn about(
        &mut self,
        change: &mut Change,
        (campaign, sheet): (&Campaign, &OfficeSheet),
        (told, rows): (CampaignNews, &[&CampaignRow]),
    ) -> Result<(), Refusal> {
        if rows.is_empty() {
            return Ok(());
        }
        let contact = rows::office::contact(change, &sheet.office).await?;
        let contact = contact.ok_or_else(|| Refusal::Unknown(Kind::Office, sheet.office.to_string()))?;
        let office = OfficeFacts { number: sheet.office.to_string(), name: contact.office, contact: contact.contact };
        let people = named(rows, |subject| matches!(subject, RowSubject::Person(_)));
        let devices = named(rows, |subject| matches!(subject, RowSubject::Device(_)));
        let letter = match told {
            CampaignNews::Due => {
                Letter::StatusReportDue { office, due: campaign.dates.due.last_second().unix(), people, devices }
            }
            CampaignNews::Unanswered(what) => Letter::StatusReportUnanswered { office, what, people, devices },
        };
        match change.mail((&contact.mail, sheet.office.as_str()), &letter).await? {
            Delivery::ByMail => self.letters += 1,
            Delivery::NoAddress => {
                let without = WithoutMail { office: sheet.office.clone(), called: sheet.called.clone() };
                self.without_mail.push(without);
            }
        }
        Ok(())
    }
}

/// So many of each are named; the others are counted, and stand on the page.
const NAMED: usize = 200;

fn named(rows: &[&CampaignRow], of: fn(&RowSubject) -> bool) -> Vec<String> {
    let of_kind = || rows.iter().filter(|row| of(&row.subject));
    let mut named: Vec<_> = of_kind().take(NAMED).map(|row| format!("{}（{}）", row.called, row.subject)).collect();
    let more = of_kind().count().saturating_sub(NAMED);
    if more > 0 {
        named.push(format!("ほか{more}件"));
    }
    named
}
