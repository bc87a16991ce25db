//! `ca-tools device report-lost`, and the way back: what happened, and what to do next.

use certs::DeviceNo;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::device::named;
use super::error::CliError;
use super::receipt::{mailed, receipted};
use crate::acts::Before;
use crate::language::Text;
use crate::ledger::Entry;
use crate::refusal::Refusal;
use crate::words::reported;

/// Puts the device on hold at once.
pub(super) async fn report(
    context: &CommandContext,
    device: DeviceNo,
    reported_by: Option<String>,
) -> Result<Answer, CliError> {
    let by = context.by().await?;
    if by.why.is_none() {
        return Err(Refusal::NoWhy.into());
    }
    let entry = context.writer.ledger().device(device).await?;
    let named = named(&entry);
    context.confirm(Text::new(
        format!("{device}（{named}）を紛失・盗難として止めます。使用中の場合は、すぐに切断されます。"),
        format!("{device} ({named}) is reported lost and will be suspended; its connections end at once"),
    ))?;
    let (before, version) = context.writer.report_lost(&by, device, reported_by).await?;
    let (done, word) = match &before {
        Before::InUse => {
            (Text::new("止めました。開いていた画面も切れます。", "suspended; its connections end at once"), "in_use")
        }
        Before::OnHold => (
            Text::new(
                "すでに一時停止中で、使えません。紛失の報告を記録しました。",
                "was suspended already and stays so; the loss is recorded",
            ),
            "suspended",
        ),
        Before::Lost(loss) => {
            let said = reported(loss);
            (
                Text::new(
                    format!("すでに止まっています。{}。今回の報告も記録しました。", said.ja),
                    format!("is suspended already: it {}; this report is recorded too", said.en),
                ),
                "reported_lost",
            )
        }
    };
    let contact = contact(context, &entry).await?;
    let text = Text::new(
        format!("{device}（{named}）：{}\n{}", done.ja, next_in_japanese(device, &contact.ja)),
        format!("{device} ({named}) {}\n{}", done.en, next_in_english(device, &contact.en)),
    );
    let at = by.at.to_string();
    let json = json!({
        "device": device, "suspended": true, "before": word, "reported_at": at, "version": version,
    });
    let said = super::crl::with_list(context, &by, mailed(context, version, (text, json)).await).await;
    Ok(receipted(context, version, said).await)
}

/// Lifts a hold; of a lost device only after the report was shown and the answer was yes.
pub(super) async fn resume(context: &CommandContext, device: DeviceNo) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let loss = context.writer.ledger().loss(device).await?;
    if let Some(loss) = loss.as_ref().filter(|_| by.why.is_some()) {
        let said = reported(loss);
        context.confirm(Text::new(
            format!("{device} は{}。再開すると、また使えるようになります。", said.ja),
            format!("{device} {}; once resumed it can be used again", said.en),
        ))?;
    }
    let version = context.writer.resume_device(&by, device).await?;
    let (ja, en) = match &loss {
        None => (String::new(), String::new()),
        Some(loss) => {
            let said = reported(loss);
            (format!("この端末は{}。", said.ja), format!("; it {}", said.en))
        }
    };
    let text = Text::new(format!("{device} を再開しました。{ja}"), format!("resumed {device}{en}"));
    let lost_at = loss.map(|loss| loss.at.to_string());
    let json = json!({ "device": device, "suspended": false, "reported_lost_at": lost_at, "version": version });
    let (text, json) = mailed(context, version, (text, json)).await;
    let (text, json) = super::crl::with_list(context, &by, (text, json)).await;
    Ok(Answer::done(text, json))
}

/// The office's contact, as far as the registry knows one.
async fn contact(context: &CommandContext, device: &Entry) -> Result<Text, CliError> {
    let office = device.get("office").and_then(serde_json::Value::as_str).unwrap_or_default();
    let Ok(office) = office.parse() else { return Ok(Text::new(office, office)) };
    let entry = context.writer.ledger().office(&office).await?;
    let field = |name: &str| entry.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let ways: Vec<_> = [("電話", "tel.", "telephone"), ("メール", "mail", "mail")]
        .into_iter()
        .map(|(ja, en, name)| (ja, en, field(name)))
        .filter(|(_, _, value)| !value.is_empty())
        .collect();
    let ja: String = ways.iter().map(|(ja, _, value)| format!("　{ja} {value}")).collect();
    let en: String = ways.iter().map(|(_, en, value)| format!(", {en} {value}")).collect();
    let (name, who) = (field("name"), field("contact"));
    Ok(Text::new(format!("{name}　{who}{ja}"), format!("{name}, {who}{en}")))
}

fn next_in_japanese(device: DeviceNo, contact: &str) -> String {
    format!(
        "次にすること\n\
         1. 事業所のカシワニネット担当者に知らせる：{contact}\n\
         2. 止まったことと、紛失後に見られたものを記録で確かめる\n\
         \x20  gateway log show 記録のファイル --device {device} --since 24h\n\
         3. 見つかったら、本人と事業所に確かめてから再開する\n\
         \x20  ca-tools device resume {device} --why \"…\"\n\
         4. 見つからないときは失効する（取り消せない）\n\
         \x20  ca-tools cert revoke --device {device} --reason lost --why \"…\"\n\
         5. 代わりの端末は、申請・検査・承認のあとに発行する\n\
         \x20  ca-tools cert reissue {device} --to 新しい端末番号 --application 申請番号 --why \"…\" --format 形式 --out ファイル"
    )
}

fn next_in_english(device: DeviceNo, contact: &str) -> String {
    format!(
        "what to do next\n\
         1. tell the office's contact: {contact}\n\
         2. see in the log that it is out, and what was seen after the loss\n\
         \x20  gateway log show FILE --device {device} --since 24h\n\
         3. if it is found, ask its people and its office, then resume it\n\
         \x20  ca-tools device resume {device} --why \"…\"\n\
         4. if it is not, revoke its certificate for good\n\
         \x20  ca-tools cert revoke --device {device} --reason lost --why \"…\"\n\
         5. another device in its place is applied for, inspected and approved first\n\
         \x20  ca-tools cert reissue {device} --to NEW --application NO --why \"…\" --format FORMAT --out FILE"
    )
}
