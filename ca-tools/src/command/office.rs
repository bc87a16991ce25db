//! `ca-tools office`: 様式1 and 様式2 of an office, and its hold.

use clap::{Args, Subcommand};
use registry::{LoginId, OfficeNo, OfficeState};
use serde_json::json;

use super::answer::Answer;
use super::application_fields::mistaken;
use super::closing::Replace;
use super::context::CommandContext;
use super::error::CliError;
use super::export::{Export, Listed};
use super::office_details::OfficeDetails;
use super::readiness::Readiness;
use super::receipt::{mailed, receipted, undoable};
use super::two::Two;
use crate::acts::OfficeForm;
use crate::application::{self, Details, Mistake, Mistakes};
use crate::language::{Language, Text};
use crate::ledger::Entry;
use crate::proposal::Act;
use crate::words::event::difference;
use crate::words::heading;

#[derive(Debug, Subcommand)]
pub(crate) enum Office {
    /// 事業所を登録する / register an office
    Register {
        /// 事業所番号
        #[arg(value_parser = super::typed::office)]
        office: OfficeNo,
        #[command(flatten)]
        form: Form,
    },
    /// 事業所の情報を変更する / correct what is known of an office
    Update {
        #[arg(value_parser = super::typed::office)]
        office: OfficeNo,
        #[command(flatten)]
        form: Form,
    },
    /// カシワニネット担当者にする（二要素でログインして、事業所の申請ができる） / name the office's contact
    Contact {
        /// その人のカシワニネットID
        #[arg(value_parser = super::typed::login)]
        id: LoginId,
    },
    /// 一時停止する / put on hold
    Suspend {
        #[arg(value_parser = super::typed::office)]
        office: OfficeNo,
        #[command(flatten)]
        two: Two,
    },
    /// 再開する / lift the hold
    Resume {
        #[arg(value_parser = super::typed::office)]
        office: OfficeNo,
        #[command(flatten)]
        two: Two,
    },
    /// 利用を終了する：ID・端末・電子証明書・招待もすべて終わる（取り消せない） / close for ever, with everything below it
    Withdraw {
        #[arg(value_parser = super::typed::office)]
        office: OfficeNo,
        #[command(flatten)]
        two: Two,
    },
    /// 事業所番号の変更：今の番号を終了し、新しい番号で登録し直す（--application が必要） / close, and register under a new number
    Replace(Replace),
    /// 一覧 / list
    List {
        /// registered（登録済み）, suspended（一時停止）, withdrawn（利用終了）, replaced（事業所番号変更）
        #[arg(long)]
        state: Option<OfficeState>,
        #[command(flatten)]
        export: Export,
    },
    /// ある日までに事業所がしておくこと（操作記録に残る） / what an office must do before a day; kept in an event
    Readiness(Readiness),
    /// 詳細 / one office
    Show {
        #[arg(value_parser = super::typed::office)]
        office: OfficeNo,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Form {
    #[command(flatten)]
    details: OfficeDetails,
    /// 承諾した誓約書の版
    #[arg(long)]
    pledge: Option<String>,
}

impl Form {
    /// Judged as on a page: an operator mistypes no less than others. A blank text takes away what is known, where an
    /// office may be without.
    pub(super) fn read(self) -> Result<OfficeForm, CliError> {
        let mut mistakes = Mistakes::default();
        let mut told = |field: &str, read: Result<String, Text>| {
            read.map_err(|text| mistakes.0.push(Mistake { field: field.to_owned(), text })).ok()
        };
        let OfficeDetails(typed) = self.details;
        let details = Details::from_fn(|detail| {
            let typed = typed[detail].as_deref()?;
            let read = if typed.trim().is_empty() { Ok(String::new()) } else { detail.reader()(typed) };
            told(detail.as_str(), read.and_then(|kept| if kept.is_empty() { detail.emptied() } else { Ok(kept) }))
        });
        let pledge = self.pledge.and_then(|typed| {
            let blank = typed.trim().is_empty();
            told("pledge", if blank { Ok(String::new()) } else { application::pledge_accepted(&typed) })
        });
        let form = OfficeForm { details, pledge };
        if mistakes.0.is_empty() { Ok(form) } else { Err(mistaken(&mistakes)) }
    }
}

impl Office {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let writer = &context.writer;
        match self {
            Self::Register { office, form } => {
                let version = writer.register_office(&context.by().await?, &office, form.read()?).await?;
                let text =
                    Text::new(format!("事業所 {office} を登録しました。"), format!("registered office {office}"));
                Ok(Answer::done(text, json!({ "office": office, "version": version })))
            }
            Self::Update { office, form } => {
                let version = writer.update_office(&context.by().await?, &office, form.read()?).await?;
                let (ja, en) = corrected(context, version).await;
                let text = Text::new(
                    format!("事業所 {office} の情報を変更しました。{ja}"),
                    format!("updated office {office}{en}"),
                );
                let (text, json) =
                    undoable(context, version, (text, json!({ "office": office, "version": version }))).await;
                Ok(Answer::done(text, json))
            }
            Self::Contact { id } => {
                let version = writer.name_contact(&context.by().await?, &id).await?;
                let text = Text::new(
                    format!("{id} を、事業所のカシワニネット担当者にしました。"),
                    format!("{id} is a contact of their office"),
                );
                Ok(Answer::done(text, json!({ "login_id": id, "version": version })))
            }
            Self::Suspend { office, two } => {
                let by = two.way(context, &Act::SuspendOffice { office: office.clone() }).await?;
                let entry = writer.ledger().office(&office).await?;
                let (name, people, devices) = summary(&entry);
                context.confirm(Text::new(
                    format!("事業所 {office}（{name}）を一時停止します。利用者{people}名・端末{devices}台が、すぐに使えなくなります。"),
                    format!("office {office} ({name}) will be suspended: {people} people and {devices} devices are out at once"),
                ))?;
                let version = writer.suspend_office(&by, &office).await?;
                let text =
                    Text::new(format!("事業所 {office} を一時停止しました。"), format!("suspended office {office}"));
                let json = json!({ "office": office, "state": "suspended", "version": version });
                let said = mailed(context, version, (text, json)).await;
                Ok(receipted(context, version, said).await)
            }
            Self::Resume { office, two } => {
                let by = two.way(context, &Act::ResumeOffice { office: office.clone() }).await?;
                let version = writer.resume_office(&by, &office).await?;
                let text = Text::new(format!("事業所 {office} を再開しました。"), format!("resumed office {office}"));
                let json = json!({ "office": office, "state": "registered", "version": version });
                let said = mailed(context, version, (text, json)).await;
                let (text, json) = undoable(context, version, said).await;
                Ok(Answer::done(text, json))
            }
            Self::Withdraw { office, two } => super::closing::withdraw(context, office, &two).await,
            Self::Replace(replace) => super::closing::replace(context, replace).await,
            Self::List { state, export } => {
                let state = state.map(OfficeState::as_str);
                let listed = Listed {
                    list: "offices",
                    filter: json!({ "state": state }),
                    entries: writer.ledger().offices(state).await?,
                    columns: &["office", "name", "state", "users", "devices"],
                };
                export.of(context, listed).await
            }
            Self::Show { office } => {
                let mut entry = writer.ledger().office(&office).await?;
                let trainings = writer.ledger().training_of_office(&office).await?;
                entry.insert("trainings".to_owned(), trainings.into_iter().map(serde_json::Value::from).collect());
                Ok(Answer::entry(entry))
            }
            Self::Readiness(readiness) => readiness.run(context).await,
        }
    }
}

/// What stood there and what stands there now, a line each: whoever typed it sees that it is what they meant.
async fn corrected(context: &CommandContext, version: u64) -> (String, String) {
    let version = i64::try_from(version).unwrap_or(i64::MAX);
    let Ok(Some(happened)) = context.writer.ledger().happened_at(version).await else { return Default::default() };
    let lines = |language| -> String {
        let detail = happened.detail();
        let changed = detail.iter().filter(|(_, value)| value.get("before").is_some());
        changed.map(|(field, value)| format!("\n  {}　{}", heading(field, &[], language), difference(value))).collect()
    };
    (lines(Language::Japanese), lines(Language::English))
}

fn summary(entry: &Entry) -> (String, String, String) {
    let field = |name: &str| entry.get(name).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    let get = |name| field(name).unwrap_or_default();
    (get("name"), get("users"), get("devices"))
}
