//! What a command answers: one text for people, one object for programs.

use serde_json::Value as Json;

use super::table;
use crate::language::{Language, Text};
use crate::ledger::Entry;
use crate::spelling::visible;

/// What was done or found.
#[derive(Debug)]
pub(crate) struct Answer {
    text: Said,
    json: Json,
    /// What people are shown instead of all of it.
    people: Option<Json>,
    /// What people are shown of a field instead of its value.
    shown: Option<(&'static str, Text)>,
    /// What people are told below it.
    note: Option<Text>,
    /// How to get another of what is shown here and nowhere else.
    again: Option<Text>,
}

#[derive(Debug)]
enum Said {
    Sentence(Text),
    /// A sentence about what was looked for.
    Told(Text),
    Entry,
    List(&'static [&'static str]),
}

impl Answer {
    /// Something was done.
    pub(crate) fn done(text: Text, json: Json) -> Self {
        Self { text: Said::Sentence(text), json, people: None, shown: None, note: None, again: None }
    }

    /// Something was looked for, and is told in sentences.
    pub(crate) fn looked(text: Text, json: Json) -> Self {
        Self { text: Said::Told(text), ..Self::done(Text::new("", ""), json) }
    }

    /// One entry, each field on its line.
    pub(crate) fn entry(entry: Entry) -> Self {
        Self { text: Said::Entry, json: entry.into(), people: None, shown: None, note: None, again: None }
    }

    /// One entry in full for programs; people see these of its fields.
    pub(crate) fn entry_of(whole: Entry, shown: Entry) -> Self {
        let mut answer = Self::entry(whole);
        let people = shown.into();
        answer.people = Some(people);
        answer
    }

    /// A list; people see these columns, programs all fields.
    pub(crate) fn list(entries: Vec<Entry>, columns: &'static [&'static str]) -> Self {
        Self {
            text: Said::List(columns),
            json: entries.into_iter().map(Json::from).collect(),
            people: None,
            shown: None,
            note: None,
            again: None,
        }
    }

    /// With this for people instead of a field's value.
    pub(crate) fn showing(self, field: &'static str, text: Text) -> Self {
        Self { shown: Some((field, text)), ..self }
    }

    /// With this below it for people.
    pub(crate) fn with_note(self, note: Text) -> Self {
        Self { note: Some(note), ..self }
    }

    /// With something that is shown here, once: where that fails, people are told how to get another.
    pub(crate) fn once(self, again: Text) -> Self {
        Self { again: Some(again), ..self }
    }

    /// How to get another.
    pub(crate) fn again(&self) -> Option<&Text> {
        self.again.as_ref()
    }

    /// Whether something was done; else it was looked for.
    pub(crate) fn is_of_a_change(&self) -> bool {
        matches!(self.text, Said::Sentence(_))
    }

    /// For people.
    pub(crate) fn read(&self, language: Language) -> String {
        let note = self.note.as_ref().map(|note| format!("\n{}", note.read(language))).unwrap_or_default();
        let said = match &self.text {
            Said::Sentence(text) | Said::Told(text) => text.read(language).to_owned(),
            Said::Entry => {
                let mut shown = self.people.as_ref().unwrap_or(&self.json).clone();
                if let Some((field, text)) = &self.shown {
                    shown[*field] = text.read(language).into();
                }
                table::entry(&shown, language)
            }
            Said::List(columns) => table::list(&self.json, columns, language),
        };
        visible(&(said + &note)).into_owned()
    }

    /// For programs.
    pub(crate) fn json(&self) -> &Json {
        &self.json
    }
}
