//! What an office has said so far, and whether it may be confirmed.

use certs::Timestamp;
use registry::{LoginId, OfficeNo};

use super::{AnswerChannel, CampaignNo, CampaignRow, RowStanding, RowSubject};
use crate::application::Form;

/// Who wrote answers last.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AnsweredBy {
    /// Who.
    pub by: LoginId,
    /// When.
    pub at: Timestamp,
    /// How they came.
    pub channel: AnswerChannel,
}

/// What came in after the campaign was closed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignNote {
    /// Counted in its office from 1.
    pub note: i64,
    /// By whom, when, how.
    pub noted: AnsweredBy,
    /// What it said: each row, in the registry's words.
    pub said: Vec<(String, String)>,
}

/// One office's answers: what its page, its table and its paper show.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OfficeSheet {
    /// Of which campaign.
    pub campaign: CampaignNo,
    /// Of which office.
    pub office: OfficeNo,
    /// Its name when the campaign was opened.
    pub called: String,
    /// Whether the city's operators are of it. It is asked as every office is, and no step is taken against it: nobody would
    /// be let in who could take that back.
    pub keeps_house: bool,
    /// How often answers of it were written; goes into [`super::CampaignAnswers::seen`].
    pub edition: i64,
    /// Who wrote answers last; `None`: nobody did.
    pub answered: Option<AnsweredBy>,
    /// Corrections and new IDs that were written beside the answers.
    pub forms: Vec<Form>,
    /// Who confirmed them, and when.
    pub confirmed: Option<(LoginId, Timestamp)>,
    /// The applications that came of its forms.
    pub received: Vec<String>,
    /// People first, then devices, by their numbers.
    pub rows: Vec<CampaignRow>,
    /// What came in too late.
    pub notes: Vec<CampaignNote>,
}

/// Proof that an office's answers may be confirmed. Made only by [`may_confirm`].
#[must_use]
#[derive(Debug)]
pub struct MayConfirm {
    _judged: (),
}

/// Why an office's answers are not confirmed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConfirmFault {
    /// They are confirmed, and nothing was written since.
    Already,
    /// Nobody said anything of these.
    Unanswered(Vec<RowSubject>),
    /// Of these there is their own word alone.
    OwnWord(Vec<LoginId>),
}

impl OfficeSheet {
    /// How many people of it there are: where there are two, nobody stands for themselves alone.
    #[must_use]
    pub fn people(&self) -> usize {
        self.rows.iter().filter(|row| row.is_there && matches!(row.subject, RowSubject::Person(_))).count()
    }

    /// Each row with what it counts for.
    pub fn standings(&self) -> impl Iterator<Item = (&CampaignRow, RowStanding)> {
        let people = self.people();
        self.rows.iter().map(move |row| (row, row.stands(people)))
    }

    /// How many rows have this standing.
    #[must_use]
    pub fn count(&self, standing: RowStanding) -> usize {
        self.standings().filter(|(_, stands)| *stands == standing).count()
    }

    /// The row of this ID or device.
    #[must_use]
    pub fn row(&self, subject: &RowSubject) -> Option<&CampaignRow> {
        self.rows.iter().find(|row| row.subject == *subject)
    }

    /// The rows against which a step is taken: what counts as not answered, also what an office said should go and never
    /// confirmed. None of the city's own office.
    pub fn faces_a_step(&self) -> impl Iterator<Item = &CampaignRow> {
        let confirmed = self.confirmed.is_some();
        let open = move |stands: RowStanding| stands.is_open() || (stands == RowStanding::Goes && !confirmed);
        self.standings().filter(move |(_, stands)| !self.keeps_house && open(*stands)).map(|(row, _)| row)
    }

    /// Every row that nobody touched is answered with "continue": the only act on many rows.
    #[must_use]
    pub fn all_others_continue(&self) -> super::CampaignAnswers {
        let untouched = self.standings().filter(|(_, stands)| *stands == RowStanding::Unanswered);
        let rows = untouched.map(|(row, _)| (row.subject.clone(), Some(super::RowAnswer::Continue))).collect();
        super::CampaignAnswers { seen: self.edition, rows, forms: None }
    }
}

