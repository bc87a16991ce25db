//! `ca-tools incident`: what happened, who was stopped, what was reached, what is to be reported until when, and the paper.

use std::path::PathBuf;

use certs::DeviceNo;
use clap::{Args, Subcommand, ValueEnum};
use registry::{LoginId, OfficeNo};
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::export::{Export, Listed};
use super::incident_extract::{IncidentExtract, check};
use super::moment;
use super::receipt::{mailed, receipted};
use super::report::ReportFile;
use crate::access::{extract_of, paper_of};
use crate::acts::NewPassword;
use crate::application::Day;
use crate::clock::now;
use crate::incident::{Duty, IncidentForm, IncidentNo, IncidentWhom};
use crate::issuance::{Output, Overwrite};
use crate::language::{Language, Text};
use crate::ledger::OwedReport;
use crate::password::{self, MadeUp};
use crate::sheet::PrintedReport;

/// An incident is named by its number.
pub(super) const INCIDENT: &str = "事故・障害の記録番号（I-000001） / the incident's number";

#[derive(Debug, Subcommand)]
pub(crate) enum Incident {
    /// 事故・障害を記録する / open an incident
    Open(OpenIncident),
    /// 記録した端末・利用者・事業所をすぐに止める / stop at once what an incident is about
    Stop {
        #[arg(value_parser = super::typed::incident, help = INCIDENT)]
        no: IncidentNo,
    },
    /// 記事を加える / append a note
    Note {
        #[arg(value_parser = super::typed::incident, help = INCIDENT)]
        no: IncidentNo,
        /// 分かったこと、したこと / what became known, what was done
        #[arg(long)]
        text: String,
    },
    /// 報告が済んだことを記録する / write down that a report was made
    Report {
        #[arg(value_parser = super::typed::incident, help = INCIDENT)]
        no: IncidentNo,
        /// mayor（市長）, prompt（速報）, full（確報）
        #[arg(long = "as", value_enum, value_name = "REPORT")]
        duty: ReportAs,
        /// 報告した日（省略時は今日） / on which day; today where it is left out
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
    /// 終結する / close it
    Close {
        #[arg(value_parser = super::typed::incident, help = INCIDENT)]
        no: IncidentNo,
        /// 結果 / what came of it
        #[arg(long)]
        outcome: String,
    },
    /// 一覧（新しい順） / list, the newest first
    List {
        /// 対応中のものだけ / only those that are open
        #[arg(long)]
        open: bool,
        #[command(flatten)]
        export: Export,
    },
    /// 詳細。--extract で、保存された抽出 / one incident, or an extract that is kept with it
    Show {
        #[arg(value_parser = super::typed::incident, help = INCIDENT)]
        no: IncidentNo,
        /// 抽出の号 / this extract of it
        #[arg(long, value_name = "N")]
        extract: Option<i64>,
    },
    /// 市長への報告書（誓約事項①） / the paper for the mayor
    Paper {
        #[arg(value_parser = super::typed::incident, help = INCIDENT)]
        no: IncidentNo,
        #[command(flatten)]
        file: ReportFile,
    },
    /// アクセス記録から到達範囲を抽出し、封印する / what was reached, from the access logs, sealed
    Extract(IncidentExtract),
    /// 抽出のファイルが、封印したときのままかを確かめる / is this file as it was sealed?
    Check {
        /// incident extract が書いたファイル / a file that incident extract wrote
        file: PathBuf,
    },
}

/// What is told of a new one.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whom").required(true).multiple(true).args(["device", "user", "office"]))]
pub(crate) struct OpenIncident {
    /// どの端末か / the device
    #[arg(long, value_parser = super::typed::device)]
    device: Option<DeviceNo>,
    /// だれのIDか / the person
    #[arg(long, value_name = "ID", value_parser = super::typed::login)]
    user: Option<LoginId>,
    /// どの事業所か / the office
    #[arg(long, value_parser = super::typed::office)]
    office: Option<OfficeNo>,
    /// 起きたこと / what happened
    #[arg(long)]
    what: String,
    /// 分かった日時（ここから期限を数えます） / when it was found: the days are counted from then on
    #[arg(long, value_name = "TIME")]
    found: String,
    /// 報告した人 / who told it
    #[arg(long, value_name = "NAME")]
    reported_by: String,
    /// 不正の目的のおそれがある（確報は60日以内） / somebody may have meant harm: 60 days
    #[arg(long)]
    wrongful: bool,
    /// 端末・ID・ログイン状態・パスワードを、同時に止める / stop the device, the ID, its sessions and its password with it
    #[arg(long)]
    stop: bool,
}

/// To whom it was reported.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReportAs {
    /// 市長への報告
    Mayor,
    /// 速報
    Prompt,
    /// 確報
    Full,
}

