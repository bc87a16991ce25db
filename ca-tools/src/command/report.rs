//! `ca-tools report`: what is looked at regularly, and what somebody asks for.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::report_access::AccessReport;
use super::report_maintenance::MaintenanceReport;
use crate::application::Month;
use crate::clock::now;
use crate::issuance::{Output, Overwrite};
use crate::language::{Language, Text};
use crate::sheet::{PrintedReport, ReportFormat};
use crate::survey::{self, Lockout, SurveySettings, UNUSED_DAYS};
use crate::whole::{self, Of};

#[derive(Debug, Subcommand)]
pub(crate) enum Report {
    /// 新しい設定で通れなくなる人・端末・事業所（gateway check --replay の結果に名前を添える） / who would be locked out, with names
    Lockout {
        /// gateway check --replay … --report が書いたファイル / what gateway check --replay … --report wrote
        #[arg(value_name = "FILE")]
        result: PathBuf,
        #[command(flatten)]
        file: ReportFile,
    },
    /// 端末の台帳（保管場所、最後の利用とそのOS・ネットワーク） / every device: where it is kept, when and how it was seen last
    Devices {
        #[command(flatten)]
        file: ReportFile,
    },
    /// 職種・事業所・OSごとの人数と台数、電子証明書の枚数 / how many people, devices and certificates, by profession, office, system
    Numbers {
        #[command(flatten)]
        file: ReportFile,
    },
    /// 月次点検の報告書（書かなければ先月）。--sign-off で確認済みにする / the month's review; --sign-off says that you looked at it
    Review {
        /// どの月か（2026-11） / which month
        #[arg(long, value_name = "MONTH", value_parser = super::typed::month)]
        month: Option<Month>,
        /// 見たことを残す（--why に点検の結果） / keep that you looked at it; what you found is --why
        #[arg(long, conflicts_with_all = ["csv", "xlsx", "html"])]
        sign_off: bool,
        #[command(flatten)]
        file: ReportFile,
    },
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
        let settings = &settings(context);
        match self {
            Self::Lockout { result, file } => {
                let report = survey::lockout(&ledger, &read(&result)?).await?;
                file.of(context, report, json!({ "file": result.display().to_string() })).await
            }
            Self::Devices { file } => file.of(context, survey::devices(&ledger, now()).await?, json!({})).await,
            Self::Numbers { file } => {
                file.of(context, survey::numbers(&ledger, settings, now()).await?, json!({})).await
            }
            Self::Review { month, sign_off: false, file } => {
                let month = month.unwrap_or_else(|| Month::of(now()).before());
                let report = survey::review(&ledger, settings, (month, now())).await?;
                file.of(context, report, json!({ "month": month.to_string() })).await
            }
            Self::Review { month, sign_off: true, file: _ } => {
                let month = month.unwrap_or_else(|| Month::of(now()).before());
                let report = survey::review(&ledger, settings, (month, now())).await?;
                let version = context.writer.review_month(&context.by().await?, month, &report.digest()).await?;
                let (said, digest) = (month.japanese(), report.digest());
                let text = Text::new(format!("{said}の点検を確認済みにしました。"), format!("{month} is reviewed"));
                Ok(Answer::done(text, json!({ "month": month.to_string(), "digest": digest, "version": version })))
            }
            Self::Access(access) => access.run(context).await,
            Self::Maintenance(maintenance) => maintenance.run(context).await,
            Self::Unused { days, file } => {
                let report = survey::unused(&ledger, settings, (days, now())).await?;
                file.of(context, report, json!({ "days": days })).await
            }
        }
    }

    /// Whether it only looks.
    pub(super) fn looks(&self) -> bool {
        !matches!(self, Self::Review { sign_off: true, .. })
    }
}

/// The gateway's result in this file.
fn read(file: &Path) -> Result<Lockout, CliError> {
    let named = |why: Text| {
        let file = file.display();
        CliError::Usage(Text::new(format!("{file}：{}", why.ja), format!("{file}: {}", why.en)))
    };
    let text = whole::text(file, Of::Lockout).map_err(|why| named(Text::new(why.to_string(), why.to_string())))?;
    Lockout::read(&text).map_err(|why| named(why.text()))
}

/// By what of the configuration reports go.
pub(super) fn settings(context: &CommandContext) -> SurveySettings {
    SurveySettings { reports: context.config.reports, professions: context.config.professions.clone() }
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
            // Of a hundred thousand rows each of these takes the room of all: what is not shown is not made.
            let global = &context.global;
            let shown = |language| !global.json && global.lang == language;
            let said = |language| if shown(language) { report.read(language) } else { String::new() };
            let [ja, en] = Language::ALL.map(said);
            return Ok(Answer::done(Text::new(ja, en), if global.json { report.json() } else { Json::Null }));
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
