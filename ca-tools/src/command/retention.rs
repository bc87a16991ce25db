//! `ca-tools retention`: what is kept for how long, what is old enough, and what is on hold.

use certs::Timestamp;
use clap::Subcommand;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::moment;
use crate::acts::hold_name;
use crate::calendar::day;
use crate::clock::now;
use crate::language::{Language, Text};
use crate::survey;

#[derive(Debug, Subcommand)]
pub(crate) enum KeptRecords {
    /// 種類ごとの保存期間と、いま終わるもの / what is kept for how long, and what is old enough
    Show,
    /// 保存期間の終わったものを終わらせる（窓口も毎日行う） / end what is old enough; the desk does so daily
    Run {
        /// 何も変えずに、終わるものを示す / only tell what would be ended
        #[arg(long)]
        dry_run: bool,
    },
    /// 調査などのために、消さないようにする（--why に理由。事故の記録は、開くと自動で止まります） / keep what is needed, whatever its age; an open incident does so by itself
    Hold {
        /// 何のためか（事故番号など） / what for: an incident's number
        name: String,
        /// この日からのものを残す（書かなければすべて） / from this day on; all, where none is named
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
    },
    /// 消さないようにしたのを、やめる（--why に理由） / lift a hold
    Release {
        /// 何のためだったか / what it was for
        name: String,
    },
}

impl KeptRecords {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let (writer, policy) = (&context.writer, &context.config.retention);
        match self {
            Self::Show | Self::Run { dry_run: true } => {
                let (old, holds) = writer.old_rows(policy, now()).await?;
                let report = survey::kept(&old, &holds, context.config.reports.keep_days);
                let [ja, en] = Language::ALL.map(|language| report.read(language));
                Ok(Answer::done(Text::new(ja, en), report.json()))
            }
            Self::Run { dry_run: false } => {
                let ended = writer.end_old_rows(&context.by().await?, policy).await?;
                let said: Vec<_> =
                    ended.iter().map(|one| format!("{}：{}件", one.kind.japanese(), one.count)).collect();
                let all: i64 = ended.iter().map(|one| one.count).sum();
                let ja = if said.is_empty() {
                    "終わらせるものはありません。".to_owned()
                } else {
                    said.join("\n")
                };
                let kinds: Json =
                    ended.iter().map(|one| json!({ "kept": one.kind.as_str(), "count": one.count })).collect();
                Ok(Answer::done(Text::new(ja, format!("{all} ended")), json!({ "ended": kinds })))
            }
            Self::Hold { name, from } => {
                let (name, from) = (named(&name)?, from.as_deref().map(|typed| moment::first(("--from", typed))));
                let from = from.transpose()?;
                let since = from.unwrap_or(Timestamp::from_unix(0));
                let version = writer.hold_records(&context.by().await?, &name, since).await?;
                let what = from.map_or_else(|| "すべて".to_owned(), |from| format!("{}からのもの", day(from)));
                let text = Text::new(
                    format!(
                        "{name} のために、{what}を消さないようにしました。ゲートウェイも、アクセス記録を同じように残します。"
                    ),
                    format!("nothing from {since} on is ended while {name} is on hold, the gateways' lines neither"),
                );
                Ok(Answer::done(text, json!({ "hold": name, "from": since.to_string(), "version": version })))
            }
            Self::Release { name } => {
                let name = named(&name)?;
                let version = writer.release_records(&context.by().await?, &name).await?;
                let text = Text::new(
                    format!("{name} のために止めていた消去を、元に戻しました。"),
                    format!("{name} is released"),
                );
                Ok(Answer::done(text, json!({ "hold": name, "version": version })))
            }
        }
    }

    /// Whether it only looks.
    pub(super) fn looks(&self) -> bool {
        matches!(self, Self::Show | Self::Run { dry_run: true })
    }
}

fn named(typed: &str) -> Result<String, CliError> {
    hold_name(typed).ok_or_else(|| {
        CliError::Usage(Text::new(
            format!("「{typed}」は名前になりません。事故番号など、英数字とハイフンで40文字までにしてください。"),
            format!("{typed:?} is no name of a hold: letters, digits and hyphens, 40 at most"),
        ))
    })
}