impl From<ReportAs> for Duty {
    fn from(word: ReportAs) -> Self {
        match word {
            ReportAs::Mayor => Self::Mayor,
            ReportAs::Prompt => Self::Prompt,
            ReportAs::Full => Self::Full,
        }
    }
}

impl Incident {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let writer = &context.writer;
        match self {
            Self::Open(told) => open(context, told).await,
            Self::Stop { no } => stop(context, no).await,
            Self::Note { no, text } => {
                let version = writer.note_incident(&context.by().await?, no, &text).await?;
                let said = Text::new(format!("{no} に記事を加えました。"), format!("noted in {no}"));
                Ok(Answer::done(said, json!({ "incident": no.to_string(), "version": version })))
            }
            Self::Report { no, duty, on } => report(context, (no, duty.into()), on.as_deref()).await,
            Self::Close { no, outcome } => close(context, no, &outcome).await,
            Self::List { open, export } => {
                let state = open.then_some("open");
                let listed = Listed {
                    list: "incidents",
                    filter: json!({ "state": state }),
                    entries: writer.ledger().incidents(state).await?,
                    columns: &["incident", "state", "found_at", "what", "device", "login_id", "office"],
                };
                export.of(context, listed).await
            }
            Self::Show { no, extract: None } => show(context, no).await,
            Self::Show { no, extract: Some(number) } => shown_extract(context, (no, number)).await,
            Self::Paper { no, file } => {
                let report = paper_of(&writer.ledger(), no, now()).await?;
                let by = context.by().await?;
                let version = writer.take_paper(&by, no).await?;
                printed(context, (report, version), file)
            }
            Self::Extract(extract) => extract.run(context).await,
            Self::Check { file } => check(context, &file).await,
        }
    }
}

/// Shows a report, or writes it into the file that was named; its event stands already.
fn printed(
    context: &CommandContext,
    (report, version): (PrintedReport, u64),
    file: ReportFile,
) -> Result<Answer, CliError> {
    let title = report.title.clone();
    let Some((file, format)) = file.named() else {
        let [ja, en] = Language::ALL.map(|language| report.read(language));
        return Ok(Answer::done(Text::new(ja, en), report.json()));
    };
    let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
    let out = Output::at(&file, overwrite)?;
    let octets = report.file(format)?;
    out.finish(&octets)?;
    let file = file.display().to_string();
    let text = Text::new(format!("{}を {file} に書き出しました。", title.ja), format!("wrote {file}"));
    Ok(Answer::done(text, json!({ "report": report.name, "file": file, "version": version })))
}

async fn open(context: &CommandContext, told: OpenIncident) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let form = IncidentForm {
        whom: IncidentWhom { device: told.device, person: told.user, office: told.office },
        what: told.what,
        found: moment::first(("--found", &told.found))?,
        reported_by: told.reported_by,
        wrongful: told.wrongful,
    };
    let password = if told.stop {
        context.confirm(Text::new(
            "記録した端末・利用者・事業所を、すぐに止めます。使用中の画面は切れ、パスワードは使えなくなります。",
            "what the incident is about will be stopped: what runs ends at once, and the password opens nothing any more",
        ))?;
        Some(nobodys()?)
    } else {
        None
    };
    let opened = context.writer.open_incident(&by, form, password.as_ref()).await?;
    let (no, stopped) = (opened.no, opened.stopped.join("、"));
    let owed = context.writer.ledger().owed_reports(no).await?;
    let [ja, en] = dates(&owed);
    let (stopped_ja, stopped_en) = if stopped.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("\n止めたもの：{stopped}"), format!("\nstopped: {stopped}"))
    };
    let text = Text::new(
        format!(
            "記録しました。記録番号　{no}{stopped_ja}\n{ja}\n次は、到達範囲の抽出（incident extract {no}）と報告書（incident paper {no}）です。"
        ),
        format!("opened {no}{stopped_en}\n{en}\nnext: incident extract {no}, incident paper {no}"),
    );
    let json = json!({
        "incident": no.to_string(), "state": "open", "stopped": opened.stopped, "version": opened.version,
        "reports": owed.iter().map(owing).collect::<Vec<_>>(),
    });
    if opened.stopped.is_empty() {
        return Ok(Answer::done(text, json));
    }
    let said = super::crl::with_list(context, &by, mailed(context, opened.version, (text, json)).await).await;
    Ok(receipted(context, opened.version, said).await)
}

