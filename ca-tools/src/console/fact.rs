//! What holds: a heading and what is said below it, in people's words.

use certs::Timestamp;
use serde_json::Value as Json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::address::path_of;
use crate::language::Language;
use crate::ledger::Entry;
use crate::rows::SubjectKind;
use crate::words::{heading, said};

/// A line of what holds. `console/facts.html` shows a list of them.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) heading: String,
    pub(crate) said: String,
    /// The page of what is named, where it has one.
    pub(crate) path: Option<String>,
}

impl Fact {
    /// A line that leads nowhere.
    pub(crate) fn new(heading: impl Into<String>, said: impl Into<String>) -> Self {
        Self { heading: heading.into(), said: said.into(), path: None }
    }

    /// The same, which leads to a page.
    #[must_use]
    pub(crate) fn leading(self, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..self }
    }

    /// The application that something rests on, which leads to it where it is one of ours.
    pub(crate) fn application(no: &str) -> Self {
        Self { path: path_of(SubjectKind::Application, no), ..Self::new("申請番号", no) }
    }

    /// A field of an entry, in people's words; nothing of an empty one.
    pub(crate) fn of(entry: &Entry, field: &str) -> Option<Self> {
        let beside: Vec<&str> = entry.keys().map(String::as_str).collect();
        let told = text(entry, field);
        (!told.is_empty()).then(|| {
            let words = said(field, told, &beside, Language::Japanese);
            Self::new(heading(field, &beside, Language::Japanese), words)
        })
    }
}

/// A field that is a text; nothing where it is none.
pub(crate) fn text<'a>(entry: &'a Entry, field: &str) -> &'a str {
    entry.get(field).and_then(Json::as_str).unwrap_or_default()
}

/// A field that is a moment; nothing where it is none.
pub(crate) fn moment(entry: &Entry, field: &str) -> Option<Timestamp> {
    let at = OffsetDateTime::parse(text(entry, field), &Rfc3339).ok()?;
    Some(Timestamp::from_unix(at.unix_timestamp()))
}

/// A field that is a number; 0 where it is none.
pub(crate) fn number(entry: &Entry, field: &str) -> i64 {
    entry.get(field).and_then(Json::as_i64).unwrap_or_default()
}

/// Whether a field says yes.
pub(crate) fn flag(entry: &Entry, field: &str) -> bool {
    entry.get(field).and_then(Json::as_bool).unwrap_or_default()
}

/// A field that is a list of entries.
pub(crate) fn list<'a>(entry: &'a Entry, field: &str) -> impl Iterator<Item = &'a Entry> {
    entry.get(field).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default().iter().filter_map(Json::as_object)
}

/// A person of an entry by their ID, as its `names` call them.
pub(crate) fn person(entry: &Entry, login_id: &str) -> String {
    let name = entry.get("names").and_then(|names| names.get(login_id)).and_then(Json::as_str);
    named(login_id, name.unwrap_or_default())
}

/// Number and name: neither ever stands without the other.
pub(crate) fn named(number: &str, name: &str) -> String {
    if name.is_empty() { number.to_owned() } else { format!("{name}（{number}）") }
}

/// A name with how it is read, where somebody said.
pub(crate) fn read_so(name: &str, kana: &str) -> String {
    if kana.is_empty() { name.to_owned() } else { format!("{name}（{kana}）") }
}
