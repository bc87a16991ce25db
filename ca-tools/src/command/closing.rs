//! `ca-tools office withdraw` and `office replace`: an office closes, with everything below it.

use clap::Args;
use registry::OfficeNo;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::office::Form;
use super::receipt::receipted;
use super::two::Two;
use crate::acts::{By, Ended, OfficeForm};
use crate::language::Text;
use crate::proposal::Act;

#[derive(Args, Debug)]
pub(crate) struct Replace {
    /// 今までの事業所番号 / the number that ends
    #[arg(value_name = "OFFICE", value_parser = super::typed::office)]
    old: OfficeNo,
    /// 新しい事業所番号 / the new number
    #[arg(long, value_name = "OFFICE", value_parser = super::typed::office)]
    to: OfficeNo,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    two: Two,
}

/// Closes an office (利用終了).
pub(super) async fn withdraw(context: &CommandContext, office: OfficeNo, two: &Two) -> Result<Answer, CliError> {
    let by = two.way(context, &Act::WithdrawOffice { office: office.clone() }).await?;
    let name = name(context, &office).await?;
    if !context.global.yes {
        let said = counted(&context.writer.foresee_withdrawal(&by, &office).await?);
        context.confirm(Text::new(
            format!("事業所 {office}（{name}）の利用を終了します。取り消せません。{}が、すぐに終わります。", said.ja),
            format!("the office {office} ({name}) will be withdrawn for ever, and with it at once {}", said.en),
        ))?;
    }
    let (ended, version) = context.writer.withdraw_office(&by, &office).await?;
    let said = counted(&ended);
    let text = Text::new(
        format!("事業所 {office}（{name}）の利用を終了しました。\n終わったもの：{}", said.ja),
        format!("withdrew the office {office} ({name})\nended: {}", said.en),
    );
    let json = json!({ "office": office, "state": "withdrawn", "version": version, "ended": ended.json() });
    Ok(listed(context, &by, version, text, json, &ended).await)
}

/// Closes an office and registers it under its new number (事業所番号変更).
pub(super) async fn replace(context: &CommandContext, wanted: Replace) -> Result<Answer, CliError> {
    let Replace { old, to, form, two } = wanted;
    let name = name(context, &old).await?;
    let form: OfficeForm = form.read()?;
    let act = Act::ReplaceOffice { office: old.clone(), to: to.clone(), form: form.said() };
    let by = two.way(context, &act).await?;
    context.writer.may_do(&by, &act).await?;
    if !context.global.yes {
        let said = counted(&context.writer.foresee_replacement(&by, (&old, &to), form.clone()).await?);
        context.confirm(Text::new(
            format!(
                "事業所 {old}（{name}）を終了し、{to} として登録し直します。取り消せません。{}が、すぐに終わります。引き継がれません。",
                said.ja
            ),
            format!(
                "the office {old} ({name}) will be closed for ever and registered anew as {to}; at once end, and are not carried over: {}",
                said.en
            ),
        ))?;
    }
    let pledged = form.pledge.is_some();
    let (ended, version) = context.writer.replace_office(&by, (&old, &to), form).await?;
    let (said, anew) = (counted(&ended), applied_anew(&ended, &to));
    let (pledge_ja, pledge_en) = if pledged {
        ("", "")
    } else {
        (
            "\n- 誓約書：新しい事業所名で受け取り、office update --pledge で登録する",
            "\n- the pledge, under the new name: office update --pledge",
        )
    };
    let text = Text::new(
        format!(
            "事業所 {old}（{name}）を終了し、{to} を登録しました。\n終わったもの：{}\n新しく申請が必要なもの{pledge_ja}{}",
            said.ja, anew.ja
        ),
        format!(
            "closed the office {old} ({name}), registered {to}\nended: {}\nto be applied for anew{pledge_en}{}",
            said.en, anew.en
        ),
    );
    let applied = |gone: &[crate::acts::Gone]| gone.iter().map(|gone| gone.applied_as.clone()).collect::<Vec<_>>();
    let mut rooms: Vec<_> = ended.invitations.iter().map(|(room, _)| room.as_str()).collect();
    rooms.dedup();
    let json = json!({
        "office": to, "replaces": old, "version": version, "ended": ended.json(),
        "apply_anew": {
            "pledge": !pledged, "users": applied(&ended.users), "devices": applied(&ended.devices), "rooms": rooms,
        },
    });
    Ok(listed(context, &by, version, text, json, &ended).await)
}

async fn name(context: &CommandContext, office: &OfficeNo) -> Result<String, CliError> {
    let entry = context.writer.ledger().office(office).await?;
    Ok(entry.get("name").and_then(Json::as_str).unwrap_or_default().to_owned())
}

/// The list is published where a certificate was revoked; the gateways confirm.
async fn listed(
    context: &CommandContext,
    by: &By,
    version: u64,
    mut text: Text,
    mut json: Json,
    ended: &Ended,
) -> Answer {
    if !ended.certificates.is_empty() {
        let (number, said) = super::crl::published(context, by).await;
        json["crl_number"] = json!(number);
        text.ja.push_str(&format!("\n失効リスト：{}", said.ja));
        text.en.push_str(&format!("\nrevocation list: {}", said.en));
    }
    receipted(context, version, (text, json)).await
}

fn counted(ended: &Ended) -> Text {
    let Ended { users, devices, certificates, invitations } = ended;
    let (users, devices) = (users.len(), devices.len());
    let (certificates, invitations) = (certificates.len(), invitations.len());
    Text::new(
        format!("ID {users}件、端末 {devices}台、電子証明書 {certificates}枚、部屋への招待 {invitations}件"),
        format!("{users} IDs, {devices} devices, {certificates} certificates, {invitations} invitations"),
    )
}

/// What the office under its new number has to ask for, a line each.
fn applied_anew(ended: &Ended, to: &OfficeNo) -> Text {
    let mut text = Text::new("", "");
    let said = |applied_as: &Json, fields: &[&str]| {
        fields.iter().filter_map(|field| applied_as[*field].as_str()).collect::<Vec<_>>().join("・")
    };
    for user in &ended.users {
        let who = said(&user.applied_as, &["name", "profession"]);
        text.ja.push_str(&format!("\n- ID（様式1）：{who}（今まで {}）", user.name));
        text.en.push_str(&format!("\n- an ID at {to}: {who} (was {})", user.name));
    }
    for device in &ended.devices {
        let what = said(&device.applied_as, &["label", "os", "ownership"]);
        text.ja.push_str(&format!("\n- 端末の検査・承認と電子証明書：{what}（今まで {}）", device.name));
        text.en.push_str(&format!("\n- a device and its certificate: {what} (was {})", device.name));
    }
    for (room, user) in &ended.invitations {
        text.ja.push_str(&format!("\n- 部屋への招待：{room}（今まで {user}）"));
        text.en.push_str(&format!("\n- an invitation to {room} (was {user})"));
    }
    if ended.users.is_empty() && ended.devices.is_empty() && ended.invitations.is_empty() {
        text = Text::new("\n- ID・端末はありませんでした", "\n- no IDs and no devices");
    }
    text
}
