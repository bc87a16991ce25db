//! A list as a file: the same rows and columns as on the screen, for a spreadsheet. Taking it along leaves an event.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::table;
use crate::issuance::{Output, Overwrite};
use crate::language::{Language, Text};
use crate::ledger::Entry;
use crate::sheet::{TableFormat, written};

/// Where a list goes that is not shown.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Export {
    /// 一覧を CSV に書き出す（0600。操作記録に残る） / writes the list as CSV; kept in an event
    #[arg(long, value_name = "FILE", conflicts_with = "xlsx")]
    csv: Option<PathBuf>,
    /// 一覧を .xlsx に書き出す（0600。操作記録に残る） / writes the list as .xlsx; kept in an event
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

/// What a list command found.
pub(super) struct Listed {
    /// What the rows are, as their command is called.
    pub(super) list: &'static str,
    /// By which options they were chosen.
    pub(super) filter: Json,
    pub(super) entries: Vec<Entry>,
    pub(super) columns: &'static [&'static str],
}

impl Export {
    /// Whether it is taken along, which is an event of its own.
    pub(super) fn is_to_a_file(&self) -> bool {
        self.csv.is_some() || self.xlsx.is_some()
    }

    /// Shows the list, or writes it into the file that was named.
    pub(super) async fn of(self, context: &CommandContext, listed: Listed) -> Result<Answer, CliError> {
        let (file, kind) = match (self.csv, self.xlsx) {
            (Some(file), _) => (file, TableFormat::Csv),
            (None, Some(file)) => (file, TableFormat::Xlsx),
            (None, None) => return Ok(Answer::list(listed.entries, listed.columns)),
        };
        let Listed { list, filter, entries, columns } = listed;
        let by = context.by().await?;
        let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
        let out = Output::at(&file, overwrite)?;
        let json: Json = entries.into_iter().map(Json::from).collect();
        let (head, rows) = table::cells(&json, columns, Language::Japanese);
        let count = rows.len();
        let octets = written(kind, &head, &rows)?;
        // What was taken along is known before it is.
        let version = context.writer.export_list(&by, (list, filter), count).await?;
        out.finish(&octets)?;
        let file = file.display();
        let text = Text::new(format!("{count}件を {file} に書き出しました。"), format!("wrote {count} to {file}"));
        Ok(Answer::done(text, json!({ "list": list, "rows": count, "file": file.to_string(), "version": version })))
    }
}
