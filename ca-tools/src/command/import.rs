//! `ca-tools import`: many at once from a table, all of its rows or none.

use std::path::{Path, PathBuf};

use clap::Args;
use registry::OfficeNo;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::global::Global;
use super::need::ProofNeed;
use super::newcomer::namesakes;
use super::two::{Approved, Two};
use crate::acts::{Import, ImportFile, NewPassword, NotImported, PersonRow};
use crate::bulk::{Bulk, Noun, read, refused};
use crate::digest::sha256;
use crate::issuance::{Output, Overwrite};
use crate::language::Text;
use crate::password::{self, MadeUp};
use crate::sheet::{SheetFault, SheetMistake, TableFormat, written};
use crate::whole;
use crate::words::for_operators;

/// 表（.xlsx・CSV）からまとめて登録する（1行でも誤りがあれば、何も登録しない） / many at once from a table, all or none
#[derive(Args, Debug)]
pub(crate) struct ImportTable {
    /// offices（事業所）, people（利用者）, devices（端末の申請）, rooms（部屋）, invitations（部屋への招待）, attendances（研修会の受講）
    #[arg(value_enum, value_name = "WHAT")]
    noun: Noun,
    /// .xlsx か CSV（UTF-8、Windows-31J） / the table
    #[arg(value_name = "FILE", required_unless_present_any = ["columns", "template"])]
    file: Option<PathBuf>,
    /// 表に書ける項目を表示する / the columns of such a table
    #[arg(long, conflicts_with_all = ["file", "passwords", "template"])]
    columns: bool,
    /// 空の表（.xlsx）を書き出す / writes an empty table
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "passwords"])]
    template: Option<PathBuf>,
    /// 初期パスワードを書き出すファイル（.xlsx か .csv。0600。people では必要） / where initial passwords go; people need it
    #[arg(long, value_name = "FILE")]
    passwords: Option<PathBuf>,
    #[command(flatten)]
    two: Two,
    #[command(flatten)]
    approved: Approved,
}

impl ImportTable {
    /// Whether it only looks, though it answers in a sentence.
    pub(super) fn looks(&self) -> bool {
        self.two.looks() || self.columns
    }

    /// Whether it asks nothing of any house: what a table looks like.
    pub(super) fn is_of_no_house(&self) -> bool {
        self.columns || self.template.is_some()
    }

    pub(crate) async fn run(self, global: Global, need: ProofNeed) -> Result<Answer, CliError> {
        if self.columns {
            return Ok(columns(self.noun));
        }
        if let Some(file) = &self.template {
            return template(self.noun, file, &global);
        }
        self.take_over(&CommandContext::open(global, need).await?).await
    }

