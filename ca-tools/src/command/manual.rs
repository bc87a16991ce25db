//! `ca-tools man`: a page for each command, in both languages, where man(1) looks for them.

use std::path::PathBuf;

use clap::{Args, CommandFactory};
use serde_json::json;

use super::answer::Answer;
use super::error::CliError;
use super::{Cli, help};
use crate::language::Text;

#[derive(Args, Debug)]
pub(crate) struct Manual {
    /// 書き出す場所（この下の man1 と ja/man1） / where to: into man1 and ja/man1 below it
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Manual {
    pub(crate) fn run(&self) -> Result<Answer, CliError> {
        let out = self.out.display();
        manual::write(&self.out, &help::plain(Cli::command())).map_err(|why| {
            CliError::Refused("file_refused", Text::new(format!("{out} に書き込めません（{why}）。"), why.to_string()))
        })?;
        let text = Text::new(
            format!("{out}/man1（英語）と {out}/ja/man1（日本語）に書き出しました。"),
            format!("written to {out}/man1 (English) and {out}/ja/man1 (Japanese)"),
        );
        Ok(Answer::done(text, json!({ "out": self.out })))
    }
}
