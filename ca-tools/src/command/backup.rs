//! `ca-tools backup`: the registry as one file, signed.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::backup;
use crate::issuance::{Output, Overwrite};
use crate::language::Text;
use crate::refusal::Refusal;

#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// 書き出すファイル（0600） / the file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Backup {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
        let mut out = Output::at(&self.out, overwrite)?;
        let by = context.by().await?;
        // Who takes the whole registry along stands in it.
        let version = context.writer.begin_backup(&by, &self.out.display().to_string()).await?;
        let rows = backup::save(&context.writer, by.at, out.content()).await.map_err(|why| match why {
            backup::SaveRefusal::Registry(why) => why.into(),
            backup::SaveRefusal::Key(why) => Refusal::from(why).into(),
            backup::SaveRefusal::File(why) => CliError::Refused(
                "file_refused",
                Text::new(format!("{} に書き込めません（{why}）。", self.out.display()), why.to_string()),
            ),
        })?;
        let file = out.target().display().to_string();
        out.finish(b"")?;
        let journal = context.config.journal.journal.display();
        let text = Text::new(
            format!(
                "台帳 {rows} 行（第{version}版）を {file} に保存しました。認証局の鍵（authority.directory）と変更の記録（{journal}）は別に控えてください。"
            ),
            format!(
                "saved {rows} rows of version {version} in {file}; the CA's keys (authority.directory) and the journal ({journal}) are copied apart"
            ),
        );
        Ok(Answer::done(text, json!({ "file": file, "rows": rows, "version": version })))
    }
}
