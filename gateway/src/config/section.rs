//! Reads one table of the configuration and remembers every mistake, so that all are told at once.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use toml::{Table, Value};

/// One thing that is wrong with a configuration, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mistake {
    /// `site[1].route[0].path`.
    pub place: String,
    /// What is wrong and what to write instead.
    pub words: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.words)
    }
}

/// The mistakes found so far, shared by every section of one file.
#[derive(Clone, Debug, Default)]
pub(super) struct Mistakes(Rc<RefCell<Vec<Mistake>>>);

impl Mistakes {
    pub(super) fn tell(&self, place: impl Into<String>, words: impl Into<String>) {
        self.0.borrow_mut().push(Mistake { place: place.into(), words: words.into() });
    }

    pub(super) fn all(&self) -> Vec<Mistake> {
        self.0.borrow().clone()
    }
}

/// One table. Keys are taken out as they are read; what is left at the end is unknown.
#[derive(Debug)]
pub(super) struct Section {
    place: String,
    table: Table,
    mistakes: Mistakes,
}

impl Section {
    pub(super) fn new(place: &str, table: Table, mistakes: Mistakes) -> Self {
        Self { place: place.to_owned(), table, mistakes }
    }

    pub(super) fn own_place(&self) -> &str {
        &self.place
    }

    pub(super) fn place(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    pub(super) fn wrong(&self, key: &str, words: impl Into<String>) {
        self.mistakes.tell(self.place(key), words);
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A table inside; an empty one where it is absent, so that its required keys are told.
    pub(super) fn section(&mut self, key: &str) -> Self {
        let table = match self.table.remove(key) {
            Some(Value::Table(table)) => table,
            None => Table::new(),
            Some(other) => {
                self.wrong(key, format!("must be a table [{key}], not {}", other.type_str()));
                Table::new()
            }
        };
        Self::new(&self.place(key), table, self.mistakes.clone())
    }

    /// A list of tables, `[[key]]`.
    pub(super) fn sections(&mut self, key: &str) -> Vec<Self> {
        let values = match self.table.remove(key) {
            Some(Value::Array(values)) => values,
            None => Vec::new(),
            Some(_) => {
                self.wrong(key, format!("must be a list of tables, each headed [[{key}]]"));
                Vec::new()
            }
        };
        let mut sections = Vec::new();
        for (index, value) in values.into_iter().enumerate() {
            let place = format!("{}[{index}]", self.place(key));
            let kind = value.type_str();
            if let Value::Table(table) = value {
                sections.push(Self::new(&place, table, self.mistakes.clone()));
            } else {
                self.mistakes.tell(place, format!("must be a table, not {kind}"));
            }
        }
        sections
    }

    pub(super) fn optional_text(&mut self, key: &str) -> Option<String> {
        match self.table.remove(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text),
            Some(Value::String(_)) => {
                self.wrong(key, "must not be empty");
                None
            }
            Some(other) => {
                self.wrong(key, format!("must be text in quotes, not {}", other.type_str()));
                None
            }
            None => None,
        }
    }

    pub(super) fn text(&mut self, key: &str) -> String {
        let there = self.has(key);
        let text = self.optional_text(key);
        if !there {
            self.wrong(key, "is missing and required");
        }
        text.unwrap_or_default()
    }

    pub(super) fn path(&mut self, key: &str) -> PathBuf {
        PathBuf::from(self.text(key))
    }

    pub(super) fn texts(&mut self, key: &str) -> Vec<String> {
        let values = match self.table.remove(key) {
            Some(Value::Array(values)) => values,
            None => return Vec::new(),
            Some(other) => {
                self.wrong(key, format!("must be a list of texts, not {}", other.type_str()));
                return Vec::new();
            }
        };
        let mut texts = Vec::new();
        for value in values {
            let kind = value.type_str();
            if let Value::String(text) = value {
                texts.push(text);
            } else {
                self.wrong(key, format!("holds {kind} where a text belongs"));
            }
        }
        texts
    }

    pub(super) fn required_texts(&mut self, key: &str) -> Vec<String> {
        let texts = self.texts(key);
        if texts.is_empty() {
            self.wrong(key, "is missing and required: a list with at least one entry");
        }
        texts
    }

    pub(super) fn number(&mut self, key: &str, default: u64, range: std::ops::RangeInclusive<u64>) -> u64 {
        let number = match self.table.remove(key) {
            None => return default,
            Some(Value::Integer(number)) => u64::try_from(number).ok(),
            Some(_) => None,
        };
        match number {
            Some(number) if range.contains(&number) => number,
            _ => {
                self.wrong(key, format!("must be a whole number from {} to {}", range.start(), range.end()));
                default
            }
        }
    }

    pub(super) fn switch(&mut self, key: &str, default: Switch) -> Switch {
        match self.table.remove(key) {
            None => default,
            Some(Value::Boolean(true)) => Switch::On,
            Some(Value::Boolean(false)) => Switch::Off,
            Some(other) => {
                self.wrong(key, format!("must be true or false, not {}", other.type_str()));
                default
            }
        }
    }

    /// A duration such as `"500ms"`, `"30s"`, `"5m"`, `"12h"`, between two bounds.
    pub(super) fn duration(
        &mut self,
        key: &str,
        default: Duration,
        range: std::ops::RangeInclusive<Duration>,
    ) -> Duration {
        let Some(text) = self.optional_text(key) else { return default };
        match duration(&text) {
            Some(duration) if range.contains(&duration) => duration,
            Some(_) => {
                self.wrong(key, format!("must be from {:?} to {:?}, not {text:?}", range.start(), range.end()));
                default
            }
            None => {
                self.wrong(
                    key,
                    format!("must be a number and a unit, like \"500ms\", \"30s\", \"5m\", \"12h\", not {text:?}"),
                );
                default
            }
        }
    }

    pub(super) fn parsed<T: std::str::FromStr>(&mut self, key: &str, what: &str) -> Option<T> {
        let text = self.optional_text(key)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(_) => {
                self.wrong(key, format!("must be {what}, not {text:?}"));
                None
            }
        }
    }

    /// What is left over is a key we do not know; most often a slip of the pen.
    pub(super) fn close(self) {
        for key in self.table.keys() {
            self.mistakes.tell(self.place(key), "is not a key we know; look for a slip of the pen");
        }
    }
}

/// A setting that is on or off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// Whether it is on.
    #[must_use]
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

fn duration(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..unit].parse().ok()?;
    match &text[unit..] {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        "h" => Some(Duration::from_secs(number.checked_mul(3600)?)),
        _ => None,
    }
}