    async fn take_over(self, context: &CommandContext) -> Result<Answer, CliError> {
        let by = context.by().await?;
        let noun = self.noun;
        let file = self.file.clone().unwrap_or_default();
        let octets = whole::octets(&file, whole::Of::Table).map_err(|why| {
            let file = file.display();
            CliError::Usage(Text::new(
                format!("{file} を読めません（{why}）。"),
                format!("{file} cannot be read: {why}"),
            ))
        })?;
        let bulk = read(&octets, noun, &context.config.professions).map_err(|mistakes| mistaken(&mistakes))?;
        let count = bulk.import.len();
        let known = known_already(context, &bulk.import).await?;
        let writer = &context.writer;
        let foreseen = writer.foresee_import(&by, &bulk.import).await.map_err(|why| not_done(&bulk, why))?;
        let digest = sha256(&octets);
        if self.two.looks() {
            let text = Text::new(
                format!("取り込むと、{}{count}件を{}します。まだ何もしていません。", noun.japanese(), noun.verb()),
                format!("{count} {} would be taken over; nothing was done", noun.as_str()),
            );
            let answer = Answer::done(
                text,
                json!({ "what": noun.as_str(), "rows": count, "done": false, "file": digest, "would_make": foreseen }),
            );
            return Ok(known.into_iter().fold(answer, Answer::with_note));
        }
        let act = bulk.import.act(&digest);
        let by = self.two.or_approved(context, (&act, &self.approved)).await?;
        writer.may_do(&by, &act).await?;
        let passwords = self.passwords.as_deref();
        let out = passwords_file(context, (&bulk, passwords))?;
        let mut question = Text::new(
            format!("{}{count}件を{}します。", noun.japanese(), noun.verb()),
            format!("{count} {} will be taken over", noun.as_str()),
        );
        if let Some(known) = known {
            question = Text::new(format!("{}\n{}", known.ja, question.ja), format!("{}\n{}", known.en, question.en));
        }
        context.confirm(question)?;
        let initial = initial(bulk.import.passwords()).await?;
        let hashes = initial.iter().map(|one| NewPassword { hash: one.hash.clone() }).collect();
        let file = ImportFile { import: &bulk.import, digest: &digest, foreseen: Some(&foreseen) };
        let done = writer.import(&by, file, hashes).await;
        let done = done.map_err(|why| not_done(&bulk, why))?;
        let mut json =
            json!({ "what": noun.as_str(), "rows": count, "done": true, "made": done.made, "version": done.version });
        let mut text = Text::new(
            format!("{}{count}件を{}しました。", noun.japanese(), noun.verb()),
            format!("took over {count} {}", noun.as_str()),
        );
        if let Some((out, kind)) = out {
            let target = out.target().display().to_string();
            let table = handed_out((&bulk.import, &done.made), &initial, kind);
            let kept = table.and_then(|table| Ok(out.finish(&table)?));
            kept.map_err(|why| why.though(again()))?;
            json["passwords"] = target.clone().into();
            text = Text::new(
                format!("{}\n初期パスワード　{target}（渡し終えたら、このファイルを消してください）", text.ja),
                format!("{}\ninitial passwords  {target} (remove it once they are handed out)", text.en),
            );
        }
        Ok(Answer::done(text, json))
    }
}

/// An initial password, shown once, and what is kept of it.
struct Initial {
    made_up: MadeUp,
    hash: String,
}

/// So many, made before the registry is held.
async fn initial(count: usize) -> Result<Vec<Initial>, CliError> {
    let made = tokio::task::spawn_blocking(move || {
        (0..count)
            .map(|_| {
                let made_up = MadeUp::password()?;
                let hash = password::hash(made_up.reveal())?;
                Ok(Initial { made_up, hash })
            })
            .collect::<Result<Vec<_>, CliError>>()
    });
    made.await.map_err(|why| CliError::Refused("internal", Text::new(why.to_string(), why.to_string())))?
}

/// Where the passwords go, tried before anybody is given one.
fn passwords_file(
    context: &CommandContext,
    (bulk, file): (&Bulk, Option<&Path>),
) -> Result<Option<(Output, TableFormat)>, CliError> {
    match (bulk.import.passwords(), file) {
        (0, None) => Ok(None),
        (0, Some(_)) => Err(CliError::Usage(Text::new(
            "--passwords は people のときだけ指定できます。何もしていません。",
            "--passwords is for people; nothing was done",
        ))),
        (_, None) => Err(CliError::Usage(Text::new(
            "初期パスワードを書き出すファイルを --passwords で指定してください（.xlsx か .csv）。ほかでは表示されません。何もしていません。",
            "name with --passwords the file (.xlsx or .csv) that initial passwords go to; they are shown nowhere else. Nothing was done",
        ))),
        (_, Some(file)) => {
            let overwrite = if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
            Ok(Some((Output::at(file, overwrite)?, kind_of(file))))
        }
    }
}

/// By the end of its name.
fn kind_of(file: &Path) -> TableFormat {
    let is_csv = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if is_csv { TableFormat::Csv } else { TableFormat::Xlsx }
}

fn handed_out(
    (import, made): (&Import, &[String]),
    initial: &[Initial],
    kind: TableFormat,
) -> Result<Vec<u8>, CliError> {
    let people: &[PersonRow] = match import {
        Import::People(people) => people,
        Import::Offices(_)
        | Import::Devices(_)
        | Import::Rooms(_)
        | Import::Invitations(_)
        | Import::Attendances(_) => &[],
    };
    let head = ["事業所番号", "氏名", "ふりがな", "カシワニネットID", "初期パスワード"].map(str::to_owned);
    let rows = people.iter().zip(made).zip(initial).map(|((row, login_id), initial)| {
        let PersonRow { person, .. } = row;
        vec![
            person.office.to_string(),
            person.name.clone(),
            person.kana.clone(),
            login_id.clone(),
            initial.made_up.reveal().to_owned(),
        ]
    });
    Ok(written(kind, &head, &rows.collect::<Vec<_>>())?)
}

