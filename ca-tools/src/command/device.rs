//! `ca-tools device`: applied for, inspected, approved, on hold.

use certs::{DeviceNo, Timestamp};
use clap::{Subcommand, ValueEnum};
use registry::change::{Inspection, RevokedReason};
use registry::{DeviceStage, LoginId, OfficeNo, Os, Ownership};
use serde_json::{Value as Json, json};
use time::format_description::well_known::Rfc3339;
use time::macros::{format_description, offset, time};
use time::{Date, OffsetDateTime};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::export::{Export, Listed};
use super::inspector::Inspector;
use super::receipt::{mailed, receipted, undoable};
use super::two::Two;
use crate::acts::{DeviceForm, InspectedDevice, Listing};
use crate::application::ChecklistItem;
use crate::language::Text;
use crate::ledger::{DeviceFilter, Entry};
use crate::proposal::Act;
use crate::ticket::Secrets;

#[derive(Debug, Subcommand)]
pub(crate) enum Device {
    /// 申請を受け付ける / apply for a device
    Apply {
        #[arg(long, value_parser = super::typed::office)]
        office: OfficeNo,
        /// 端末の呼び名 / what its people call it
        #[arg(long)]
        label: String,
        /// 端末の OS（windows, macos, linux, android, ios）
        #[arg(long)]
        os: Os,
        /// office（事業所所有）, byod（個人所有）
        #[arg(long)]
        ownership: Ownership,
        /// この端末を使う利用者（複数可。省略時は事業所の全員） / the people it serves; repeatable
        #[arg(long = "user", value_name = "ID", value_parser = super::typed::login)]
        users: Vec<LoginId>,
    },
    /// 検査結果を登録する / record an inspection
    Inspect {
        #[arg(value_parser = super::typed::device)]
        device: DeviceNo,
        #[arg(long, value_enum)]
        result: Outcome,
        /// 満たしていない検査項目（複数可） / an item that does not hold; repeatable
        #[arg(long, value_enum, value_name = "ITEM")]
        unticked: Vec<ChecklistItem>,
        #[command(flatten)]
        report: Inspector,
    },
    /// 承認する（自分で検査した端末は、もう1人の承認が必要） / approve; one's own inspection with a second's approval
    Approve {
        #[arg(value_parser = super::typed::device)]
        device: DeviceNo,
        /// 承認の期限（2027-03-31 または RFC 3339） / the approval's last day
        #[arg(long, value_name = "DATE", value_parser = last_second)]
        until: Option<Timestamp>,
        #[command(flatten)]
        two: Two,
    },
    /// 却下する / turn down
    Reject {
        #[arg(value_parser = super::typed::device)]
        device: DeviceNo,
    },
    /// 一時停止する / put on hold
    Suspend {
        #[arg(value_parser = super::typed::device)]
        device: DeviceNo,
    },
    /// 再開する / lift the hold
    Resume {
        #[arg(value_parser = super::typed::device)]
        device: DeviceNo,
    },
    /// 紛失・盗難の報告を受けて、すぐに止める（--why が必要） / lost or stolen: put on hold at once
    ReportLost {
        #[arg(value_parser = super::typed::device)]
        device: DeviceNo,
        /// 連絡した人 / who told it
        #[arg(long, value_name = "NAME")]
        reported_by: Option<String>,
    },
    /// 使わなくなった端末の使用を終わる（電子証明書は失効し、元に戻せない） / give it up for good; its certificates are revoked
    Retire {
        #[arg(value_parser = super::typed::device)]
        device: DeviceNo,
        /// ended（使わなくなった）, replaced（入替え）, left（退職・異動）, lost（紛失・盗難）, other
        #[arg(long)]
        reason: RevokedReason,
    },
    /// 利用者を限った端末に、利用者を加える・外す（加えるときは --application が必要） / whom it serves by name
    Users {
        #[arg(value_parser = super::typed::device)]
        device: DeviceNo,
        /// 加える利用者（複数可） / who comes; repeatable
        #[arg(long, value_name = "ID", required_unless_present = "remove", value_parser = super::typed::login)]
        add: Vec<LoginId>,
        /// 外す利用者（複数可） / who goes; repeatable
        #[arg(long, value_name = "ID", value_parser = super::typed::login)]
        remove: Vec<LoginId>,
    },
    /// 保管場所の覚え（空にすると消える） / where it is kept; empty takes the note away
    Place {
        #[arg(value_parser = super::typed::device)]
        device: DeviceNo,
        /// どこにあるか / where
        place: String,
    },
    /// 一覧 / list
    List {
        #[arg(long, value_parser = super::typed::office)]
        office: Option<OfficeNo>,
        /// applied（申請受付）, inspected（検査済み）, approved（承認済み）, rejected（却下）, retired（使用終了）
        #[arg(long)]
        stage: Option<DeviceStage>,
        /// 一時停止中のものだけ / only those on hold
        #[arg(long)]
        suspended: bool,
        #[command(flatten)]
        export: Export,
    },
    /// 詳細 / one device
    Show {
        #[arg(value_parser = super::typed::device)]
        device: DeviceNo,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Outcome {
    /// 合格
    Pass,
    /// 不合格
    Fail,
}

impl Device {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let writer = &context.writer;
        match self {
            Self::Apply { office, label, os, ownership, users } => {
                let form = DeviceForm { office, label, os, ownership, users };
                let no = writer.apply_device(&context.by().await?, form).await?;
                let text = Text::new(format!("申請を受け付けました。端末番号　{no}"), format!("applied for {no}"));
                Ok(Answer::done(text, json!({ "device": no, "stage": "applied" })))
            }
            Self::Inspect { device, result, unticked, report } => {
                let (inspection, ja, en) = match result {
                    Outcome::Pass => (Inspection::Passed, "合格", "passed"),
                    Outcome::Fail => (Inspection::Failed, "不合格", "failed"),
                };
                let report = report.report()?;
                let found = InspectedDevice { result: inspection, unticked: &unticked, report: report.as_ref() };
                let version = writer.inspect_device_by(&context.by().await?, device, found).await?;
                let text = Text::new(
                    format!("{device} の検査結果（{ja}）を登録しました。"),
                    format!("{device} {en} its inspection"),
                );
                Ok(Answer::done(text, json!({ "device": device, "result": en, "version": version })))
            }
            Self::Approve { device, until, two } => {
                let act = Act::ApproveDevice { device, until: until.map(Timestamp::unix) };
                let by = two.way(context, &act).await?;
                let secrets = Secrets::draw()?;
                let (version, opened) = writer.approve_device_with(&by, device, until, &secrets).await?;
                let mut text = Text::new(format!("{device} を承認しました。"), format!("approved {device}"));
                let until = until.map(|until| until.to_string());
                let mut json = json!({ "device": device, "approved_until": until, "version": version });
                let again = opened.is_some().then(|| super::ticket::again(device));
                if let Some(opened) = opened {
                    let (said, given) = super::ticket::given((device, &opened), &secrets);
                    text = Text::new(format!("{}\n{}", text.ja, said.ja), format!("{}\n{}", text.en, said.en));
                    for field in ["ticket", "confirmation_code", "number"] {
                        json[field] = given[field].clone();
                    }
                    json["ticket_until"] = given["until"].clone();
                }
                Ok(again.into_iter().fold(Answer::done(text, json), Answer::once))
            }
            Self::Reject { device } => {
                let by = context.by().await?;
                let named = named(&writer.ledger().device(device).await?);
                context.confirm(Text::new(
                    format!("{device}（{named}）の申請を却下します。お知らせのメールが出たあとは、取り消せません。"),
                    format!("the application for {device} ({named}) will be rejected; for good, once a letter about it went out"),
                ))?;
                let version = writer.reject_device(&by, device).await?;
                let text = Text::new(format!("{device} を却下しました。"), format!("rejected {device}"));
                let json = json!({ "device": device, "stage": "rejected", "version": version });
                let (text, json) = undoable(context, version, (text, json)).await;
                Ok(Answer::done(text, json))
            }
            Self::Suspend { device } => {
                let by = context.by().await?;
                let named = named(&writer.ledger().device(device).await?);
                context.confirm(Text::new(
                    format!("{device}（{named}）を一時停止します。使用中の場合は、すぐに切断されます。"),
                    format!("{device} ({named}) will be suspended; its connections end at once"),
                ))?;
                let version = writer.suspend_device(&by, device).await?;
                let text = Text::new(format!("{device} を一時停止しました。"), format!("suspended {device}"));
                let json = json!({ "device": device, "suspended": true, "version": version });
                let said = super::crl::with_list(context, &by, mailed(context, version, (text, json)).await).await;
                Ok(receipted(context, version, said).await)
            }
            Self::Resume { device } => super::loss::resume(context, device).await,
            Self::ReportLost { device, reported_by } => super::loss::report(context, device, reported_by).await,
            Self::Retire { device, reason } => super::retire::retire(context, device, reason).await,
            Self::Users { device, add, remove } => users(context, device, Listing { add, remove }).await,
            Self::Place { device, place } => keep_at(context, device, place).await,
            Self::List { office, stage, suspended, export } => {
                let filter = DeviceFilter {
                    office: office.map(|office| office.to_string()),
                    stage: stage.map(|stage| stage.to_string()),
                    suspended: suspended.then_some(true),
                };
                let listed = Listed {
                    list: "devices",
                    filter: json!({ "office": filter.office, "stage": filter.stage, "suspended": filter.suspended }),
                    entries: writer.ledger().devices(filter).await?,
                    columns: &["device", "label", "office", "office_name", "os", "ownership", "stage", "suspended"],
                };
                export.of(context, listed).await
            }
            Self::Show { device } => show(context, device).await,
        }
    }
}

/// Whom it serves by name from now on.
async fn users(context: &CommandContext, device: DeviceNo, listing: Listing) -> Result<Answer, CliError> {
    let (users, version) = context.writer.list_people(&context.by().await?, device, &listing).await?;
    let said = users.join("、");
    let text = Text::new(
        format!("{device} の利用者：{}", if said.is_empty() { "いません（だれも使えません）" } else { &said }),
        format!("{device} serves: {}", if users.is_empty() { "nobody".to_owned() } else { users.join(", ") }),
    );
    let json = json!({ "device": device, "users": users, "version": version });
    let (text, json) = undoable(context, version, (text, json)).await;
    Ok(Answer::done(text, json))
}

/// Where it is kept from now on.
async fn keep_at(context: &CommandContext, device: DeviceNo, place: String) -> Result<Answer, CliError> {
    let version = context.writer.place_device(&context.by().await?, device, &place).await?;
    let text = if place.trim().is_empty() {
        Text::new(
            format!("端末 {device} の保管場所を、未登録にしました。"),
            format!("where {device} is kept is not known any more"),
        )
    } else {
        Text::new(format!("端末 {device} の保管場所：{place}"), format!("{device} is kept: {place}"))
    };
    Ok(Answer::done(text, json!({ "device": device.to_string(), "place": place, "version": version })))
}

async fn show(context: &CommandContext, device: DeviceNo) -> Result<Answer, CliError> {
    let writer = &context.writer;
    let mut entry = writer.ledger().device(device).await?;
    used_by(context, device, &mut entry).await?;
    let suspicions: Vec<_> = writer.ledger().suspicions(Some(device)).await?.into_iter().map(Json::from).collect();
    entry.insert("suspicions".to_owned(), suspicions.into());
    let not_kept: Vec<_> = writer.ledger().not_kept(device).await?.into_iter().map(Json::from).collect();
    entry.insert("not_kept".to_owned(), not_kept.into());
    Ok(Answer::entry(entry))
}

/// Who uses it: those on its list, or everyone of its office, by name; and when it was last used.
async fn used_by(context: &CommandContext, device: DeviceNo, entry: &mut Entry) -> Result<(), CliError> {
    let ledger = context.writer.ledger();
    let office = entry.get("office").and_then(Json::as_str).and_then(|office| office.parse::<OfficeNo>().ok());
    let everyone = entry.get("everyone") == Some(&Json::Bool(true));
    let mut may_use = entry.get("users").cloned().unwrap_or_default();
    if let Some(office) = office.filter(|_| everyone) {
        let people = ledger.users(Some(&office)).await?;
        let active = people.iter().filter(|person| person.get("state") == Some(&json!("active")));
        let ids: Vec<Json> = active.clone().filter_map(|person| person.get("login_id").cloned()).collect();
        may_use = ids.into();
        if let Some(Json::Object(names)) = entry.get_mut("names") {
            let named = active
                .filter_map(|person| Some((person.get("login_id")?.as_str()?.to_owned(), person.get("name")?.clone())));
            names.extend(named.collect::<Vec<_>>());
        }
    }
    entry.insert("may_use".to_owned(), may_use);
    let last = ledger.sightings(device).await?.into_iter().next();
    let last = last.and_then(|seen| seen.get("last_at").cloned());
    entry.insert("last_used_at".to_owned(), last.unwrap_or_default());
    Ok(())
}

/// 「事業所・呼び名」, as confirmations name a device.
pub(super) fn named(entry: &Entry) -> String {
    let field = |name| entry.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let office = [field("office_name"), field("office")].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    format!("{office}・{}", field("label"))
}

/// Neither a day nor a moment.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a date looks like 2027-03-31, a moment like 2027-03-31T18:00:00+09:00")]
pub(super) struct DateRefusal;

/// A day in Japan means until its last second.
pub(super) fn last_second(text: &str) -> Result<Timestamp, DateRefusal> {
    if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
        return Ok(Timestamp::from_unix(moment.unix_timestamp()));
    }
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map(|day| Timestamp::from_unix(day.with_time(time!(23:59:59)).assume_offset(offset!(+9)).unix_timestamp()))
        .map_err(|_| DateRefusal)
}
