//! A report as it is shown, printed and taken along: a title, what it is of, and tables.
//!
//! Whoever makes one says each cell once: as people read it, and as programs do. From the same `PrintedReport` come the page of
//! the console, what a command shows, `--json`, the workbook and CSV, so that no two of them say different things.

use serde_json::{Map, Value as Json, json};

use crate::language::{Language, Text};

/// A report.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PrintedReport {
    /// As its address and its file are called: `unused`.
    pub(crate) name: &'static str,
    pub(crate) title: Text,
    /// Of what and of when it is, and what is not in it: a sentence each.
    pub(crate) notes: Vec<Text>,
    pub(crate) tables: Vec<PrintedTable>,
}

/// One of its tables.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PrintedTable {
    /// As programs call it: `people`.
    pub(crate) name: &'static str,
    /// What its rows are.
    pub(crate) caption: Text,
    pub(crate) columns: Vec<PrintedColumn>,
    /// Each has a cell for each column.
    pub(crate) rows: Vec<Vec<PrintedCell>>,
}

/// A column.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PrintedColumn {
    /// As programs call it: `login_id`.
    pub(crate) field: &'static str,
    /// What stands above it.
    pub(crate) head: &'static str,
    /// Its cells are numbers that are added up, and no numbers by which something is called.
    pub(crate) counts: bool,
}

/// What stands in one place.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct PrintedCell {
    /// For people.
    pub(crate) said: String,
    /// For programs.
    pub(crate) raw: Json,
    /// The page of what is named, where it has one.
    pub(crate) path: Option<String>,
}

impl PrintedReport {
    /// All rows of all tables.
    pub(crate) fn count(&self) -> usize {
        self.tables.iter().map(|table| table.rows.len()).sum()
    }

    /// For programs.
    pub(crate) fn json(&self) -> Json {
        let notes: Json = self.notes.iter().map(|note| note.ja.as_str()).collect();
        let tables: Map<_, _> = self.tables.iter().map(|table| (table.name.to_owned(), table.json())).collect();
        json!({ "report": self.name, "title": self.title.ja, "notes": notes, "tables": tables })
    }
}

impl PrintedTable {
    fn json(&self) -> Json {
        let row = |cells: &Vec<PrintedCell>| -> Json {
            let fields = self.columns.iter().zip(cells);
            fields.map(|(column, cell)| (column.field.to_owned(), cell.raw.clone())).collect::<Map<_, _>>().into()
        };
        self.rows.iter().map(row).collect()
    }

    /// What stands above its columns.
    pub(crate) fn heads(&self, language: Language) -> Vec<String> {
        let head = |column: &PrintedColumn| match language {
            Language::Japanese => column.head.to_owned(),
            Language::English => column.field.replace('_', " "),
        };
        self.columns.iter().map(head).collect()
    }

    /// For templates: what stands above this column.
    pub(crate) fn head(&self, column: &usize) -> &'static str {
        self.columns.get(*column).map_or("", |column| column.head)
    }

    /// For templates: whether this column counts.
    pub(crate) fn counts(&self, column: &usize) -> bool {
        self.columns.get(*column).is_some_and(|column| column.counts)
    }
}

impl PrintedColumn {
    /// A column of texts.
    pub(crate) const fn text(field: &'static str, head: &'static str) -> Self {
        Self { field, head, counts: false }
    }

    /// A column of numbers that are added up.
    pub(crate) const fn number(field: &'static str, head: &'static str) -> Self {
        Self { field, head, counts: true }
    }
}

impl PrintedCell {
    /// The same for people and programs.
    pub(crate) fn text(said: impl Into<String>) -> Self {
        let said = said.into();
        Self { raw: said.as_str().into(), said, path: None }
    }

    /// So many.
    pub(crate) fn number(count: i64) -> Self {
        Self { said: count.to_string(), raw: count.into(), path: None }
    }

    /// People read this, programs that.
    pub(crate) fn word(said: impl Into<String>, raw: impl Into<Json>) -> Self {
        Self { said: said.into(), raw: raw.into(), path: None }
    }

    /// The same, which leads to a page of the console.
    #[must_use]
    pub(crate) fn leading(self, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..self }
    }

    /// As it is read: in English the word of programs, where it has one.
    pub(crate) fn read(&self, language: Language) -> &str {
        match language {
            Language::Japanese => &self.said,
            Language::English => self.raw.as_str().unwrap_or(&self.said),
        }
    }
}
