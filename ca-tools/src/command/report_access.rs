//! `ca-tools report access`: who did what when, with names joined as they were then.

use std::path::PathBuf;

use certs::{DeviceNo, Timestamp};
use clap::Args;
use registry::{LoginId, OfficeNo, RoomRef};
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::moment;
use super::report::ReportFile;
use crate::access::{AccessAsked, AccessRows, AccessWhom, LogFiles, NoLog, access_report};
use crate::clock::now;
use crate::language::Text;

/// Whose lines, from when until when, and where they are.
#[derive(Debug, Args)]
pub(crate) struct AccessReport {
    #[command(flatten)]
    whom: ReportWhom,
    #[command(flatten)]
    span: ReportSpan,
    #[command(flatten)]
    logs: ReportLogs,
    #[command(flatten)]
    file: ReportFile,
}

/// Whose.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = true)]
pub(super) struct ReportWhom {
    /// この端末のもの / of this device
    #[arg(long, value_parser = super::typed::device)]
    pub(super) device: Option<DeviceNo>,
    /// この利用者のもの / of this person
    #[arg(long, value_name = "ID", value_parser = super::typed::login)]
    pub(super) user: Option<LoginId>,
    /// この事業所のもの / of this office
    #[arg(long, value_parser = super::typed::office)]
    pub(super) office: Option<OfficeNo>,
    /// この部屋のもの / in this room
    #[arg(long, value_parser = super::typed::room)]
    pub(super) room: Option<RoomRef>,
}

/// From when until when.
#[derive(Args, Clone, Debug)]
pub(super) struct ReportSpan {
    /// この日から（2026-11-28、または2026-11-28T09:00:00+09:00） / from then on
    #[arg(long, value_name = "TIME")]
    from: String,
    /// この日まで（省略時はいままで） / up to then; now where it is left out
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
}

/// The files of the gateways.
#[derive(Args, Clone, Debug)]
pub(super) struct ReportLogs {
    /// 署名された控え（checkpoints.log） / their signed checkpoints
    #[arg(long, value_name = "FILE")]
    checkpoints: Vec<PathBuf>,
    /// アクセス記録（access.log。ローテーションしたものも読みます）。省略時は、窓口に届いた行だけ / access logs, rotated ones beside them too; without any, what the desk was told
    #[arg(value_name = "LOG")]
    logs: Vec<PathBuf>,
}

impl ReportSpan {
    /// The first second, and the first one after.
    pub(super) fn read(&self) -> Result<(Timestamp, Timestamp), CliError> {
        let from = moment::first(("--from", &self.from))?;
        let last = match &self.to {
            Some(typed) => moment::last(("--to", typed))?,
            None => now(),
        };
        if last < from {
            return Err(CliError::Usage(Text::new(
                "--to が --from より前です。日時を確かめてください。",
                "--to is before --from",
            )));
        }
        Ok((from, last.plus(1)))
    }
}

impl ReportLogs {
    /// None where the desk's own lines are meant. A file that is none is told before minutes are spent.
    pub(super) fn files(&self) -> Result<Option<LogFiles>, CliError> {
        if self.logs.is_empty() {
            return Ok(None);
        }
        let files = LogFiles { logs: self.logs.clone(), checkpoints: self.checkpoints.clone() };
        match files.no_log() {
            None => Ok(Some(files)),
            Some(no_log) => Err(CliError::Usage(said(&no_log))),
        }
    }

    /// For the record: by their names.
    pub(super) fn named(&self) -> Json {
        self.logs.iter().map(|path| path.display().to_string()).collect()
    }
}

/// Lines of this question: from the files, on a thread of their own, or as the desk was told them.
pub(super) async fn rows(
    context: &CommandContext,
    asked: &AccessAsked,
    files: Option<LogFiles>,
) -> Result<AccessRows, CliError> {
    let Some(files) = files else {
        return Ok(AccessRows::told(asked, &context.writer.ledger()).await?);
    };
    let asked = asked.clone();
    let read = tokio::task::spawn_blocking(move || AccessRows::read(&asked, &files)).await;
    read.map_err(|why| unreadable(&why.to_string()))?.map_err(|why| unreadable(&why))
}

/// What of the files is no access log, and what to name instead.
fn said(no_log: &NoLog) -> Text {
    let (ja, en) = match no_log {
        NoLog::Missing(path) => {
            (format!("{} がありません。", path.display()), format!("there is no {}", path.display()))
        }
        NoLog::Foreign(path) => (
            format!("{} は、アクセス記録のファイルではありません。", path.display()),
            format!("{} is no access log", path.display()),
        ),
        NoLog::Empty => (
            "指定されたファイルに、1行も書かれていません。".to_owned(),
            "no line stands in the files that were named".to_owned(),
        ),
    };
    Text::new(
        format!(
            "アクセス記録を読めません：{ja}ゲートウェイの機械の access.log か、その写しを指定してください。何もしていません。"
        ),
        format!("{en}: name the access.log of a gateway, or a copy of it; nothing was done"),
    )
}

/// A file that is none, or cannot be read.
pub(super) fn unreadable(why: &str) -> CliError {
    CliError::Usage(Text::new(
        format!("アクセス記録を読めません：{why}"),
        format!("an access log cannot be read: {why}"),
    ))
}

impl AccessReport {
    pub(super) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let (from, until) = self.span.read()?;
        let ReportWhom { device, user, office, room } = self.whom;
        let asked = AccessAsked { whom: AccessWhom { device, person: user, office, room }, from, until };
        // Whoever may not is told so before minutes are spent.
        context.writer.may_read(&context.by().await?).await?;
        asked.whom.known(&context.writer.ledger()).await?;
        let rows = rows(context, &asked, self.logs.files()?).await?;
        let called = context.writer.ledger().called_then(&rows.names()).await?;
        let AccessWhom { device, person, office, room } = &asked.whom;
        let question = json!({
            "device": device, "person": person, "office": office, "room": room, "from": from.to_string(),
            "until": until.to_string(), "logs": self.logs.named(),
        });
        let report = access_report(&asked, &rows, &called);
        drop((rows, called));
        self.file.of(context, report, question).await
    }
}
