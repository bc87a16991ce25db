//! `ca-tools application`: received, inspected, approved, turned down.

use std::path::PathBuf;

use certs::Timestamp;
use clap::{Subcommand, ValueEnum};
use registry::OfficeNo;
use registry::change::Inspection;
use serde_json::json;

use super::answer::Answer;
use super::application_fields::{Typed, mistaken};
use super::context::CommandContext;
use super::device::Outcome;
use super::error::CliError;
use super::export::{Export, Listed};
use super::two::Two;
use crate::acts::{Delivery, Findings, Hand};
use crate::application::{ApplicationNo, ApplicationState, Channel, Day, Facts, Form, Item, Kind, office_named};
use crate::language::{Language, Text};
use crate::ledger::ApplicationFilter;

#[derive(Debug, Subcommand)]
pub(crate) enum Application {
    /// 申請を受け付ける / receive an application
    Receive {
        /// 申請の種類（first_registration, ids, office_change, office_number, certificate）
        #[arg(long)]
        kind: Kind,
        /// 届いた方法
        #[arg(long, value_enum, required_unless_present_any = ["csv", "fields"])]
        channel: Option<Came>,
        /// このCSVファイルの1行を1件として受け付ける（1行目は項目名） / one application a line of this file
        #[arg(long, value_name = "FILE", conflicts_with = "channel")]
        csv: Option<PathBuf>,
        /// --csv の1行目に書く項目名を表示する / show which columns the file may have
        #[arg(long, conflicts_with = "csv")]
        fields: bool,
        #[command(flatten)]
        typed: Box<Typed>,
    },
    /// 検査結果を登録する / record an inspection
    Inspect {
        /// 申請番号
        #[arg(value_parser = super::typed::application)]
        no: ApplicationNo,
        #[arg(long, value_enum)]
        result: Outcome,
        /// 満たしていない検査項目（複数可） / an item that does not hold; repeatable
        #[arg(long, value_name = "ITEM")]
        unticked: Vec<Item>,
        /// 検査の有効期限（省略時は90日） / the inspection's last day
        #[arg(long, value_name = "DATE", value_parser = super::device::last_second)]
        until: Option<Timestamp>,
        #[command(flatten)]
        report: super::inspector::Inspector,
    },
    /// 承認し、申請されたことを行う / approve, and do what was asked
    Approve {
        /// 申請番号
        #[arg(value_parser = super::typed::application)]
        no: ApplicationNo,
        /// 端末の承認の期限 / the last day of a device's approval
        #[arg(long, value_name = "DATE", value_parser = super::device::last_second)]
        until: Option<Timestamp>,
        /// 新しいIDと初期パスワードの用紙（HTML、0600、1人1枚） / write slips of the new IDs to be printed
        #[arg(long, value_name = "FILE")]
        slips: Option<PathBuf>,
        #[command(flatten)]
        two: Two,
    },
    /// 却下する（--why が必要） / turn down
    Reject {
        /// 申請番号
        #[arg(value_parser = super::typed::application)]
        no: ApplicationNo,
    },
    /// 一覧 / list
    List {
        /// received（受付）, inspected（検査済み）, approved（承認済み）, rejected（却下）
        #[arg(long)]
        state: Option<ApplicationState>,
        /// 事業所番号
        #[arg(long, value_parser = super::typed::office)]
        office: Option<OfficeNo>,
        #[command(flatten)]
        export: Export,
    },
    /// 詳細 / one application
    Show {
        /// 申請番号
        #[arg(value_parser = super::typed::application)]
        no: ApplicationNo,
    },
}

/// How it came; one line of a file says so itself.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Came {
    /// 電子申請
    Web,
    /// メール
    Email,
    /// 郵送
    Post,
    /// 窓口
    Counter,
}

impl From<Came> for Channel {
    fn from(came: Came) -> Self {
        match came {
            Came::Web => Self::Web,
            Came::Email => Self::Email,
            Came::Post => Self::Post,
            Came::Counter => Self::Counter,
        }
    }
}

