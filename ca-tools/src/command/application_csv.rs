//! Many applications from one file: all of them are received, or none.

use std::path::Path;

use serde_json::json;

use super::answer::Answer;
use super::application::told_in_japanese;
use super::context::CommandContext;
use super::error::CliError;
use crate::acts::Delivery;
use crate::application::{CsvMistake, Day, Facts, Form, Kind, applications, fields_of, label, office_named};
use crate::language::Text;
use crate::whole;
use crate::words::for_operators;

pub(super) async fn receive(context: &CommandContext, kind: Kind, file: &Path) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let octets = whole::octets(file, whole::Of::Table).map_err(|why| {
        let file = file.display();
        CliError::Usage(Text::new(
            format!("--csv {file} を読めません（{why}）。"),
            format!("--csv {file} cannot be read: {why}"),
        ))
    })?;
    let lines = applications(&octets, kind).map_err(|mistakes| mistaken(&mistakes))?;
    let (mut forms, mut mistakes) = (Vec::with_capacity(lines.len()), Vec::new());
    for (line, fields) in &lines {
        let office = match office_named(fields) {
            Some(office) => context.writer.ledger().known_office(&office).await?,
            None => None,
        };
        let facts = Facts { today: Day::of(by.at), office: office.as_ref(), professions: &context.config.professions };
        match Form::read(kind, fields, &facts) {
            Ok(form) => forms.push(form),
            Err(wrong) => {
                mistakes.extend(wrong.0.into_iter().map(|mistake| CsvMistake::of(*line, &mistake.field, mistake.text)));
            }
        }
    }
    if !mistakes.is_empty() {
        return Err(mistaken(&mistakes));
    }
    let count = forms.len();
    context.confirm(Text::new(
        format!("{}の{count}件を受け付けます。", kind.japanese()),
        format!("{count} applications ({kind}) will be received"),
    ))?;
    let received = context.writer.receive_applications(&by, &forms).await.map_err(|refused| {
        let line = lines.get(refused.at).map_or(0, |(line, _)| *line);
        let (code, text) = (refused.why.code(), for_operators(&refused.why));
        let ja = format!("{line}行目：{}\n1件も受け付けていません。", text.ja);
        CliError::Refused(code, Text::new(ja, format!("line {line}: {}\nnone was received", text.en)))
    })?;
    let listed: Vec<_> = lines
        .iter()
        .zip(&received)
        .map(|((line, _), received)| {
            json!({ "line": line, "application": received.application.to_string(), "device": received.device })
        })
        .collect();
    let (first, last) = (received.first(), received.last());
    let range = match (first, last) {
        (Some(first), Some(last)) => format!("{} 〜 {}", first.application, last.application),
        (Some(_) | None, _) => String::new(),
    };
    let silent = received.iter().filter(|received| received.told == Delivery::NoAddress).count();
    let mut ja = format!("{count}件を受け付けました。申請番号　{range}");
    if silent > 0 {
        ja = format!("{ja}\nうち{silent}件：{}", told_in_japanese(Delivery::NoAddress));
    }
    let en = format!("received {count}: {range}; {silent} without a mail address");
    Ok(Answer::done(Text::new(ja, en), json!({ "received": count, "applications": listed })))
}

/// The columns that a file of this kind may have, as the first line of one.
pub(super) fn fields(kind: Kind) -> Answer {
    let fields = fields_of(kind);
    let called: Vec<Text> = fields.iter().map(|field| label(field)).collect();
    let head = called.iter().map(|text| text.ja.as_str()).collect::<Vec<_>>().join(",");
    let text = Text::new(
        format!("{head}\n（「1」の付く項目は、2、3…と増やせます。使わない列は省けます）"),
        format!("{}\n(what has a number may be there again with 2, 3, …; columns may be left out)", fields.join(",")),
    );
    Answer::done(text, json!({ "kind": kind.as_str(), "fields": fields }))
}

fn mistaken(mistakes: &[CsvMistake]) -> CliError {
    let said: Vec<_> = mistakes.iter().map(CsvMistake::said).collect();
    let list = |read: fn(&Text) -> &str| said.iter().map(read).collect::<Vec<_>>().join("\n");
    let text = Text::new(
        format!("ファイルに誤りがあります。1件も受け付けていません。\n{}", list(|text| &text.ja)),
        format!("the file has mistakes; none was received:\n{}", list(|text| &text.en)),
    );
    CliError::Refused("malformed", text)
}
