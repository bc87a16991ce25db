//! What does a line look like for people?

use std::borrow::Cow;
use std::fmt::Write;

use serde::Deserialize;

use super::super::escape::is_treacherous;

/// The facts of a line that people look at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    pub(super) kind: String,
    pub(super) time: String,
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    pub(super) outcome: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) code: Option<String>,
    pub(super) status: Option<u64>,
    pub(super) method: Option<String>,
    pub(super) path: Option<String>,
    pub(super) room: Option<String>,
    pub(super) user: Option<String>,
    pub(super) office: Option<String>,
    pub(super) device: Option<String>,
    pub(super) source: Option<String>,
    pub(super) session: Option<String>,
    /// What only a folded line has.
    pub(super) of: Option<String>,
    pub(super) count: Option<u64>,
    pub(super) since: Option<String>,
    pub(super) until: Option<String>,
}

/// Heads and widths; a longer text pushes the rest of its line to the right.
const COLUMNS: [(&str, usize); 11] = [
    ("TIME (JST)", 23),
    ("USER", 12),
    ("OFFICE", 10),
    ("DEVICE", 10),
    ("ROOM", 8),
    ("METHOD", 7),
    ("PATH", 28),
    ("STATUS", 6),
    ("OUTCOME", 24),
    ("CODE", 6),
    ("REF", 9),
];

pub(super) fn head() -> String {
    table_line(COLUMNS.map(|(name, _)| Cow::Borrowed(name)))
}

impl Row {
    pub(super) fn to_line(&self) -> String {
        let outcome = match (&self.outcome, &self.reason) {
            (Some(outcome), Some(reason)) => Cow::Owned(format!("{}: {}", harmless(outcome), harmless(reason))),
            (Some(told), None) | (None, Some(told)) => harmless(told),
            (None, None) => Cow::Borrowed("-"),
        };
        // A line that is not of a whole request says so where the method stands.
        let method = match self.kind.as_str() {
            "request" => shown(&self.method),
            kind => Cow::Owned(harmless(&kind.to_uppercase()).into_owned()),
        };
        table_line([
            clock(&self.time),
            shown(&self.user),
            shown(&self.office),
            shown(&self.device),
            shown(&self.room),
            method,
            self.folded().map_or_else(|| shown(&self.path), Cow::Owned),
            self.status.map_or(Cow::Borrowed("-"), |status| Cow::Owned(status.to_string())),
            outcome,
            shown(&self.code),
            shown(&self.reference),
        ])
    }
}

impl Row {
    /// `980 more request of 192.0.2.1, 18:39:59.000 to 18:40:00.000`, where the path stands in other lines.
    fn folded(&self) -> Option<String> {
        let (of, count) = (self.of.as_deref()?, self.count?);
        let clock = |time: &Option<String>| time.as_deref().and_then(|time| time.get(11..23)).unwrap_or("-").to_owned();
        let whose = self.source.as_deref().map_or_else(String::new, |source| format!(" of {}", harmless(source)));
        let (since, until) = (clock(&self.since), clock(&self.until));
        Some(format!("{count} more {}{whose}, {} to {}", harmless(of), harmless(&since), harmless(&until)))
    }
}

fn shown(fact: &Option<String>) -> Cow<'_, str> {
    fact.as_deref().map_or(Cow::Borrowed("-"), harmless)
}

/// `2026-11-22 18:39:59.000`
fn clock(time: &str) -> Cow<'_, str> {
    let to_millis = time.get(..23).unwrap_or(time);
    Cow::Owned(harmless(&to_millis.replacen('T', " ", 1)).into_owned())
}

fn table_line(texts: [Cow<'_, str>; COLUMNS.len()]) -> String {
    let mut line = String::new();
    for (text, (_, width)) in texts.iter().zip(COLUMNS) {
        // A string takes whatever is written to it.
        let _ = write!(line, "{text:width$} ");
    }
    line.truncate(line.trim_end().len());
    line
}

/// The text, but what a terminal would act upon reads `\u{…}`.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(is_treacherous) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    for c in text.chars() {
        if is_treacherous(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}
