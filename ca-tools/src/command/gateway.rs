//! `ca-tools gateway`: which ones tell the desk what they do, and which one is no longer waited for.

use clap::Subcommand;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::language::Text;

#[derive(Debug, Subcommand)]
pub(crate) enum Gateway {
    /// 一覧（反映した台帳の版、最後の報告） / list: the version each applies, and when it told last
    List,
    /// 使用を終えたゲートウェイの確認を待たない / wait no more for one that was taken out of service
    Retire {
        /// ゲートウェイの名前（gateway list の名前） / its name
        gateway: String,
    },
}

impl Gateway {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        match self {
            Self::List => {
                let found = context.writer.ledger().gateways().await?;
                Ok(Answer::list(found, &["gateway", "applied", "told_at", "retired_at"]))
            }
            Self::Retire { gateway } => {
                let by = context.by().await?;
                context.confirm(Text::new(
                    format!(
                        "ゲートウェイ {gateway} を使用終了にします。止めたことの確認を、このゲートウェイには求めなくなります。動いているものには使わないでください。"
                    ),
                    format!("no stop will wait for the word of {gateway} any more; do not do this to one that runs"),
                ))?;
                let version = context.writer.retire_gateway(&by, &gateway).await?;
                let text = Text::new(
                    format!("{gateway} を使用終了にしました。また報告があれば、使用中に戻ります。"),
                    format!("{gateway} is retired; should it tell anything again, it is back"),
                );
                Ok(Answer::done(text, json!({ "gateway": gateway, "retired": true, "version": version })))
            }
        }
    }
}
