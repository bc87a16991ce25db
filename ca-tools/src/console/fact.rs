//! What holds: a heading and what is said below it, in people's words.

use serde_json::Value as Json;

use crate::language::Language;
use crate::ledger::Entry;
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

/// Number and name: neither ever stands without the other.
pub(crate) fn named(number: &str, name: &str) -> String {
    if name.is_empty() { number.to_owned() } else { format!("{name}（{number}）") }
}
