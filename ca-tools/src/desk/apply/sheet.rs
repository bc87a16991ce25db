//! A form as a page has it: its parts, its fields, what was typed, what is wrong beside each.

use super::super::spoken::say;
use crate::application::{Fields, Kind, KnownOffice, MOST_ROWS, Mistakes, Professions, row_of};

/// Rows that a form begins with, and that one press adds.
const ROWS: usize = 5;

/// A form on a page.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) parts: Vec<Part>,
    /// How many rows there are where a part has rows.
    pub(crate) rows: usize,
}

/// A part with a heading.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) heading: &'static str,
    pub(crate) hint: &'static str,
    /// Where a mistake of the whole part is linked to, and what it is.
    pub(crate) anchor: &'static str,
    pub(crate) mistakes: Vec<String>,
    pub(crate) groups: Vec<Group>,
    /// Whether rows can be added.
    pub(crate) grows: bool,
    /// The pledge is read here.
    pub(crate) pledge: bool,
}

/// Fields that belong together: a row, or a part that has none.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Of a row; else empty.
    pub(crate) legend: String,
    pub(crate) inputs: Vec<Input>,
}

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) name: String,
    /// Its `id`: a radio button is one of several of a name.
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) hint: &'static str,
    pub(crate) value: String,
    pub(crate) control: Control,
    pub(crate) mistakes: Vec<String>,
}

/// How it is filled in.
#[derive(Clone, Debug)]
pub(crate) enum Control {
    /// One line, with what a browser may fill in and which keys a phone shows.
    Line { autocomplete: &'static str, inputmode: &'static str },
    /// One of these: value and what is read.
    Choice(Vec<(String, String)>),
    /// Ticked, with this value.
    Tick(&'static str),
    /// One of several of its name.
    Radio(String),
    /// It stands, and is not typed.
    Fixed,
}

impl Input {
    pub(crate) fn chosen(&self, value: &str) -> bool {
        self.value == value
    }

    pub(crate) fn ticked(&self) -> bool {
        match &self.control {
            Control::Radio(value) => self.value == *value,
            Control::Tick(value) => self.value == *value,
            Control::Line { .. } | Control::Choice(_) | Control::Fixed => false,
        }
    }

    /// The ids of what describes it.
    pub(crate) fn described(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let mistake = (!self.mistakes.is_empty()).then(|| format!("{}-mistake", self.id));
        hint.into_iter().chain(mistake).collect::<Vec<_>>().join(" ")
    }
}

/// What a form is shown with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) mistakes: &'a Mistakes,
    /// Whose people are offered by name; `None` where their IDs are to be typed.
    pub(crate) people: Option<&'a KnownOffice>,
    pub(crate) rows: usize,
    pub(crate) professions: &'a Professions,
}

/// How many rows a form has: those it had, those that are filled in, and more where they were asked for.
pub(crate) fn rows(fields: &Fields, more: usize) -> usize {
    let had = row_of(fields.get("rows")).unwrap_or(ROWS);
    let filled = fields.iter().filter_map(|(field, _)| row_of(field.split('-').nth(1)?)).max();
    (had.max(filled.unwrap_or(0)).clamp(ROWS, MOST_ROWS) + more * ROWS).min(MOST_ROWS)
}

impl Sheet {
    pub(crate) fn of(kind: Kind, shown: &Shown<'_>) -> Self {
        let parts = match kind {
            Kind::FirstRegistration => vec![shown.registration(), shown.first_people(), shown.pledge()],
            Kind::Ids => vec![shown.office(), shown.people(&[]), shown.deletions(), shown.why()],
            Kind::OfficeChange => vec![shown.office(), shown.details("changes"), shown.renames()],
            Kind::OfficeNumber => {
                vec![shown.numbers(), shown.details("changes"), shown.first_people(), shown.pledge()]
            }
            Kind::Certificate => vec![shown.office(), shown.device(), shown.users(), shown.safety()],
        };
        Self { parts, rows: shown.rows }
    }
}

impl Sheet {
    /// What an office says beside its 現況届: what of it changed, and who is new.
    pub(crate) fn beside_report(shown: &Shown<'_>) -> Self {
        let hint = say(
            "変わった項目だけ、書き換えてください。変わっていなければ、そのままにしてください。",
            "変わったところだけ、書き直してください。",
            "Write over what changed, and leave the rest.",
        );
        let heading = say("事業所の情報", "事業所のこと", "Your office");
        let details = Part { heading, hint, ..shown.details("changes") };
        let hint = say(
            "新しくIDを登録する人がいるときだけ、入力してください。",
            "新しい人がいるときだけ、書いてください。",
            "Only if somebody new gets an ID.",
        );
        let heading = say("新しくIDを登録する人", "新しくIDを登録する人", "New people");
        let people = Part { heading, hint, ..shown.people(&[]) };
        let hint = say(
            "新しくIDを登録する人がいるときだけ、選んでください。",
            "新しい人がいるときだけ、選んでください。",
            "Only if somebody new gets an ID.",
        );
        let heading = say("IDを登録する理由と日付", "IDを登録する理由と日", "Why, and from when");
        let why = Part { heading, hint, ..shown.why() };
        Self { parts: vec![details, people, why], rows: shown.rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_out_of_a_fields_name_is_the_number_of_a_row_or_nothing() {
        for (field, has) in [
            ("person-1-name", 5),
            ("person-7-name", 7),
            ("person-60-name", 60),
            ("person-61-name", 60),
            ("person-9999-name", 60),
            ("person-10000-name", 5),
            ("person-18446744073709551615-name", 5),
            ("person-18446744073709551616-name", 5),
            ("person-+7-name", 5),
            ("person--name", 5),
            ("person-９-name", 5),
        ] {
            let shown = |named: &str, more| rows(&[(named, "x"), ("do", "rows")].into_iter().collect(), more);
            assert_eq!(shown(field, 0), has, "{field}");
            assert_eq!(shown(field, 1), (has + 5).min(MOST_ROWS), "{field}");
        }
        for (typed, has) in [("", 5), ("12", 12), ("18446744073709551615", 5), ("-1", 5), ("0", 5), ("61", 60)] {
            assert_eq!(rows(&[("rows", typed)].into_iter().collect(), 0), has, "{typed}");
        }
    }
}
