//! `ca-tools user delete` and `user move`: what ends with a person who leaves, and what is left to do.

use registry::{LoginId, OfficeNo};
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::receipt::{mailed, receipted};
use super::two::Two;
use crate::acts::{By, Leaving};
use crate::language::Text;
use crate::proposal::Act;

/// Deletes an ID (退職).
pub(super) async fn delete(context: &CommandContext, id: LoginId, two: &Two) -> Result<Answer, CliError> {
    let by = two.way(context, &Act::DeletePerson { person: id.clone() }).await?;
    let name = name(context, &id).await?;
    if !context.global.yes {
        let said = foreseen(&context.writer.foresee_deletion(&by, &id).await?);
        context.confirm(Text::new(
            format!("ID {id}（{name}）を削除します。取り消せません。{}", said.ja),
            format!("the ID {id} ({name}) will be deleted for ever. {}", said.en),
        ))?;
    }
    let (leaving, version) = context.writer.delete_user(&by, &id).await?;
    let text = Text::new(format!("ID {id} を削除しました。"), format!("deleted {id}"));
    let json = json!({ "login_id": id, "state": "deleted", "version": version });
    Ok(told(context, &by, version, text, json, &leaving).await)
}

/// Moves a person to another office (異動).
pub(super) async fn relocate(context: &CommandContext, id: LoginId, to: OfficeNo) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let name = name(context, &id).await?;
    if !context.global.yes {
        let said = foreseen(&context.writer.foresee_move(&by, &id, &to).await?);
        context.confirm(Text::new(
            format!("ID {id}（{name}）を事業所 {to} に移します。ログイン中の場合は、すぐに終了します。{}", said.ja),
            format!("{id} ({name}) moves to the office {to}; its sessions end at once. {}", said.en),
        ))?;
    }
    let (leaving, version) = context.writer.move_user(&by, &id, &to).await?;
    let text = Text::new(
        format!(
            "ID {id} を事業所 {to} に移しました。ID とパスワードは同じです。前の事業所の端末は使えません。\n\
             新しい事業所で使う端末と部屋は、その事業所の申請で加えてください。"
        ),
        format!(
            "moved {id} to the office {to}, with the same password; no device of the old office serves it\n\
             devices and rooms of the new office are added on its own application"
        ),
    );
    let json = json!({ "login_id": id, "office": to, "version": version });
    Ok(told(context, &by, version, text, json, &leaving).await)
}

async fn name(context: &CommandContext, id: &LoginId) -> Result<String, CliError> {
    let entry = context.writer.ledger().user(id).await?;
    Ok(entry.get("name").and_then(Json::as_str).unwrap_or_default().to_owned())
}

/// The list is published where a certificate was revoked; the gateways confirm.
async fn told(
    context: &CommandContext,
    by: &By,
    version: u64,
    mut text: Text,
    mut json: Json,
    leaving: &Leaving,
) -> Answer {
    let ended = ended(leaving);
    text.ja.push_str(&ended.ja);
    text.en.push_str(&ended.en);
    if let (Json::Object(fields), Json::Object(more)) = (&mut json, leaving.json()) {
        fields.extend(more);
    }
    if !leaving.certificates.is_empty() {
        let (number, said) = super::crl::published(context, by).await;
        json["crl_number"] = json!(number);
        text.ja.push_str(&format!("\n失効リスト：{}", said.ja));
        text.en.push_str(&format!("\nrevocation list: {}", said.en));
        (text, json) = mailed(context, version, (text, json)).await;
    }
    receipted(context, version, (text, json)).await
}

fn foreseen(leaving: &Leaving) -> Text {
    let Leaving { rooms, retired, certificates, serve_nobody: _, without_contact } = leaving;
    let last = without_contact.as_deref().map_or_else(|| Text::new("", ""), last_contact);
    let (rooms, retired, certificates) = (rooms.len(), retired.len(), certificates.len());
    Text::new(
        format!(
            "部屋 {rooms} 件の招待を取り消します。本人だけが使う個人所有の端末 {retired} 台（電子証明書 {certificates} 枚）は使用終了・失効になります。{}",
            last.ja
        ),
        format!(
            "{rooms} invitations are removed; {retired} personal devices of theirs alone are retired, {certificates} certificates revoked.{}",
            last.en
        ),
    )
}

fn ended(leaving: &Leaving) -> Text {
    let mut text = Text::new("", "");
    let mut line = |ja: &str, en: &str, names: Vec<String>| {
        if !names.is_empty() {
            let names = names.join(" ");
            text.ja.push_str(&format!("\n{ja}：{names}"));
            text.en.push_str(&format!("\n{en}: {names}"));
        }
    };
    let shown = |devices: &[certs::DeviceNo]| devices.iter().map(ToString::to_string).collect::<Vec<_>>();
    line("招待を取り消した部屋", "out of the rooms", leaving.rooms.clone());
    line("使用終了にした個人所有の端末", "personal devices retired", shown(&leaving.retired));
    line("失効した電子証明書", "certificates revoked", leaving.certificates.clone());
    line(
        "利用者がいなくなった端末（事業所に残ります。次に使う人を device users --add で加えてください）",
        "devices that list nobody now; they stay the office's (device users --add gives them to somebody)",
        shown(&leaving.serve_nobody),
    );
    if let Some(office) = &leaving.without_contact {
        let last = last_contact(office);
        text.ja.push_str(&format!("\n{}", last.ja));
        text.en.push_str(&format!("\n{}", last.en));
    }
    text
}

/// Their office has nobody to speak for it from then on.
pub(super) fn last_contact(office: &str) -> Text {
    Text::new(
        format!("事業所 {office} のカシワニネット担当者がいなくなります。office contact で次の人を決めてください。"),
        format!("nobody speaks for the office {office} then: name another with office contact"),
    )
}