/// Whether an office's answers may be confirmed, so that what they say is done.
///
/// # Errors
/// Something is left to answer; somebody stands for themselves alone; they are confirmed already.
pub fn may_confirm(sheet: &OfficeSheet) -> Result<MayConfirm, ConfirmFault> {
    if sheet.confirmed.is_some() {
        return Err(ConfirmFault::Already);
    }
    let of = |wanted: RowStanding| sheet.standings().filter(move |(_, stands)| *stands == wanted);
    let unanswered: Vec<_> = of(RowStanding::Unanswered).map(|(row, _)| row.subject.clone()).collect();
    if !unanswered.is_empty() {
        return Err(ConfirmFault::Unanswered(unanswered));
    }
    let own: Vec<_> = of(RowStanding::OwnWordAlone)
        .filter_map(|(row, _)| match &row.subject {
            RowSubject::Person(person) => Some(person.clone()),
            RowSubject::Device(_) => None,
        })
        .collect();
    if own.is_empty() { Ok(MayConfirm { _judged: () }) } else { Err(ConfirmFault::OwnWord(own)) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::RowAnswer;
    use super::super::row::tests::{said, untouched};
    use super::*;

    pub(in crate::campaign) fn sheet(rows: Vec<CampaignRow>) -> OfficeSheet {
        OfficeSheet {
            campaign: "C-2026".parse().unwrap(),
            office: "1272200001".parse().unwrap(),
            called: "みどり".to_owned(),
            keeps_house: false,
            edition: 0,
            answered: None,
            forms: Vec::new(),
            confirmed: None,
            received: Vec::new(),
            rows,
            notes: Vec::new(),
        }
    }

    #[test]
    fn what_is_confirmed_has_no_row_that_nobody_touched_and_nobodys_own_word_alone() {
        let open = sheet(vec![untouched("k.sato"), said(untouched("m.ito"), RowAnswer::Delete, "k.sato")]);
        let sato: LoginId = "k.sato".parse().unwrap();
        let row = RowSubject::Person(sato.clone());
        assert_eq!(may_confirm(&open).unwrap_err(), ConfirmFault::Unanswered(vec![row]));
        let own = said(untouched("k.sato"), RowAnswer::Continue, "k.sato");
        let alone = sheet(vec![own.clone(), said(untouched("m.ito"), RowAnswer::Continue, "k.sato")]);
        assert_eq!(may_confirm(&alone).unwrap_err(), ConfirmFault::OwnWord(vec![sato.clone()]));
        assert!(may_confirm(&sheet(vec![own])).is_ok(), "one who is alone has nobody else to ask");
        let done = OfficeSheet { confirmed: Some((sato, Timestamp::from_unix(0))), ..alone };
        assert_eq!(may_confirm(&done).unwrap_err(), ConfirmFault::Already);
    }

    #[test]
    fn no_step_is_taken_against_the_office_of_those_who_could_take_it_back() {
        let goes = said(untouched("m.ito"), RowAnswer::Delete, "k.sato");
        let rows = vec![untouched("k.sato"), goes.clone(), said(untouched("y.mori"), RowAnswer::Continue, "k.sato")];
        let open = sheet(rows);
        let faces = |sheet: &OfficeSheet| sheet.faces_a_step().map(|row| row.subject.to_string()).collect::<Vec<_>>();
        assert_eq!(faces(&open), ["k.sato", "m.ito"]);
        let confirmed = Some(("k.sato".parse().unwrap(), Timestamp::from_unix(0)));
        assert_eq!(faces(&OfficeSheet { confirmed, ..sheet(vec![goes]) }), Vec::<String>::new());
        assert_eq!(faces(&OfficeSheet { keeps_house: true, ..open }), Vec::<String>::new());
    }

    #[test]
    fn the_only_act_on_many_rows_lets_go_on_what_nobody_touched_and_nothing_else() {
        let rows = vec![untouched("k.sato"), said(untouched("m.ito"), RowAnswer::Delete, "k.sato")];
        let answers = sheet(rows).all_others_continue();
        let sato = RowSubject::Person("k.sato".parse().unwrap());
        assert_eq!(answers.rows.into_iter().collect::<Vec<_>>(), [(sato, Some(RowAnswer::Continue))]);
    }
}
