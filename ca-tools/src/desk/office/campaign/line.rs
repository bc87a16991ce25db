//! A row that is answered, as a page has it: what it is, by what one can tell whether it is used, and what was said of it.

use pages::Locale;

use super::super::told::word;
use crate::campaign::{AnswerChannel, CampaignRow, GivenAnswer, OfficeSheet, RowAnswer, RowStanding, RowSubject};
use crate::desk::apply::{profession, system};
use crate::desk::spoken::{day, listed, locale, minute, numbered, say};

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
    let numbered = numbered(&row.called, &row.subject);
    match &row.subject {
        RowSubject::Person(_) if !row.detail.is_empty() => {
            format!("{numbered}{}{}", say("　", "　", ", "), profession(&row.detail))
        }
        RowSubject::Person(_) | RowSubject::Device(_) => numbered,
    }
}

/// A fact with the day that it is of; what is said where there is none.
fn of_day(fact: &'static str, at: Option<certs::Timestamp>, none: &'static str) -> String {
    at.map_or_else(|| none.to_owned(), |at| format!("{fact} {}", day(at)))
}

/// By what one can tell whether it is still used, as of the opening.
pub(crate) fn evidence(row: &CampaignRow) -> Vec<String> {
    let seen = &row.evidence;
    let other = || say("その他のOS", "ほかのOS", "another system");
    let named = |word: &str| word.parse().map_or_else(|_| other(), system);
    let mut facts = Vec::new();
    match &row.subject {
        RowSubject::Person(_) => {
            facts.push(of_day(
                say("最後のログイン", "最後のログイン", "Last login"),
                seen.last_used,
                say("ログインの記録なし", "まだログインしていません", "No login on record"),
            ));
            if row.standing != "active" {
                facts.push(word("state", &row.standing, &["login_id"]));
            }
        }
        RowSubject::Device(_) => {
            facts.push(named(&row.detail).to_owned());
            facts.push(of_day(
                say("最後に使われた日", "最後に使った日", "Last used"),
                seen.last_used,
                say("使われた記録なし", "まだ使っていません", "No use on record"),
            ));
            let then = say("そのときのOS", "そのときのOS", "System at that time");
            facts.extend(seen.last_system.as_deref().map(|word| format!("{then} {}", named(word))));
            facts.push(of_day(
                say("電子証明書の期限", "電子証明書の期限", "Certificate until"),
                seen.certificate_until,
                say("電子証明書なし", "電子証明書がありません", "No certificate"),
            ));
            if row.standing != "approved" {
                facts.push(standing(&row.standing));
            }
        }
    }
    facts
}

fn standing(stage: &str) -> String {
    if stage == "suspended" {
        say("一時停止中", "止めています", "on hold").to_owned()
    } else {
        word("stage", stage, &[])
    }
}

/// What was said of a row.
pub(super) fn answer(answer: RowAnswer) -> &'static str {
    let english = match answer {
        RowAnswer::Continue => "continue",
        RowAnswer::Delete => "delete",
    };
    say(answer.japanese(), answer.japanese(), english)
}

/// How it came.
pub(super) fn channel(channel: AnswerChannel) -> &'static str {
    let english = match channel {
        AnswerChannel::Web => "on this page",
        AnswerChannel::File => "in a table",
        AnswerChannel::Paper => "on paper",
    };
    say(channel.japanese(), channel.japanese(), english)
}

/// That there is nothing to answer, and why.
fn over(stands: RowStanding) -> Option<String> {
    let said = match stands {
        RowStanding::Ended => say(stands.japanese(), "もう消しました", "deleted"),
        RowStanding::Gone => say(stands.japanese(), "もうありません", "not asked: it was deleted, moved or given up"),
        RowStanding::Unanswered | RowStanding::OwnWordAlone | RowStanding::Continues | RowStanding::Goes => {
            return None;
        }
    };
    Some(said.to_owned())
}

/// What was said before: by whom, when, how.
fn earlier(sheet: &OfficeSheet, row: &CampaignRow, stands: RowStanding) -> Option<String> {
    let present = say("いまの回答：", "今の答え：", "Answer so far: ");
    over(stands).or_else(|| row.answer.as_ref().map(|given| format!("{present}{}", told(sheet, given))))
}

/// An answer with who gave it.
pub(crate) fn told(sheet: &OfficeSheet, given: &GivenAnswer) -> String {
    let mut facts = vec![named(sheet, given.by.as_str()), minute(given.at), channel(given.channel).to_owned()];
    facts.extend(
        given
            .vouched_by
            .as_ref()
            .map(|other| format!("{} {}", say("確認", "確かめた人", "confirmed by"), named(sheet, other.as_str()))),
    );
    numbered(answer(given.answer), listed(&facts))
}

/// An ID with its name, where it is one of the office.
pub(crate) fn named(sheet: &OfficeSheet, login_id: &str) -> String {
    let own = sheet.rows.iter().find(|row| row.subject.to_string() == login_id);
    own.map_or_else(|| login_id.to_owned(), |row| numbered(&row.called, login_id))
}

/// Who of the office could stand for what this one says of themselves.
pub(crate) fn who_else(sheet: &OfficeSheet, login_id: &str) -> String {
    let others = sheet.rows.iter().filter(|row| row.is_there && row.subject.to_string() != login_id);
    let stays = |row: &&CampaignRow| row.answer.as_ref().is_none_or(|given| given.answer != RowAnswer::Delete);
    let others: Vec<_> = others
        .filter(|row| matches!(row.subject, RowSubject::Person(_)) && stays(row))
        .map(|row| numbered(&row.called, &row.subject))
        .collect();
    let more = others.len().saturating_sub(NAMED);
    let named = listed(&others.into_iter().take(NAMED).collect::<Vec<_>>());
    match locale() {
        _ if more == 0 => named,
        Locale::Japanese | Locale::EasyJapanese => format!("{named} ほか{more}人"),
        Locale::English => format!("{named} and {more} more"),
    }
}
