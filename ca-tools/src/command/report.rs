//! `ca-tools report`: what is looked at regularly, and what somebody asks for.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::report_access::AccessReport;
use super::report_maintenance::MaintenanceReport;
use crate::clock::now;
use crate::issuance::{Output, Overwrite};
use crate::language::{Language, Text};
use crate::sheet::{PrintedReport, ReportFormat};
use crate::survey::{self, UNUSED_DAYS};

#[derive(Debug, Subcommand)]
pub(crate) enum Report {
    /// 使われていないIDと端末（事業所ごと、最後の利用つき） / IDs and devices that nobody uses, by office, with their last use
    Unused {
        /// 使われていない日数 / for so many days
        #[arg(long, default_value_t = UNUSED_DAYS, value_parser = clap::value_parser!(i64).range(1..=3_650))]
        days: i64,
        #[command(flatten)]
        file: ReportFile,
    },
    /// アクセスログ照会：だれが、いつ、何をしたか（氏名つき） / who did what when, with names
    Access(AccessReport),
    /// 保守作業照合：作業計画の時間帯に行われたすべて / all that was done in the windows of a work plan
    Maintenance(MaintenanceReport),
}

impl Report {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let ledger = context.writer.ledger();
        match self {
            Self::Access(access) => access.run(context).await,
            Self::Maintenance(maintenance) => maintenance.run(context).await,
            Self::Unused { days, file } => {
                let kept = context.config.reports.keep_days;
                let report = survey::unused(&ledger, (days, now()), kept).await?;
                file.of(context, report, json!({ "days": days })).await
            }
        }
    }
}

/// Where a report goes that is not shown.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ReportFile {
    /// CSV に書き出す（0600） / write it as CSV
    #[arg(long, value_name = "FILE", conflicts_with_all = ["xlsx", "html"])]
    csv: Option<PathBuf>,
    /// .xlsx に書き出す（0600） / write it as .xlsx
    #[arg(long, value_name = "FILE", conflicts_with = "html")]
    xlsx: Option<PathBuf>,
    /// 印刷用のページに書き出す（0600） / write it as a page to be printed
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl ReportFile {
    /// Shows a report, or writes it into the file that was named, once its event stands: what was asked is kept there.
    pub(super) async fn of(
        self,
        context: &CommandContext,
        report: PrintedReport,
        asked: Json,
    ) -> Result<Answer, CliError> {
        let by = context.by().await?;
        let (name, title) = (report.name, report.title.ja.clone());
        let Some((file, format)) = self.named() else {
            context.writer.read_report(&by, name, (&title, asked)).await?;
            let json = report.json();
            let [ja, en] = Language::ALL.map(|language| report.read(language));
            return Ok(Answer::done(Text::new(ja, en), json));
        };
        let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
        let out = Output::at(&file, overwrite)?;
        let octets = report.file(format)?;
        let rows = report.count();
        // What was taken along is known before it is.
        let question = json!({ "question": asked, "format": format.as_str(), "rows": rows });
        let version = context.writer.read_report(&by, name, (&title, question)).await?;
        out.finish(&octets)?;
        let file = file.display().to_string();
        let text = Text::new(format!("{title}を {file} に書き出しました。"), format!("wrote {name} to {file}"));
        Ok(Answer::done(text, json!({ "report": name, "rows": rows, "file": file, "version": version })))
    }

    /// Which file it goes to, and as what.
    pub(super) fn named(self) -> Option<(PathBuf, ReportFormat)> {
        let csv = self.csv.map(|file| (file, ReportFormat::Csv));
        let xlsx = self.xlsx.map(|file| (file, ReportFormat::Xlsx));
        csv.or(xlsx).or(self.html.map(|file| (file, ReportFormat::Page)))
    }
}
