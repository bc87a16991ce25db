//! `ca-tools undo`: an act of the last ten minutes, as if it had not been.

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::receipt::receipted;
use crate::clock::now;
use crate::language::Text;
use crate::refusal::Refusal;
use crate::words::event::Sentence;

#[derive(Args, Debug)]
pub(crate) struct UndoAct {
    /// 取り消す操作の番号（audit list で分かる） / the number of its event: see audit list
    version: i64,
}

impl UndoAct {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let (writer, version) = (&context.writer, self.version);
        let by = context.by().await?;
        let ledger = writer.ledger();
        // Asked before the question, so that nobody says yes to what is refused; the change asks once more.
        let may = ledger.undoable(version, now()).await.map_err(Refusal::from)?.map_err(Refusal::from)?;
        let happened = ledger.happened_at(version).await.map_err(Refusal::from)?;
        let said = happened.map(|happened| Sentence::of(&happened));
        let (line, did) = said.map(|said| (said.line(), said.did)).unwrap_or_default();
        let letters = may.letters();
        context.confirm(Text::new(
            format!("次の操作を取り消します（まだ出ていないメール {letters} 通も取りやめます）。\n{line}"),
            format!("this will be undone, and {letters} letters that have not left are withdrawn\n{line}"),
        ))?;
        let undone = writer.undo(&by, version).await?;
        let text = Text::new(
            format!("「{did}」を取り消しました（操作記録 {version} と {}）。", undone.version),
            format!("undid {} of {} (events {version} and {})", undone.action, undone.subject, undone.version),
        );
        let json = json!({
            "undoes": version, "action": undone.action, "subject": undone.subject,
            "letters_withdrawn": undone.letters, "version": undone.version,
        });
        // Who is on hold stands in the list of what is no longer good.
        let said = if undone.action.starts_with("device.") {
            super::crl::with_list(context, &by, (text, json)).await
        } else {
            (text, json)
        };
        Ok(receipted(context, undone.version, said).await)
    }
}