impl Application {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let writer = &context.writer;
        match self {
            Self::Receive { kind, fields: true, .. } => Ok(super::application_csv::fields(kind)),
            Self::Receive { kind, csv: Some(file), .. } => super::application_csv::receive(context, kind, &file).await,
            Self::Receive { kind, channel, csv: None, fields: false, typed } => {
                let channel = channel.map_or(Channel::Counter, Channel::from);
                receive(context, (kind, channel), *typed).await
            }
            Self::Inspect { no, result, unticked, until, report } => {
                let (result, ja, en) = match result {
                    Outcome::Pass => (Inspection::Passed, "合格", "passed"),
                    Outcome::Fail => (Inspection::Failed, "不合格", "failed"),
                };
                let report = report.report()?;
                let findings = Findings { result, unticked: &unticked, until, report: report.as_ref() };
                let (state, told) = writer.inspect_application(&context.by().await?, no, findings).await?;
                let text = Text::new(
                    format!("申請 {no} の検査結果（{ja}）を登録しました。{}", told.map_or("", told_in_japanese)),
                    format!("{no} {en} its inspection; {}", told.map_or("nobody is told yet", told_in_english)),
                );
                Ok(Answer::done(text, json!({ "application": no.to_string(), "result": en, "state": state.as_str() })))
            }
            Self::Approve { no, until, slips, two } => {
                super::approval::approve(context, (no, until, &two), slips.as_deref()).await
            }
            Self::Reject { no } => {
                let by = context.by().await?;
                let (_, form) = writer.ledger().application(no).await?;
                let why = by.why.clone().ok_or(crate::refusal::Refusal::NoWhy)?;
                context.confirm(Text::new(
                    format!(
                        "申請 {no}（{}、事業所 {}）を却下します。お知らせのメールが出たあとは、取り消せません。理由は申請者に伝わります：{why}",
                        form.kind().japanese(),
                        form.office()
                    ),
                    format!(
                        "{no} ({}, office {}) will be rejected, for good once the letter left; the contact is told why: {why}",
                        form.kind(),
                        form.office()
                    ),
                ))?;
                let told = writer.reject_application(&by, no).await?;
                let text = Text::new(
                    format!("申請 {no} を却下しました。{}", told_in_japanese(told)),
                    format!("rejected {no}; {}", told_in_english(told)),
                );
                Ok(Answer::done(text, json!({ "application": no.to_string(), "state": "rejected" })))
            }
            Self::List { state, office, export } => {
                let filter = ApplicationFilter {
                    state: state.map(|state| state.to_string()),
                    office: office.map(|office| office.to_string()),
                };
                let listed = Listed {
                    list: "applications",
                    filter: json!({ "state": filter.state, "office": filter.office }),
                    entries: writer.ledger().applications(filter).await?,
                    columns: &["application", "kind", "office", "office_name", "channel", "state", "received_at"],
                };
                export.of(context, listed).await
            }
            Self::Show { no } => {
                let (entry, form) = writer.ledger().application(no).await?;
                Ok(Answer::entry(entry).showing("form", said(&form)))
            }
        }
    }
}

/// What a form says, a line each.
fn said(form: &Form) -> Text {
    let lines = |language| {
        form.lines(language).iter().map(|line| format!("{}：{}", line.label, line.text)).collect::<Vec<_>>().join("\n")
    };
    Text::new(lines(Language::Japanese), lines(Language::English))
}

async fn receive(context: &CommandContext, (kind, channel): (Kind, Channel), typed: Typed) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let fields = typed.fields();
    let office = match office_named(&fields) {
        Some(office) => context.writer.ledger().known_office(&office).await?,
        None => None,
    };
    let facts = Facts { today: Day::of(by.at), office: office.as_ref(), professions: &context.config.professions };
    let form = Form::read(kind, &fields, &facts).map_err(|mistakes| mistaken(&mistakes))?;
    let received = context.writer.receive_application(&by, &Hand::Operator(channel), &form).await?;
    let no = received.application;
    let device = received.device.map(|device| device.to_string());
    let (ja, en) = match &device {
        Some(device) => (format!("　端末番号　{device}"), format!(" for {device}")),
        None => Default::default(),
    };
    let text = Text::new(
        format!("申請を受け付けました。申請番号　{no}{ja}\n{}", told_in_japanese(received.told)),
        format!("received {no}{en}; {}", told_in_english(received.told)),
    );
    let told = received.told == Delivery::ByMail;
    let json = json!({
        "application": no.to_string(), "kind": kind.as_str(), "office": form.office(), "device": device, "mailed": told,
    });
    Ok(Answer::done(text, json))
}

pub(super) fn told_in_japanese(told: Delivery) -> &'static str {
    match told {
        Delivery::ByMail => "担当者へメールでお知らせします。",
        Delivery::NoAddress => "事業所にメールアドレスがないため、メールは送りません。別の方法で伝えてください。",
    }
}

pub(super) fn told_in_english(told: Delivery) -> &'static str {
    match told {
        Delivery::ByMail => "the contact is told by mail",
        Delivery::NoAddress => "the office has no mail address: tell it another way",
    }
}