async fn stop(context: &CommandContext, no: IncidentNo) -> Result<Answer, CliError> {
    let by = context.by().await?;
    context.writer.ledger().incident(no).await?;
    context.confirm(Text::new(
        format!("{no} の端末・利用者・事業所を、すぐに止めます。使用中の画面は切れ、パスワードは使えなくなります。"),
        format!("what {no} is about will be stopped: what runs ends at once, and the password opens nothing any more"),
    ))?;
    let (stopped, version) = context.writer.stop_incident(&by, no, &nobodys()?).await?;
    let said = stopped.join("、");
    let text = Text::new(format!("止めました：{said}"), format!("stopped: {said}"));
    let json = json!({ "incident": no.to_string(), "stopped": stopped, "version": version });
    let said = super::crl::with_list(context, &by, mailed(context, version, (text, json)).await).await;
    Ok(receipted(context, version, said).await)
}

/// A password that is shown to nobody: the one before opens nothing any more.
fn nobodys() -> Result<NewPassword, CliError> {
    Ok(NewPassword { hash: password::hash(MadeUp::password()?.reveal())? })
}

async fn report(
    context: &CommandContext,
    (no, duty): (IncidentNo, Duty),
    on: Option<&str>,
) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let on = match on {
        Some(typed) => Day::of(moment::first(("--on", typed))?),
        None => Day::of(by.at),
    };
    let version = context.writer.report_incident(&by, no, (duty, on)).await?;
    let called = duty.called();
    let text = Text::new(
        format!("{no}：{}を {} に済ませたことを記録しました。", called.ja, on.japanese()),
        format!("{no}: {} was made on {on}", called.en),
    );
    let json = json!({ "incident": no.to_string(), "report": duty.as_str(), "on": on.to_string(), "version": version });
    Ok(Answer::done(text, json))
}

async fn close(context: &CommandContext, no: IncidentNo, outcome: &str) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let owed = context.writer.ledger().owed_reports(no).await?;
    let open: Vec<_> = owed.iter().filter(|owed| owed.done.is_none()).map(|owed| owed.duty.called()).collect();
    let (ja, en): (Vec<_>, Vec<_>) = open.into_iter().map(|called| (called.ja, called.en)).unzip();
    let missing = |list: &[String], none: &str, said: &str| {
        if list.is_empty() { none.to_owned() } else { format!("{said}{}", list.join("、")) }
    };
    context.confirm(Text::new(
        format!("{no} を終結します。あとから記事は加えられません。{}", missing(&ja, "", "まだ記録のない報告：")),
        format!("{no} will be closed; nothing can be noted after that. {}", missing(&en, "", "not reported: ")),
    ))?;
    let version = context.writer.close_incident(&by, no, outcome).await?;
    let days = context.config.retention.incidents;
    let text = Text::new(
        format!("{no} を終結しました。この記録のために残しているものは、{days}日後から保存期間どおりに終わります。"),
        format!("closed {no}; what it holds is ended in its time again after {days} days"),
    );
    Ok(Answer::done(text, json!({ "incident": no.to_string(), "state": "closed", "version": version })))
}

async fn show(context: &CommandContext, no: IncidentNo) -> Result<Answer, CliError> {
    let ledger = context.writer.ledger();
    let (entry, owed) = (ledger.incident(no).await?, ledger.owed_reports(no).await?);
    let [ja, en] = dates(&owed);
    Ok(Answer::entry(entry).with_note(Text::new(ja, en)))
}

async fn shown_extract(context: &CommandContext, (no, number): (IncidentNo, i64)) -> Result<Answer, CliError> {
    let report = extract_of(&context.writer.ledger(), (no, number), now()).await?;
    context.writer.read_extract(&context.by().await?, no, number).await?;
    let [ja, en] = Language::ALL.map(|language| report.read(language));
    Ok(Answer::done(Text::new(ja, en), report.json()))
}

fn owing(owed: &OwedReport) -> Json {
    let done = owed.done.as_ref();
    json!({
        "report": owed.duty.as_str(), "due": owed.due.to_string(),
        "done_on": done.map(|done| done.on.to_string()), "done_by": done.map(|done| &done.by),
    })
}

/// Until when what is to be reported.
fn dates(owed: &[OwedReport]) -> [String; 2] {
    Language::ALL.map(|language| {
        let line = |owed: &OwedReport| {
            let standing = owed.duty.standing((owed.due, owed.done.as_ref()), now());
            format!("{}：{}", owed.duty.called().read(language), standing.read(language))
        };
        owed.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}
