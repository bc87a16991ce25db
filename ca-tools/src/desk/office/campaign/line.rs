//! A row that is answered, as a page has it: what it is, by what one can tell whether it is used, and what was said of it.

use crate::application::os;
use crate::calendar::{day, minute};
use crate::campaign::{CampaignRow, GivenAnswer, OfficeSheet, RowAnswer, RowStanding, RowSubject};
use crate::language::Language;
use crate::words::said;

/// So many are named who could stand for somebody.
const NAMED: usize = 5;

/// One row. `campaign/row.html` shows it.
#[derive(Clone, Debug)]
pub(crate) struct AnswerLine {
    /// By which its field is called, and by which it is led to.
    pub(crate) field: String,
    /// Name and number.
    pub(crate) called: String,
    pub(crate) evidence: Vec<String>,
    pub(crate) answer: Option<RowAnswer>,
    /// What was said of it before, and by whom.
    pub(crate) earlier: Option<String>,
    /// Who else has to say it.
    pub(crate) others: Option<String>,
    /// Whether there is anything to say.
    pub(crate) open: bool,
    pub(crate) mistake: Option<String>,
}

impl AnswerLine {
    /// Of this row, with what stands in the registry of it.
    pub(crate) fn of(sheet: &OfficeSheet, row: &CampaignRow) -> Self {
        let stands = row.stands(sheet.people());
        Self {
            field: field(&row.subject),
            called: called(row),
            evidence: evidence(row),
            answer: row.answer.as_ref().map(|given| given.answer),
            earlier: earlier(sheet, row, stands),
            others: None,
            open: !matches!(stands, RowStanding::Ended | RowStanding::Gone),
            mistake: None,
        }
    }

    pub(crate) fn continues(&self) -> bool {
        self.answer == Some(RowAnswer::Continue)
    }

    pub(crate) fn deletes(&self) -> bool {
        self.answer == Some(RowAnswer::Delete)
    }
}

/// The name of a row's field.
pub(crate) fn field(subject: &RowSubject) -> String {
    format!("answer.{subject}")
}

/// A row's name and number; of a person what they are, too.
pub(crate) fn called(row: &CampaignRow) -> String {
    match &row.subject {
        RowSubject::Person(person) if row.detail.is_empty() => format!("{}（{person}）", row.called),
        RowSubject::Person(person) => format!("{}（{person}）　{}", row.called, row.detail),
        RowSubject::Device(device) => format!("{}（{device}）", row.called),
    }
}

/// By what one can tell whether it is still used, as of the opening.
pub(crate) fn evidence(row: &CampaignRow) -> Vec<String> {
    let seen = &row.evidence;
    let system = |word: &str| word.parse().map_or_else(|_| "その他のOS".to_owned(), |known| os(known).to_owned());
    let mut facts = Vec::new();
    match &row.subject {
        RowSubject::Person(_) => {
            facts.push(
                seen.last_used
                    .map_or("ログインの記録なし".to_owned(), |at| format!("最後のログイン {}", day(at))),
            );
            if row.standing != "active" {
                facts.push(said("state", &row.standing, &["login_id"], Language::Japanese));
            }
        }
        RowSubject::Device(_) => {
            facts.push(system(&row.detail));
            facts.push(
                seen.last_used
                    .map_or("使われた記録なし".to_owned(), |at| format!("最後に使われた日 {}", day(at))),
            );
            facts.extend(seen.last_system.as_deref().map(|word| format!("そのときのOS {}", system(word))));
            facts.push(
                seen.certificate_until
                    .map_or("電子証明書なし".to_owned(), |end| format!("電子証明書の期限 {}", day(end))),
            );
            if row.standing != "approved" {
                facts.push(standing(&row.standing));
            }
        }
    }
    facts
}

fn standing(word: &str) -> String {
    if word == "suspended" { "一時停止中".to_owned() } else { said("stage", word, &[], Language::Japanese) }
}

/// What was said before: by whom, when, how.
fn earlier(sheet: &OfficeSheet, row: &CampaignRow, stands: RowStanding) -> Option<String> {
    match stands {
        RowStanding::Ended | RowStanding::Gone => return Some(stands.japanese().to_owned()),
        RowStanding::Unanswered | RowStanding::OwnWordAlone | RowStanding::Continues | RowStanding::Goes => {}
    }
    row.answer.as_ref().map(|given| format!("いまの回答：{}", told(sheet, given)))
}

/// An answer with who gave it.
pub(crate) fn told(sheet: &OfficeSheet, given: &GivenAnswer) -> String {
    let GivenAnswer { answer, by, at, channel, vouched_by } = given;
    let vouched =
        vouched_by.as_ref().map(|other| format!("、確認 {}", named(sheet, other.as_str()))).unwrap_or_default();
    format!("{}（{}、{}、{}{vouched}）", answer.japanese(), named(sheet, by.as_str()), minute(*at), channel.japanese())
}

/// An ID with its name, where it is one of the office.
pub(crate) fn named(sheet: &OfficeSheet, login_id: &str) -> String {
    let own = sheet.rows.iter().find(|row| row.subject.to_string() == login_id);
    own.map_or_else(|| login_id.to_owned(), |row| format!("{}（{login_id}）", row.called))
}

/// Who of the office could stand for what this one says of themselves.
pub(crate) fn who_else(sheet: &OfficeSheet, login_id: &str) -> String {
    let others = sheet.rows.iter().filter(|row| row.is_there && row.subject.to_string() != login_id);
    let stays = |row: &&CampaignRow| row.answer.as_ref().is_none_or(|given| given.answer != RowAnswer::Delete);
    let others: Vec<_> = others
        .filter(|row| matches!(row.subject, RowSubject::Person(_)) && stays(row))
        .map(|row| format!("{}（{}）", row.called, row.subject))
        .collect();
    let more = others.len().saturating_sub(NAMED);
    let named = others.into_iter().take(NAMED).collect::<Vec<_>>().join("、");
    if more > 0 { format!("{named} ほか{more}人") } else { named }
}
