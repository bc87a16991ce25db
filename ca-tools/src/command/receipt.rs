//! What a change did outside: the office is told, every gateway confirms. Said below a command's answer.

use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use crate::clock::now;
use crate::language::Text;
use crate::ledger::receipts;
use crate::reports::Receipt;
use crate::words::for_operators;
use crate::words::undo::how_long;

/// Waits for the gateways' receipts of the change of this version, and adds them to its answer. The
/// change is made: whatever cannot be learnt now takes nothing back.
pub(super) async fn receipted(context: &CommandContext, version: u64, said: (Text, Json)) -> Answer {
    let (mut text, mut json) = undoable(context, version, said).await;
    let said = match receipts(&context.writer.ledger(), version, now()).await {
        Ok(receipts) => {
            json["receipts"] = receipts.iter().map(Receipt::json).collect();
            listed(&receipts)
        }
        Err(why) => {
            json["receipts"] = Json::Null;
            let why = for_operators(&why.into());
            Text::new(
                format!("gateway への反映を確かめられません：{}", why.ja),
                format!("what the gateways did cannot be learnt: {}", why.en),
            )
        }
    };
    text.ja.push_str(&format!("\n{}", said.ja));
    text.en.push_str(&format!("\n{}", said.en));
    Answer::done(text, json)
}

/// Adds whether the office is told by mail.
pub(super) async fn mailed(context: &CommandContext, version: u64, said: (Text, Json)) -> (Text, Json) {
    let (mut text, mut json) = undoable(context, version, said).await;
    let Ok(letters) = context.writer.ledger().letters_of(version).await else { return (text, json) };
    json["mails"] = json!(letters);
    let (ja, en) = if letters > 0 {
        ("事業所にメールでお知らせします。", "the office is told by mail")
    } else {
        (
            "メールは送りません（事業所にメールアドレスがないか、知らせることがありません）。必要なら電話などで伝えてください。",
            "no mail goes out: the office has no address, or there is nothing to tell",
        )
    };
    text.ja.push_str(&format!("\n{ja}"));
    text.en.push_str(&format!("\n{en}"));
    (text, json)
}

/// Adds until when it can be undone, and how; nothing where it cannot. Said once.
pub(super) async fn undoable(
    context: &CommandContext,
    version: u64,
    (mut text, mut json): (Text, Json),
) -> (Text, Json) {
    let judged = context.writer.ledger().undoable(i64::try_from(version).unwrap_or(i64::MAX), now()).await;
    let Ok(Ok(judged)) = judged else { return (text, json) };
    if json["undo_until"].is_null() {
        let until = judged.until();
        json["undo_until"] = until.to_string().into();
        let long = how_long(judged);
        text.ja.push_str(&format!("\n{}　ca-tools undo {version}", long.ja));
        text.en.push_str(&format!("\n{}: ca-tools undo {version}", long.en));
    }
    (text, json)
}

fn listed(receipts: &[Receipt]) -> Text {
    if receipts.is_empty() {
        return Text::new(
            "gateway への反映：未確認（この24時間に報告のあった gateway がありません）",
            "gateways: none has reported in the last 24 h, so nothing is confirmed",
        );
    }
    let texts: Vec<_> = receipts.iter().map(Receipt::text).collect();
    let ja: String = texts.iter().map(|text| format!("\n  {}", text.ja)).collect();
    let en: String = texts.iter().map(|text| format!("\n  {}", text.en)).collect();
    Text::new(format!("gateway への反映{ja}"), format!("gateways{en}"))
}
