//! `ca-tools journal`: a journal that was lost is begun anew.

use clap::Subcommand;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::audit;
use crate::language::Text;

/// What says that the registry is not where the house was.
const BEHIND: [&str; 2] = ["other_history", "registry_cut"];

#[derive(Debug, Subcommand)]
pub(crate) enum Journal {
    /// 失われた変更の記録を、今の台帳から始め直す / begin a lost journal anew, from the registry as it is
    Start,
}

impl Journal {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let Self::Start = self;
        let found = audit::whole(&context.writer).await?;
        if found.troubles.is_empty() {
            return Err(CliError::Refused(
                "journal_sound",
                Text::new(
                    "変更の記録は正常です。始め直す必要はありません。何も変更していません。",
                    "the journal is whole: there is nothing to begin anew; nothing was changed",
                ),
            ));
        }
        // A registry that is not the newest, or of another history, is not made right by a word.
        if let Some(trouble) = found.troubles.iter().find(|trouble| BEHIND.contains(&trouble.code)) {
            return Err(CliError::Refused(
                "restore_needed",
                Text::new(
                    format!("変更の記録は始め直せません：{}何も変更していません。", trouble.text.ja),
                    format!("the journal is not begun anew: {}; nothing was changed", trouble.text.en),
                ),
            ));
        }
        let ja: String = found.troubles.iter().map(|trouble| format!("\n- {}", trouble.text.ja)).collect();
        let en: String = found.troubles.iter().map(|trouble| format!("\n- {}", trouble.text.en)).collect();
        context.confirm(Text::new(
            format!("次の異常があります。今の台帳を正しいものとして、変更の記録を始め直します（今のファイルは別名で残します）。{ja}"),
            format!("this is wrong now; the journal begins anew and takes the registry as it is for right (the old file is kept under another name):{en}"),
        ))?;
        let codes: Vec<_> = found.troubles.iter().map(|trouble| trouble.code).collect();
        let (version, aside) = context.writer.start_journal(&context.by().await?, &codes).await?;
        let file = context.config.journal.journal.display().to_string();
        let text = Text::new(
            format!("変更の記録 {file} を、第{version}版の台帳から始め直しました。"),
            format!("the journal {file} begins anew from the registry at version {version}"),
        );
        Ok(Answer::done(text, json!({ "file": file, "version": version, "kept_as": aside, "was": codes })))
    }
}