/// How to get others, where these did not arrive.
fn again() -> Text {
    Text::new(
        "利用者は追加しましたが、初期パスワードを書き出せませんでした。user reset-password ID で、1人ずつ発行し直してください。",
        "the people were added, but their passwords could not be written: user reset-password ID makes another",
    )
}

/// Who of the offices has one of these names already.
async fn known_already(context: &CommandContext, import: &Import) -> Result<Option<Text>, CliError> {
    let Import::People(people) = import else { return Ok(None) };
    let mut offices: std::collections::BTreeMap<&OfficeNo, Vec<&str>> = std::collections::BTreeMap::new();
    for PersonRow { person, .. } in people {
        offices.entry(&person.office).or_default().push(&person.name);
    }
    let mut found: Vec<Text> = Vec::new();
    for (office, names) in offices {
        found.extend(namesakes(context, office, names.into_iter()).await?);
    }
    let list = |read: fn(&Text) -> &str| found.iter().map(read).collect::<Vec<_>>().join("\n");
    Ok((!found.is_empty()).then(|| {
        Text::new(
            format!("{}\n別の人であることを確かめてください。", list(|text| &text.ja)),
            format!("{}\nmake sure that they are others", list(|text| &text.en)),
        )
    }))
}

fn columns(noun: Noun) -> Answer {
    let columns = noun.columns();
    let ja = columns.iter().map(|column| {
        let must = if column.must { "（必須）" } else { "" };
        let hint = if column.hint.is_empty() { String::new() } else { format!("　{}", column.hint) };
        format!("{}{must}{hint}", column.heading)
    });
    let en = columns.iter().map(|column| format!("{}{}", column.key, if column.must { " (needed)" } else { "" }));
    let listed: Vec<_> = columns
        .iter()
        .map(|column| json!({ "column": column.key, "heading": column.heading, "needed": column.must }))
        .collect();
    let text = Text::new(ja.collect::<Vec<_>>().join("\n"), en.collect::<Vec<_>>().join("\n"));
    Answer::done(text, json!({ "what": noun.as_str(), "columns": listed }))
}

fn template(noun: Noun, file: &Path, global: &Global) -> Result<Answer, CliError> {
    let overwrite = if global.yes { Overwrite::Replace } else { Overwrite::Refuse };
    let out = Output::at(file, overwrite)?;
    out.finish(&noun.template()?)?;
    let file = file.display();
    let text = Text::new(
        format!("{}の空の表を書き出しました：{file}", noun.japanese()),
        format!("wrote an empty table of {}: {file}", noun.as_str()),
    );
    Ok(Answer::done(text, json!({ "what": noun.as_str(), "file": file.to_string() })))
}

/// What is about no row is refused as everywhere; the rest is told by its cell.
fn not_done(bulk: &Bulk, mut why: Vec<NotImported>) -> CliError {
    if let [NotImported { at: None, .. }] = &*why
        && let Some(NotImported { why, .. }) = why.pop()
    {
        return why.into();
    }
    mistaken(&refused(bulk, &why, for_operators))
}

fn mistaken(mistakes: &[SheetMistake]) -> CliError {
    let said: Vec<_> = mistakes.iter().map(SheetMistake::said).collect();
    let list = |read: fn(&Text) -> &str| said.iter().map(read).collect::<Vec<_>>().join("\n");
    let text = Text::new(
        format!("表に{}か所の誤りがあります。何も登録していません。\n{}", said.len(), list(|text| &text.ja)),
        format!("the table has {} mistakes; nothing was done:\n{}", said.len(), list(|text| &text.en)),
    );
    CliError::Refused("malformed", text)
}

impl From<SheetFault> for CliError {
    fn from(fault: SheetFault) -> Self {
        Self::Refused("internal", Text::new(format!("表を書き出せません：{fault}"), fault.to_string()))
    }
}
