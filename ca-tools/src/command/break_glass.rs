//! `ca-tools break-glass`: what custodians did alone, and what another found when they looked at it.

use clap::Subcommand;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::language::Text;
use crate::proposal::{BrokenGlassNo, Finding};

#[derive(Debug, Subcommand)]
pub(crate) enum BreakGlass {
    /// 一覧（新しい順） / list, the newest first
    List {
        /// まだ確認されていないものだけ / only those that wait for their review
        #[arg(long)]
        open: bool,
    },
    /// 別の責任者が確認した結果を記録する（--why に確認したこと） / what another custodian found; --why says it
    Review {
        /// 緊急の操作の番号（B-000001 など） / its number
        #[arg(value_parser = super::typed::broken_glass)]
        no: BrokenGlassNo,
        /// justified（妥当）, unjustified（妥当でない）
        #[arg(long)]
        finding: Finding,
    },
}

impl BreakGlass {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let ledger = context.writer.ledger();
        match self {
            Self::List { open } => {
                let found = if open { ledger.open_reviews().await? } else { ledger.broken_glasses().await? };
                let columns =
                    &["broken_glass", "said", "broken_by", "broken_at", "why", "until", "finding", "reviewed_by"];
                Ok(Answer::list(found, columns))
            }
            Self::Review { no, finding } => {
                let version = context.writer.review(&context.by().await?, no, finding).await?;
                let text = Text::new(
                    format!("{no} の確認結果（{}）を記録しました。", finding.japanese()),
                    format!("reviewed {no}: {finding}"),
                );
                let json = json!({ "broken_glass": no.to_string(), "finding": finding.as_str(), "version": version });
                Ok(Answer::done(text, json))
            }
        }
    }
}
