//! `ca-tools retention`: what is kept for how long, what is old enough, and what is on hold.

use certs::Timestamp;
use clap::Subcommand;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::moment;
use crate::acts::OldRows;
use crate::calendar::{day, minute};
use crate::clock::now;
use crate::language::{Language, Text};
use crate::rows::retention::OpenHold;
use crate::sheet::{PrintedCell, PrintedColumn, PrintedReport, PrintedTable};

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
                Ok(shown(&old, &holds, context.config.reports.keep_days))
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
                let from = from.as_deref().map(|typed| moment::first(("--from", typed))).transpose()?;
                let from = from.unwrap_or(Timestamp::from_unix(0));
                let version = writer.hold_records(&context.by().await?, &named(&name)?, from).await?;
                let text = Text::new(
                    format!(
                        "{name} のために、{}からのものを消さないようにしました。ゲートウェイも、その日からのアクセス記録を消しません。",
                        day(from)
                    ),
                    format!("nothing from {from} on is ended while {name} is on hold, the gateways' lines neither"),
                );
                Ok(Answer::done(text, json!({ "hold": name, "from": from.to_string(), "version": version })))
            }
            Self::Release { name } => {
                let version = writer.release_records(&context.by().await?, &named(&name)?).await?;
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

/// What a hold is called: some letters and digits.
fn named(typed: &str) -> Result<String, CliError> {
    let plain = crate::spelling::code(typed).unwrap_or_default();
    let fits = (1..=40).contains(&plain.len()) && plain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits {
        return Ok(plain);
    }
    Err(CliError::Usage(Text::new(
        format!("「{typed}」は名前になりません。事故番号など、英数字とハイフンで40文字までにしてください。"),
        format!("{typed:?} is no name of a hold: letters, digits and hyphens, 40 at most"),
    )))
}

fn shown(old: &[OldRows], holds: &[OpenHold], told_days: i64) -> Answer {
    let row = |one: &OldRows| {
        let kept = PrintedCell::word(one.kind.japanese(), one.kind.as_str());
        let before = PrintedCell::word(day(one.before), one.before.to_string());
        vec![kept, PrintedCell::number(one.days), before, PrintedCell::number(one.count)]
    };
    let hold = |one: &OpenHold| {
        vec![
            PrintedCell::text(&one.hold),
            PrintedCell::word(day(one.from), one.from.to_string()),
            PrintedCell::text(&one.why),
            PrintedCell::text(&one.by),
            PrintedCell::word(minute(one.at), one.at.to_string()),
        ]
    };
    let report = PrintedReport {
        name: "retention",
        title: Text::new("保存期間", "what is kept for how long"),
        notes: vec![
            Text::new(
                format!("ゲートウェイが伝えたログイン・拒否の写しは、{told_days}日で消えます（reports.keep_days）。"),
                format!("copies of access lines go after {told_days} days (reports.keep_days)"),
            ),
            Text::new(
                "操作記録と変更の記録は、改ざんされていないことを後から確かめるために消しません。アクセス記録はゲートウェイが終わらせます（gateway log end）。",
                "events and journal are kept, so that they can be verified; access logs are ended by the gateways (gateway log end)",
            ),
        ],
        tables: vec![
            PrintedTable {
                name: "kept",
                caption: Text::new("種類ごとの保存期間", "by kind"),
                columns: vec![
                    PrintedColumn::text("kept", "終わるもの"),
                    PrintedColumn::number("days", "日数"),
                    PrintedColumn::text("before", "この日より前のもの"),
                    PrintedColumn::number("due", "いま終わる件数"),
                ],
                rows: old.iter().map(row).collect(),
            },
            PrintedTable {
                name: "holds",
                caption: Text::new("消さないようにしているもの", "holds"),
                columns: [
                    ("hold", "名前"),
                    ("from", "この日から"),
                    ("why", "理由"),
                    ("by", "止めた人"),
                    ("at", "止めた日時"),
                ]
                .map(|(field, head)| PrintedColumn::text(field, head))
                .to_vec(),
                rows: holds.iter().map(hold).collect(),
            },
        ],
    };
    let [ja, en] = Language::ALL.map(|language| report.read(language));
    Answer::done(Text::new(ja, en), report.json())
}
