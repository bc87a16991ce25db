//! A report on a terminal: its columns line up, also where Japanese stands in them.

use unicode_width::UnicodeWidthStr;

use super::printed::{PrintedReport, PrintedTable};
use crate::language::Language;

impl PrintedReport {
    /// All of it, as text.
    pub(crate) fn read(&self, language: Language) -> String {
        let mut parts = vec![self.title.read(language).to_owned()];
        parts.extend(self.notes.iter().map(|note| note.read(language).to_owned()));
        parts.extend(self.tables.iter().map(|table| format!("\n{}", table.read(language))));
        parts.join("\n")
    }
}

impl PrintedTable {
    fn read(&self, language: Language) -> String {
        let caption = self.caption.read(language);
        if self.rows.is_empty() {
            let none = match language {
                Language::Japanese => "該当するものはありません。",
                Language::English => "there is none",
            };
            return format!("{caption}\n{none}");
        }
        let mut rows = vec![self.heads(language)];
        // One line a row, whatever is in it.
        rows.extend(
            self.rows.iter().map(|row| row.iter().map(|cell| cell.read(language).replace('\n', " ")).collect()),
        );
        let width = |column: usize| rows.iter().map(|row: &Vec<String>| row[column].width()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells = self.columns.iter().zip(row).zip(&widths);
            let padded = cells.map(|((column, text), width)| {
                let room = " ".repeat(width.saturating_sub(text.width()));
                if column.counts { format!("{room}{text}") } else { format!("{text}{room}") }
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        let lines: Vec<_> = rows.iter().map(line).collect();
        format!("{caption}\n{}", lines.join("\n"))
    }
}
